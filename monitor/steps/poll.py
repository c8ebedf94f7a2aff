"""Polls what is due: fetch and parse outside any transaction, then entries, validators and next visit in one.

Visits roll: whenever some have ended, others begin, so that a slow feed keeps nobody waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from alerts.redact import veil
from monitor.core.errors import StoreError
from monitor.core.types.feeds import Feed
from monitor.sources.address import shown
from monitor.steps.ports import Polled, PollKind, Progress, Visit
from monitor.steps.runner import Fault, caught
from monitor.steps.visits import PollReport, Visited, keep
from monitor.steps.world import World
from monitor.store import feeds
from monitor.store.claims import SUSPECT_ATTEMPTS, new_token
from monitor.store.feeds import FeedState
from monitor.store.schema import feeds as table

__all__ = ["POLLS", "PollReport", "Rolling", "poll_due"]

POLLS = 128  # feeds under way at once
_TOGETHER = 64  # visits committed in one transaction, where they do not find too much
_ENTRIES = 1_600  # found by visits that wait to be committed: what is held in memory, and lost by a kill


@dataclass(frozen=True, slots=True)
class Rolling:
    """How long a poll goes on.

    `more`: may further feeds be taken? `look`: returns when feeds may have fallen due meanwhile (None: only an answer
    makes the poll look again). `told` hears of each commit. `linger`: for so many seconds an answer waits for others,
    to be committed with them.
    """

    more: Callable[[], bool] = lambda: True
    look: Callable[[], Awaitable[None]] | None = None
    told: Callable[[PollReport], None] = lambda _report: None
    linger: float = 0.5


async def poll_due(world: World, limit: int = POLLS, rolling: Rolling = Rolling()) -> PollReport:
    """Poll until no feed is due, at most `limit` at a time. Each is committed soon after its answer."""
    poll = _Poll(world, limit, rolling)
    watcher = asyncio.create_task(poll.watch()) if rolling.look else None
    try:
        while await poll.turn():
            await poll.stirred()
    except StoreError:
        await world.give_back(table, poll.token)
        raise
    finally:  # no task group: a database error must come out as itself
        await _end([*poll.under_way.values(), *([watcher] if watcher else [])])
    return poll.report


async def _end(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class _Poll:
    """The visits of one claim: one token for all of them, whenever they were taken."""

    def __init__(self, world: World, limit: int, rolling: Rolling) -> None:
        self.token = new_token()
        self.report = PollReport()
        self.under_way: dict[str, asyncio.Task[None]] = {}  # visits not yet committed, by feed
        self._world = world
        self._limit = limit
        self._rolling = rolling
        self._ended: list[Visited] = []
        self._found = 0  # entries among them
        self._stir = asyncio.Event()
        self._dry = False  # no feed was left when we looked last
        self._alone = False  # a feed that may end the process is under way: nobody is dragged along
        self._renewed = world.clock.now()
        self._taken = 0

    async def stirred(self) -> None:
        """Wait until there is something to do. Raises what a visit could not make a report of."""
        await self._stir.wait()
        self._stir.clear()
        for task in self.under_way.values():
            if task.done() and (error := task.exception()):
                raise error

    async def watch(self) -> None:
        """Look again whenever it is time to."""
        while self._rolling.look:
            await self._rolling.look()
            self._dry = False
            self._stir.set()

    async def turn(self) -> bool:
        """Commit what has ended and take what is due, in one transaction; whether any visit is under way then."""
        batch, self._ended, self._found = self._ended, [], 0
        wanted = self._wanted(len(self.under_way) - len(batch))
        if batch or wanted:
            await self._transact(batch, wanted)
        if self._enough():
            self._stir.set()
        return bool(self.under_way)

    def _enough(self) -> bool:
        """Whether what has ended need not wait for more."""
        ended = len(self._ended)
        return ended > 0 and (ended >= min(_TOGETHER, len(self.under_way)) or self._found >= _ENTRIES)

    def _wanted(self, others: int) -> int:
        """How many feeds to take while `others` are under way."""
        if not self._rolling.more() or (others and (self._dry or self._alone)):
            return 0
        return self._limit - others

    async def _transact(self, batch: list[Visited], wanted: int) -> None:
        world, now = self._world, self._world.clock.now()
        others = len(self.under_way) > len(batch)
        renew = others and now - self._renewed > feeds.LEASE / 2

        def work(tx: Connection) -> tuple[PollReport, list[FeedState]]:
            report = keep(tx, self.token, batch, now) if batch else PollReport()
            if renew:
                feeds.renew(tx, self.token, now)
            # A feed that may end the process is taken when it can drag nobody along.
            return report, feeds.take_due(tx, now, wanted, self.token, suspects=not others) if wanted else []

        if batch:
            world.crash_point("poll.before-commit")
        report, claimed = await world.write(work)
        if batch:
            world.crash_point("poll.after-commit")
            self._committed(batch, report)
        if renew:
            self._renewed = now
        if wanted:
            world.crash_point("poll.after-claim")
            self._dry = len(claimed) < wanted
            self._begin(claimed)

    def _begin(self, claimed: list[FeedState]) -> None:
        if not self.under_way:
            self._renewed = self._world.clock.now()
        self._alone = any(state.attempts > SUSPECT_ATTEMPTS for state in claimed)
        self._taken += len(claimed)
        for state in claimed:
            self.under_way[state.id] = asyncio.create_task(self._visit(state))

    def _committed(self, batch: list[Visited], report: PollReport) -> None:
        world = self._world
        for one in batch:
            del self.under_way[one.state.id]
            if one.polled.kind in (PollKind.FAILED, PollKind.GONE):
                world.log.warning("feed failed", feed=one.feed.name, url=shown(one.state.address),
                                  error=one.polled.error, failures=one.state.failures + 1)  # fmt: skip
            elif one.polled.problems and one.polled.problems != one.state.problems:
                world.log.warning("feed is not as it should be", feed=one.feed.name, url=shown(one.state.address),
                                  problems=list(one.polled.problems))  # fmt: skip
        self.report += report
        self._rolling.told(report)
        done = self._taken - len(self.under_way)
        world.watch(Progress("poll", done, self._taken, batch[-1].feed.name))

    async def _visit(self, state: FeedState) -> None:
        world = self._world
        feed = world.feed(state.id) or Feed(id=state.id, url=state.url, name=state.name)
        visit = Visit(feed, state.moved_to or feed.url, state.validators, state.items)
        try:
            polled = await caught(world, "poll", feed.name, world.feeds.poll(visit))
        except BaseException:
            self._stir.set()
            raise
        if isinstance(polled, Fault):
            polled = Polled(PollKind.FAILED, error=polled.words)
        if polled.error:
            polled = replace(polled, error=veil(polled.error, world.config.secrets))
        self._ended.append(Visited(state, feed, polled))
        self._found += len(polled.entries)
        if self._enough():
            self._stir.set()
        elif len(self._ended) == 1:
            asyncio.get_running_loop().call_later(self._rolling.linger, self._stir.set)
