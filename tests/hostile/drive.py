"""Drives one feed address through the real fetch, parse and extraction, as the daemon wires them."""

import asyncio
import dataclasses
import os
import resource
from datetime import UTC, datetime
from pathlib import Path

from monitor.core.types.feeds import Feed, Validators
from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.http import ARTICLE_LIMITS, HttpFetcher, Limits
from monitor.sources.pace import Pace
from monitor.sources.robots import Robots
from monitor.sources.workers import Workers
from monitor.steps.outside import SourceArticles, SourceFeeds
from monitor.steps.ports import PollKind, Unreadable, Visit

SOON = 1.0  # seconds until a server that only a deadline can end is given up


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
        return Workers(2)

    def __call__(self, url, allow, **more):
        key = tuple(allow)
        if key not in self._fetchers:
            self._fetchers[key] = fetcher_for(allow)
        return self.run(drive(url, allow, self._workers, fetcher=self._fetchers[key], **more))

    def spent(self):
        """CPU seconds of this process and of every worker that it has or had."""
        mine, gone = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        alive = sum(_cpu(worker._process.pid) for worker in self._workers._resting)
        return mine.ru_utime + mine.ru_stime + gone.ru_utime + gone.ru_stime + alive

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


def _cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def neighbours(driver, good, hostile, silent):
    """Poll `good` while all of `hostile` are being polled: its outcome, and whether `silent` was still open then."""
    tasks = [asyncio.create_task(drive(*address, driver.workers, articles=0)) for address in hostile]
    waiting = asyncio.create_task(drive(*silent, driver.workers, articles=0))
    found = await drive(*good, driver.workers)
    still_open = not waiting.done()
    for task in (*tasks, waiting):
        task.cancel()
    await asyncio.gather(*tasks, waiting, return_exceptions=True)
    return found, still_open


def fetcher_for(allow):
    return HttpFetcher(WebTransport(Guard(allow)), pace=Pace(gap=0), now=WallClock().now)


async def drive(url, allow, workers, *, fetcher=None, seconds=25.0, visits=1, articles=3):
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
        known, validators, seen = "", Validators(), {}
        for _ in range(visits):
            polled = await feeds.poll(Visit(Feed("f", url, "f"), url, validators, known))
            known, validators = " ".join(polled.items), polled.validators
            seen |= {entry.key: entry for entry in polled.entries}
            outcome = Outcome(polled.kind, tuple(seen.values()), polled.error, polled.wait, polled.moved_to, validators)
        for entry in outcome.entries[:articles]:
            try:
                article = await pages.fetch(entry, lambda title, text: True)
                outcome.texts += [article.text, article.title, article.canonical_url] if article else []
            except Unreadable as error:
                outcome.errors.append(str(error))
        return outcome
    finally:
        if own:
            await own.aclose()
