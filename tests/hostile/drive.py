"""Drives one feed address through the real fetch, parse and extraction, as the daemon wires them."""

import asyncio
import dataclasses
from datetime import UTC, datetime

from monitor.core.types.feeds import Feed, Validators
from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.http import ARTICLE_LIMITS, HttpFetcher, Limits
from monitor.sources.pace import Pace
from monitor.sources.robots import Robots
from monitor.sources.workers import Bounds, Workers
from monitor.steps.outside import SourceArticles, SourceFeeds
from monitor.steps.ports import PollKind, Unreadable, Visit


class WallClock:
    """The time of day."""

    def now(self):
        return datetime.now(UTC)


@dataclasses.dataclass
class Outcome:
    """What came of one feed: the poll, then each entry's article or why there is none."""

    kind: PollKind
    entries: tuple = ()
    error: str = ""
    wait: object = None
    moved_to: str | None = None
    validators: Validators = dataclasses.field(default_factory=Validators)
    texts: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)

    def everything(self):
        """Every string that came out, as one text."""
        parts = [self.error, *self.errors, *self.texts]
        for entry in self.entries:
            parts += [str(value) for value in dataclasses.astuple(entry)]
        return "\n\n".join(parts)


class Driver:
    """One event loop and one pool of workers for all cases: what one case breaks, the next one feels."""

    def __init__(self):
        self._runner = asyncio.Runner()
        self._workers, self._fetchers = self._runner.run(self._open()), {}

    async def _open(self):
        return Workers(2, Bounds(seconds=3.0))

    def __call__(self, url, allow, **more):
        key = tuple(allow)
        if key not in self._fetchers:
            self._fetchers[key] = fetcher_for(allow)
        return self.run(drive(url, allow, self._workers, fetcher=self._fetchers[key], **more))

    def run(self, work):
        return self._runner.run(work)

    @property
    def workers(self):
        return self._workers

    def close(self):
        for fetcher in self._fetchers.values():
            self._runner.run(fetcher.aclose())
        self._runner.run(self._workers.aclose())
        self._runner.close()


def fetcher_for(allow):
    return HttpFetcher(WebTransport(Guard(allow)), pace=Pace(gap=0), now=WallClock().now)


async def drive(url, allow, workers, *, fetcher=None, seconds=1.5, visits=1, articles=3):
    """Poll `url` `visits` times and open the first `articles` entries. Raises nothing a hostile server can cause."""
    clock = WallClock()
    own = fetcher_for(allow) if fetcher is None else None
    fetcher = fetcher or own
    feeds = SourceFeeds(fetcher, workers, clock, Limits(seconds=seconds))
    pages = SourceArticles(
        fetcher, workers, Robots(fetcher, clock.now), clock, dataclasses.replace(ARTICLE_LIMITS, seconds=seconds)
    )
    outcome = Outcome(PollKind.FAILED)
    try:
        known, validators, seen = frozenset(), Validators(), {}
        for _ in range(visits):
            polled = await feeds.poll(Visit(Feed("f", url, "f"), url, validators, known))
            known, validators = frozenset(polled.items), polled.validators
            seen |= {entry.key: entry for entry in polled.entries}
            outcome = Outcome(polled.kind, tuple(seen.values()), polled.error, polled.wait, polled.moved_to, validators)
        for entry in outcome.entries[:articles]:
            try:
                async with asyncio.timeout(12):
                    article = await pages.fetch(entry, lambda title, text: True)
                outcome.texts += [article.text, article.title, article.canonical_url] if article else []
            except (Unreadable, TimeoutError) as error:
                outcome.errors.append(str(error))
        return outcome
    finally:
        if own:
            await own.aclose()
