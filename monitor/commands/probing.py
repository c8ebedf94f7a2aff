"""Looking at a feed or page from a command, through the product's own fetch function; nothing is stored."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from monitor.commands.selecting import NoSuchError
from monitor.config import Config
from monitor.core.types.feeds import Feed, Validators
from monitor.daemon.wiring import SystemClock
from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.discover import USUAL_PLACES, FeedLink
from monitor.sources.errors import FetchError, SourceError
from monitor.sources.http import ARTICLE_LIMITS, HttpFetcher, Request
from monitor.sources.workers import Workers
from monitor.steps.outside import PAGE_ACCEPT, SourceFeeds
from monitor.steps.ports import Polled, PollKind, Visit

T = TypeVar("T")


def probe(config: Config, feed: Feed) -> Polled:
    """What the feed says now."""

    async def work(fetcher: HttpFetcher, workers: Workers) -> Polled:
        return await SourceFeeds(fetcher, workers, SystemClock()).poll(Visit(feed, feed.url, Validators()))

    return _with_fetcher(config, work)


def find_feed(config: Config, url: str) -> tuple[str, str]:
    """The feed behind `url` and its title: `url` itself, or the only one its page announces. Raises NoSuchError."""
    polled = probe(config, Feed(id="probe", url=url, name=url))
    if polled.kind in (PollKind.FRESH, PollKind.UNCHANGED):
        return polled.moved_to or url, ""
    links = discover_feeds(config, url)
    if len(links) == 1:
        return links[0].url, links[0].title
    if not links:
        raise NoSuchError(polled.error or f"no feed found at {url}")
    choices = "\n".join(f"  {link.url}  {link.title}" for link in links)
    raise NoSuchError(f"{url} announces several feeds; add one of them:\n{choices}")


def discover_feeds(config: Config, url: str) -> tuple[FeedLink, ...]:
    """The feeds that a page announces; else those in the usual places of its site. Raises FetchError."""

    async def work(fetcher: HttpFetcher, workers: Workers) -> tuple[FeedLink, ...]:
        page = await fetcher.fetch(Request(url, accept=PAGE_ACCEPT, limits=ARTICLE_LIMITS))
        links = await workers.find_feeds(page.body, page.content_type, page.url)
        if links:
            return links
        root = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        tried = [await _feed_at(fetcher, workers, root + place) for place in USUAL_PLACES]
        return tuple(link for link in tried if link is not None)

    return _with_fetcher(config, work)


async def _feed_at(fetcher: HttpFetcher, workers: Workers, url: str) -> FeedLink | None:
    try:
        answer = await fetcher.fetch(Request(url))
        await workers.parse_feed(answer.body, answer.content_type, answer.url, now=SystemClock().now())
    except SourceError:
        return None
    return FeedLink(answer.url, "", "feed")


def _with_fetcher(config: Config, work: Callable[[HttpFetcher, Workers], Awaitable[T]]) -> T:
    async def run() -> T:
        fetcher = HttpFetcher(WebTransport(Guard(config.allow_hosts)), contact=config.contact or "")
        workers = Workers(1)
        try:
            return await work(fetcher, workers)
        finally:
            await workers.aclose()
            await fetcher.aclose()

    return asyncio.run(run())


__all__ = ["FetchError", "discover_feeds", "find_feed", "probe"]
