"""Looking at a feed or page from a command, through the product's own fetch function; nothing is stored."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from alerts.redact import veil
from monitor.commands.selecting import NoSuchError
from monitor.config import Config
from monitor.config.secrets import expanded
from monitor.core.types.feeds import Feed, Validators
from monitor.daemon.wiring import SystemClock, transport_of
from monitor.sources.address import shown
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
    """The feed behind `url` and its title: `url` itself, or the only one its page announces. Raises NoSuchError.

    A ${NAME} in it is read from the environment for the question, and stays as it is in the answer.
    """
    asked, where = expanded(url, os.environ), shown(url)
    polled = probe(config, Feed(id="probe", url=asked, name=where, shown=where))
    if polled.kind in (PollKind.FRESH, PollKind.UNCHANGED):
        return url if asked != url else polled.moved_to or url, ""
    if asked != url:
        raise NoSuchError(f"{where} is no feed: {veil(polled.error, [asked])}")
    links = discover_feeds(config, url)
    if len(links) == 1:
        return links[0].url, links[0].title
    if not links:
        raise NoSuchError(polled.error or f"no feed found at {where}")
    choices = "\n".join(f"  {link.url}  {link.title}" for link in links)
    raise NoSuchError(f"{where} announces several feeds; add one of them:\n{choices}")


def discover_feeds(config: Config, url: str) -> tuple[FeedLink, ...]:
    """The feeds that a page announces; else those in the usual places of its site. Raises FetchError."""

    async def work(fetcher: HttpFetcher, workers: Workers) -> tuple[FeedLink, ...]:
        page = await fetcher.fetch(Request(url, accept=PAGE_ACCEPT, limits=ARTICLE_LIMITS))
        found = await workers.find_feeds(page.body, page.content_type, page.url)
        links = tuple(link for link in found if "${" not in link.url)  # a page must not ask for our secrets
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
        fetcher = HttpFetcher(transport_of(config), contact=config.contact or "")
        workers = Workers(1)
        try:
            return await work(fetcher, workers)
        finally:
            await workers.aclose()
            await fetcher.aclose()

    return asyncio.run(run())


__all__ = ["FetchError", "discover_feeds", "find_feed", "probe"]
