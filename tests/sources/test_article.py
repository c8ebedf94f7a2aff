import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.types.feeds import Entry
from monitor.sources.article import cheap_text, extract_article, feed_article
from monitor.sources.domain import publisher_of
from monitor.sources.errors import DocumentError, NoText

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/story?id=1"
LINES = [
    f"The company said in its {name} note that the new site will draw power from the local grid, as planned before."
    for name in ("first", "second", "third", "fourth", "fifth")
]
TEXT = "".join(f"<p>{line}</p>" for line in LINES)
ENTRY = Entry("k", None, URL, "Site grows", "A short teaser.", "", datetime(2024, 5, 14, tzinfo=UTC), "en")


def page(body=TEXT, head="", lang=' lang="en-US"'):
    return (
        f"<!doctype html><html{lang}><head><meta charset=utf-8><title>Site grows | News</title>{head}</head><body>"
        f"<nav><a href=/>Home</a> <a href=/x>More</a></nav><article><h1>Site grows</h1>{body}</article>"
        "<footer>© News. All rights reserved.</footer></body></html>"
    ).encode()


def read(body=None, content_type="text/html; charset=utf-8", **more):
    return extract_article(page() if body is None else body, content_type, URL, now=NOW, **more)


def linked(**thing):
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **thing})}</script>'


def test_the_text_of_the_article_is_taken_and_the_furniture_left():
    article = read()
    assert all(line in article.text for line in LINES)
    assert "rights reserved" not in article.text
    assert "Home" not in article.text
    assert (article.origin, article.url, article.canonical_url) == ("page", URL, URL)
    assert (article.language, article.publisher) == ("en-us", "news.example")


def test_what_the_feed_said_rules_over_what_the_page_says_of_itself():
    article = read(page(head='<meta property="article:published_time" content="2020-01-01T00:00:00Z">'), entry=ENTRY)
    assert (article.title, article.published) == ("Site grows", ENTRY.published)


def test_without_a_feed_the_page_names_title_and_date():
    article = read(page(head=linked(headline="Site grows again", datePublished="2024-05-13T10:00:00+02:00")))
    assert (article.title, article.published) == ("Site grows again", datetime(2024, 5, 13, 8, tzinfo=UTC))
    assert read().title == "Site grows | News"


def test_a_page_dated_in_the_future_is_dated_now_or_not_at_all():
    assert read(page(head=linked(datePublished="2024-05-16T00:00:00Z"))).published == NOW
    assert read(page(head=linked(datePublished="9999-05-16T00:00:00Z"))).published is None


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none"><p>{}</p></div>',
        "<div hidden><p>{}</p></div>",
        "<!-- {} -->",
        '<p><span style="font-size:0">{}</span></p>',
        '<p><img alt="{}"></p>',
        "<template><p>{}</p></template>",
        '<p style="visibility: hidden">{}</p>',
    ],
)
def test_hidden_text_is_no_evidence(hidden):
    body = page(
        TEXT
        + hidden.format("Secretly the company has 999,000 accelerators in its new site.")
        + TEXT.replace("note", "memo")
    )
    assert "999,000" not in read(body).text
    assert "999,000" not in cheap_text(body, "text/html")


def test_an_article_that_stands_twice_on_a_page_is_read_once():
    text = read(page(TEXT + "<p>209 views</p>" + TEXT)).text
    assert all(text.count(line) == 1 for line in LINES)


def test_a_table_keeps_its_numbers():
    table = "<table><tr><th>Year</th><th>Sites</th></tr><tr><td>2023</td><td>24 sites</td></tr></table>"
    assert "24 sites" in read(page(TEXT + table)).text


def test_a_page_without_visible_text_falls_back_on_its_json_ld():
    body = page("<div id=app></div>", head=linked(articleBody="".join(f"<p>{line}</p>" for line in LINES)))
    article = read(body)
    assert article.origin == "json-ld"
    assert LINES[2] in article.text


def test_json_ld_is_found_in_lists_and_graphs_and_broken_ones_are_skipped():
    graph = json.dumps(
        [{"@graph": [{"@type": "Organization"}, {"@type": ["Report", "X"], "articleBody": " ".join(LINES)}]}]
    )
    scripts = "".join(f'<script type="application/ld+json">{s}</script>' for s in ("{", "[" * 9_000, "7", graph))
    assert read(page("<p>x</p>", head=scripts)).origin == "json-ld"


def test_a_teaser_page_falls_back_on_the_feeds_own_content():
    entry = Entry("k", None, URL, "Site grows", "", "\n".join(LINES), None, "en")
    assert read(page("<p>Subscribe to read.</p>"), entry=entry).origin == "feed"


def test_a_full_page_is_preferred_to_the_feed():
    entry = Entry("k", None, URL, "Site grows", "", "\n".join(LINES) * 3, None, "en")
    assert read(entry=entry).origin == "page"


def test_the_canonical_address_counts_only_on_the_pages_own_site():
    def canonical(href):
        return read(page(head=f'<link rel="canonical" href="{href}">')).canonical_url

    assert canonical("/story") == "https://news.example/story"
    assert canonical("https://www.news.example/story") == URL  # .example is no public suffix: another host
    assert canonical("https://other.example/real-story") == URL
    assert canonical("javascript:alert(1)") == URL


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "text/html", "a PDF"),
        (b"%PDF-1.7", "application/pdf", "a PDF"),
        (bytes(range(256)) * 40, "image/png", "no web page .image/png"),
        (bytes(range(256)) * 40, "text/html", "no readable text"),
        (b"", "text/html", "empty"),
        (b"<html></html>", "text/html", "no readable text"),
    ],
)
def test_what_is_no_page_gives_no_text_and_says_why(body, kind, words):
    with pytest.raises(NoText, match=words):
        read(body, kind)


def test_what_is_no_page_still_has_the_feeds_words():
    article = read(b"%PDF-1.7", "application/pdf", entry=ENTRY)
    assert (article.origin, article.text) == ("feed", "A short teaser.")


def test_plain_text_is_an_article_too():
    assert LINES[0] in read("\n\n".join(LINES).encode(), "text/plain").text


def test_the_feed_alone_makes_an_article():
    article = feed_article(ENTRY, "https://news.example/feed")
    assert (article.text, article.origin, article.publisher) == ("A short teaser.", "feed", "news.example")
    bare = Entry("k", None, None, "Only a title", "", "", None, None, publisher="paper.example")
    assert feed_article(bare, "https://news.example/feed").text == "Only a title"
    assert feed_article(bare, "https://news.example/feed").publisher == "paper.example"
    with pytest.raises(NoText):
        feed_article(Entry("k", None, None, "", "", "", None, None), "https://news.example/feed")


def test_the_cheap_text_holds_every_visible_word():
    text = cheap_text(page(), "text/html")
    assert all(line in text for line in LINES)
    assert cheap_text(b"\x00\x01" * 500, "text/html") == ""


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://about.fb.com/news", "fb.com"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("http://[::1]:8080/x", "::1:8080"),
        ("http://intranet/x", "intranet"),
        ("nonsense", ""),
    ],
)
def test_a_publisher_is_a_registered_domain(url, publisher):
    assert publisher_of(url) == publisher


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_noise_never_raises_anything_but_the_declared(noise):
    for body in (noise, page("<p>" + TEXT).replace(b"third", noise), b"<html><body>" + noise + TEXT.encode()):
        with suppress(DocumentError):
            read(body)
        cheap_text(body, "text/html")
