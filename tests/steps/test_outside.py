import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.types.feeds import Entry, Feed, Validators
from monitor.sources import errors
from monitor.sources.http import NO_VALIDATORS, Response
from monitor.sources.robots import Robots
from monitor.sources.workers import Workers
from monitor.steps.outside import SourceArticles, SourceFeeds
from monitor.steps.ports import PollKind, Unreadable, Visit

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/feed"
PAGE = "https://news.example/story"
ROBOTS = "https://news.example:443/robots.txt"
RSS = b"<rss><channel><ttl>90</ttl><item><title>One</title><link>/1</link></item></channel></rss>"
LINE = "The company said that the new site will draw its power from the local grid, as it had planned before."
HTML = f"<html><body><article>{''.join(f'<p>{n}. {LINE}</p>' for n in range(6))}</article></body></html>".encode()


class Clock:
    def now(self):
        return NOW


class Fetcher:
    """A fetch function by URL: a Response, bytes of a page, or an exception."""

    def __init__(self, answers):
        self.answers = answers
        self.requests = []

    async def fetch(self, request):
        self.requests.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else found(answer, request.url)


def found(  # noqa: PLR0917  a response as it is read: what matters comes first
    body, url=URL, status=200, validators=NO_VALIDATORS, headers=(), moved_to=None
):
    return Response(url, status, dict(headers), body, validators, moved_to)


def with_workers(work):
    async def run():
        workers = Workers(1)
        try:
            return await work(workers)
        finally:
            await workers.aclose()

    return asyncio.run(run())


def poll(answer, url=URL, feed=None, validators=NO_VALIDATORS, known=frozenset()):
    fetcher = Fetcher({url: answer})
    visit = Visit(feed or Feed("f", URL, "News"), url, validators, " ".join(known))
    return with_workers(lambda workers: SourceFeeds(fetcher, workers, Clock()).poll(visit)), fetcher.requests[0]


def test_new_entries_come_with_what_the_next_poll_needs():
    checks = Validators('"1"', None, "hash")
    polled, request = poll(
        found(RSS, validators=checks, headers={"cache-control": "max-age=600"}, moved_to="https://new.example/feed")
    )
    assert (polled.kind, [e.title for e in polled.entries], polled.validators) == (PollKind.FRESH, ["One"], checks)
    assert (polled.fresh, polled.hints.every) == (timedelta(minutes=10), timedelta(minutes=90))
    assert polled.moved_to == "https://new.example/feed"
    assert "application/rss+xml" in request.accept
    again, _ = poll(found(RSS), known=frozenset(polled.items))
    assert again.entries == ()


def test_a_304_that_was_not_asked_for_is_told_with_what_to_do():
    polled, _ = poll(found(b"", status=304), validators=Validators(body_hash="hash"))
    assert polled.kind is PollKind.UNCHANGED
    assert "open the address in a browser" in polled.problems[0]
    assert poll(found(b"", status=304), validators=Validators(etag="1"))[0].problems == ()


def test_links_that_cannot_be_opened_are_counted():
    links = ("https://a.example/1", "javascript:alert(1)", "mailto:desk@a.example", "/2", "")
    items = "".join(f"<item><title>{n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    polled, _ = poll(found(f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()))
    assert len(polled.entries) == 5
    assert polled.problems == (
        "2 of 5 new entries have a link that cannot be opened: they are read from what the feed itself says of them",
    )


def test_half_a_document_is_asked_for_again_and_what_cannot_be_read_of_it_is_told():
    checks = Validators('"1"', None, "hash")
    head = '<rss version="2.0"><channel><title>T</title><item><title>One</title></item><item><title>Two<br></item>'
    half, _ = poll(found(f"{head}<item><title>Thr".encode(), validators=checks))
    assert ([e.title for e in half.entries], half.unread, half.validators) == (["One"], ("Two",), NO_VALIDATORS)
    whole, _ = poll(found(f"{head}</channel></rss>".encode(), validators=checks))
    assert (whole.unread, whole.validators) == (("Two",), checks)
    assert (half.whole, whole.whole) == (False, True)


def test_a_304_and_the_same_body_are_unchanged_and_not_parsed():
    known = Validators('"1"', None, "hash")
    polled, request = poll(found(b"", status=304), validators=known)
    assert (polled.kind, polled.validators, request.validators) == (PollKind.UNCHANGED, known, known)
    newer = Validators('"2"', None, "hash")
    polled, _ = poll(found(b"not even XML", validators=newer), validators=known)
    assert (polled.kind, polled.validators) == (PollKind.UNCHANGED, newer)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (errors.Gone(URL, 410, "gone for good", retryable=False), PollKind.GONE, "gone for good"),
        (errors.Unreachable(URL, "no route"), PollKind.FAILED, "no route"),
        (found(b"<html>login</html>"), PollKind.FAILED, "web page, not a feed"),
        (found(b""), PollKind.FAILED, "empty"),
    ],
)
def test_what_goes_wrong_is_told_in_words_and_keeps_no_validators(answer, kind, words):
    polled, _ = poll(answer)
    assert (polled.kind, polled.entries, polled.validators) == (kind, (), NO_VALIDATORS)
    assert words in polled.error


def test_the_sites_wish_to_wait_is_passed_on():
    polled, _ = poll(errors.StatusError(URL, 429, "slow", retryable=True, retry_after=120.0))
    assert polled.wait == timedelta(minutes=2)


def test_a_feeds_secret_headers_do_not_follow_it_to_a_new_site():
    feed = Feed("f", "http://news.example/feed", "News", headers=(("X-Key", "hunter2"),))
    assert poll(found(RSS), URL, feed)[1].headers == (("X-Key", "hunter2"),)
    assert poll(found(RSS), "https://elsewhere.example/feed", feed)[1].headers == ()
    assert poll(found(RSS), "nonsense", feed)[1].headers == ()


def entry(url=PAGE, summary="A teaser of 350,000.", content=""):
    return Entry("k", None, url, "Site grows", summary, content, NOW, "en", "paper.example")


def open_page(answers, one=None, gate=lambda title, text: True):
    fetcher = Fetcher({ROBOTS: b"", **answers})

    async def work(workers):
        robots = Robots(fetcher, Clock().now)
        return await SourceArticles(fetcher, workers, robots, Clock()).fetch(one or entry(), gate)

    return with_workers(work)


def test_an_article_is_opened_and_read():
    article = open_page({PAGE: HTML})
    assert (article.origin, article.title, article.url) == ("page", "Site grows", PAGE)
    assert LINE in article.text


def test_an_article_from_a_page_that_was_cut_says_so():
    page = Response(PAGE, 200, {"content-type": "text/html"}, HTML, NO_VALIDATORS, cut=True)
    assert open_page({PAGE: page}).cut
    assert not open_page({PAGE: HTML}).cut


def test_the_gate_sees_title_and_all_visible_text_and_may_refuse():
    seen = []
    assert open_page({PAGE: HTML}, gate=lambda title, text: bool(seen.append((title, text)))) is None
    ((title, text),) = seen
    assert title == "Site grows"
    assert LINE in text
    assert "A teaser of 350,000." in text


@pytest.mark.parametrize(
    "answer",
    [
        errors.StatusError(PAGE, 403, "refused", retryable=False),
        errors.Refused(PAGE, "private"),
        errors.TooLarge(PAGE, "big"),
        found(b"%PDF-1.7", headers={"content-type": "application/pdf"}),
    ],
)
def test_where_the_page_cannot_be_had_the_feeds_words_are_read(answer):
    article = open_page({PAGE: answer})
    assert (article.origin, article.text, article.publisher) == ("feed", "A teaser of 350,000.", "paper.example")


def test_where_robots_are_not_wanted_the_feeds_words_are_read():
    assert open_page({ROBOTS: b"User-agent: *\nDisallow: /"}).origin == "feed"


@pytest.mark.parametrize(
    ("answers", "wait"),
    [
        ({PAGE: errors.StatusError(PAGE, 503, "later", retryable=True, retry_after=60.0)}, timedelta(minutes=1)),
        ({PAGE: errors.TooSlow(PAGE, "slow")}, None),
        ({ROBOTS: errors.Unreachable(ROBOTS, "no route")}, timedelta(minutes=10)),
    ],
)
def test_what_may_work_later_is_asked_again_later(answers, wait):
    with pytest.raises(Unreadable) as caught:
        open_page(answers)
    assert (caught.value.permanent, caught.value.wait) == (False, wait)


@pytest.mark.parametrize("url", [None, "https://news.google.com/rss/articles/CBMi0wFBVV95cUx"])
def test_entries_whose_page_cannot_be_known_are_read_from_the_feed(url):
    article = open_page({}, entry(url))
    assert (article.origin, article.publisher, article.text) == ("feed", "paper.example", "A teaser of 350,000.")
    assert open_page({}, entry(url), gate=lambda title, text: False) is None


def test_two_entries_without_a_link_are_two_articles():
    first, second = (open_page({}, replace(entry(None), key=key)) for key in ("a", "b"))
    assert first.canonical_url != second.canonical_url


def test_nothing_anywhere_is_unreadable_for_good():
    bare = Entry("k", None, PAGE, "", "", "", None, None)
    with pytest.raises(Unreadable, match="refused") as caught:
        open_page({PAGE: errors.StatusError(PAGE, 403, "refused", retryable=False)}, bare)
    assert caught.value.permanent
