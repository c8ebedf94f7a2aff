"""The steps' feed poller and article fetcher over the real sources: what the daemon wires into the World."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.core.schedule import freshness
from monitor.core.types.feeds import Article, Entry
from monitor.sources.address import origin, split_url
from monitor.sources.errors import Denied, DocumentError, FetchError, Gone, SourceError
from monitor.sources.http import ARTICLE_LIMITS, FEED_LIMITS, NO_VALIDATORS, Fetcher, Limits, Request, Response
from monitor.sources.robots import Robots
from monitor.sources.workers import Workers
from monitor.steps.ports import Clock, Gate, Polled, PollKind, Unreadable, Visit

FEED_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
UNASKED = (
    "the site says that nothing has changed (304) since a visit that it was not told of, and shows nothing; "
    "open the address in a browser, and look for another feed if it stays so"
)
# Aggregators whose links name no article: what stands behind them cannot be had by opening them.
OPAQUE_HOSTS = frozenset({"news.google.com"})


class SourceFeeds:
    """Polls a feed: fetch, compare, parse what is new."""

    def __init__(self, fetcher: Fetcher, workers: Workers, clock: Clock, limits: Limits = FEED_LIMITS) -> None:
        self._limits = limits
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock

    async def poll(self, visit: Visit) -> Polled:
        """See FeedPoller.poll."""
        request = Request(
            visit.url, headers=_headers(visit), validators=visit.validators, limits=self._limits, accept=FEED_ACCEPT
        )
        try:
            response = await self._fetcher.fetch(request)
        except Gone as error:
            return Polled(PollKind.GONE, error=str(error))
        except FetchError as error:
            return Polled(PollKind.FAILED, wait=_span(error.retry_after), error=str(error))
        fresh = freshness(response.headers, self._clock.now())
        if response.not_modified:
            asked = visit.validators.etag or visit.validators.last_modified
            return Polled(PollKind.UNCHANGED, validators=visit.validators, fresh=fresh,
                          problems=() if asked else (UNASKED,))  # fmt: skip
        known = visit.validators.body_hash
        if known is not None and known == response.validators.body_hash:
            return Polled(PollKind.UNCHANGED, validators=response.validators, fresh=fresh, moved_to=response.moved_to)
        return await self._parsed(visit, response, fresh)

    async def _parsed(self, visit: Visit, response: Response, fresh: timedelta | None) -> Polled:
        try:
            parsed = await self._workers.parse_feed(
                response.body, response.content_type, response.url, now=self._clock.now(), known=visit.known
            )
        except SourceError as error:
            return Polled(PollKind.FAILED, error=str(error))
        return Polled(
            PollKind.FRESH,
            entries=parsed.entries,
            items=parsed.items,
            validators=response.validators
            if parsed.whole
            else NO_VALIDATORS,  # half is asked for again, unchanged or not
            moved_to=response.moved_to,
            fresh=fresh,
            hints=parsed.hints,
            problems=parsed.problems,
            unread=parsed.unread,
            whole=parsed.whole,
        )


class SourceArticles:
    """Opens an entry's page, politely, and falls back on what the feed says where it may not or cannot be opened."""

    def __init__(
        self, fetcher: Fetcher, workers: Workers, robots: Robots, clock: Clock, limits: Limits = ARTICLE_LIMITS
    ) -> None:
        self._limits = limits
        self._fetcher = fetcher
        self._workers = workers
        self._robots = robots
        self._clock = clock

    async def fetch(self, entry: Entry, gate: Gate) -> Article | None:
        """See ArticleFetcher.fetch."""
        if entry.url is None or urlsplit(entry.url).hostname in OPAQUE_HOSTS:
            return _from_feed(entry, gate, None)
        try:
            await self._robots.check(entry.url)
            page = await self._fetcher.fetch(Request(entry.url, accept=PAGE_ACCEPT, limits=self._limits))
            text = await self._workers.cheap_text(page.body, page.content_type, page.url)
            if not gate(entry.title, f"{text}\n{entry.summary}\n{entry.content}"):
                return None
            now = self._clock.now()
            article = await self._workers.extract(page.body, page.content_type, page.url, now=now, entry=entry)
            return replace(article, cut=page.cut)
        except FetchError as error:
            if error.retryable or (isinstance(error, Denied) and error.retry_after):
                raise Unreadable(str(error), wait=_span(error.retry_after)) from error
            return _from_feed(entry, gate, error)
        except DocumentError as error:
            return _from_feed(entry, gate, error)


def _from_feed(entry: Entry, gate: Gate, error: SourceError | None) -> Article | None:
    from monitor.sources.article import feed_article  # with lxml, which nothing needs where no feed has news

    if not gate(entry.title, f"{entry.summary}\n{entry.content}"):
        return None
    try:
        # Without a link, the entry itself is the article's identity: two of one feed are two articles.
        return feed_article(entry, f"urn:figurewatch:entry:{entry.key}")
    except DocumentError as empty:
        raise Unreadable(str(error or empty), permanent=True) from empty


def _headers(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The feed's own headers, as long as the feed lives where the user said: a new home gets no secrets."""
    if not visit.feed.headers:
        return ()
    home, now = split_url(visit.feed.url), split_url(visit.url)
    if home is None or now is None:
        return ()
    same = origin(home) == origin(now) or (home.hostname == now.hostname and now.scheme == "https")
    return visit.feed.headers if same else ()


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
