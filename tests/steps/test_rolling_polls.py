"""Visits roll: a slow feed delays no other, and nothing is taken twice or beyond what is asked."""

import asyncio
import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from fakes import Scene, scene
from samples import entry, feed

from monitor.core.errors import StoreError
from monitor.steps.begin import sync
from monitor.steps.poll import PollReport, Rolling, poll_due
from monitor.steps.ports import Polled, PollKind, Visit
from monitor.store import feeds
from monitor.store.claims import SUSPECT_ATTEMPTS


@dataclass
class Sluggish:
    """Feeds named "slow…" answer when they are let; the others at once. `visited` tells who was asked, in order."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    visited: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    async def poll(self, visit: Visit) -> Polled:
        self.visited.append(visit.feed.id)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if visit.feed.id.startswith("slow"):
            await self.let.wait()
        self.under_way -= 1
        return Polled(PollKind.FRESH, (entry(visit.feed.id),), items=(visit.feed.id,))


def with_feeds(*names: str) -> tuple[Scene, Sluggish]:
    one, slow = scene(feeds=[feed(name) for name in names]), Sluggish()
    one = replace(one, world=replace(one.world, feeds=slow))
    asyncio.run(sync(one.world))
    return one, slow


def states(one: Scene) -> dict[str, feeds.FeedState]:
    with one.world.store.read() as tx:
        return {state.id: state for state in feeds.states(tx)}


def run(one: Scene, limit: int, then: Callable[["Watch"], Awaitable[None]]) -> tuple[PollReport, "Watch"]:
    """Poll while `then` goes on beside it."""

    async def both() -> tuple[PollReport, Watch]:
        watch = Watch()
        beside = asyncio.create_task(then(watch))
        report = await asyncio.wait_for(poll_due(one.world, limit, watch.rolling()), 30)
        await beside
        return report, watch

    return asyncio.run(both())


class Watch:
    """Looks on: waits for so many committed visits, and rings."""

    def __init__(self) -> None:
        self.done = PollReport()
        self.open = True
        self._moved = asyncio.Condition()
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def rolling(self) -> Rolling:
        return Rolling(more=lambda: self.open, look=self._look, told=self._told, linger=0)

    async def _look(self) -> None:
        await self._bell.wait()
        self._bell.clear()

    def ring(self) -> None:
        self._bell.set()

    def _told(self, report: PollReport) -> None:
        self.done += report
        self._tasks.add(asyncio.create_task(self._tell()))

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def committed(self, count: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self.done.polled >= count)


def test_a_stalled_feed_keeps_no_other_waiting() -> None:
    one, slow = with_feeds("slow", *(f"f{number}" for number in range(9)))

    async def then(watch: Watch) -> None:
        await watch.committed(9)  # the nine went through the second place, one after the other
        assert states(one)["slow"].last_poll is None
        slow.let.set()

    report, _ = run(one, 2, then)
    assert report == PollReport(polled=10, new_entries=10)
    assert slow.most == 2


def test_a_feed_that_falls_due_while_another_stalls_is_polled_at_the_next_look() -> None:
    one, slow = with_feeds("slow", "quick")

    async def then(watch: Watch) -> None:
        await watch.committed(1)
        with one.world.store.write() as tx:
            feeds.make_due(tx, one.clock.at, ["quick"])
        watch.ring()
        await watch.committed(2)
        slow.let.set()

    run(one, 5, then)
    assert sorted(slow.visited) == ["quick", "quick", "slow"]


def test_a_visit_longer_than_its_lease_is_not_begun_again() -> None:
    one, slow = with_feeds("slow", "quick")

    async def then(watch: Watch) -> None:
        await watch.committed(1)
        for round_ in range(2, 9):
            one.clock.forward(minutes=4)
            with one.world.store.write() as tx:
                feeds.make_due(tx, one.clock.at)
            watch.ring()
            await watch.committed(round_)
        slow.let.set()

    report, _ = run(one, 5, then)
    assert slow.visited.count("slow") == 1
    assert report.polled == 9
    assert (states(one)["slow"].state, states(one)["slow"].attempts) == ("active", 0)


def test_nothing_more_is_taken_once_it_is_to_end_and_what_is_under_way_is_kept() -> None:
    one, slow = with_feeds("slow1", "slow2", "slow3")

    async def then(watch: Watch) -> None:
        while len(slow.visited) < 2:
            await asyncio.sleep(0)
        watch.open = False
        slow.let.set()

    report, _ = run(one, 2, then)
    assert report.polled == 2
    assert sum(state.last_poll is None for state in states(one).values()) == 1


def test_a_feed_that_may_have_ended_the_program_is_polled_when_no_other_is_under_way() -> None:
    one, slow = with_feeds("suspect", "slow", "quick")
    for _ in range(SUSPECT_ATTEMPTS):
        with one.world.store.write() as tx:
            feeds.make_due(tx, one.clock.at)
            feeds.set_state(tx, "slow", "paused", one.clock.at)
            feeds.set_state(tx, "quick", "paused", one.clock.at)
            assert [state.id for state in feeds.take_due(tx, one.clock.at, 9, "dead")] == ["suspect"]
        one.clock.forward(hours=1)
    with one.world.store.write() as tx:
        feeds.set_state(tx, "slow", "active", one.clock.at)
        feeds.set_state(tx, "quick", "active", one.clock.at)

    async def then(watch: Watch) -> None:
        await watch.committed(1)
        watch.ring()
        assert "suspect" not in slow.visited
        slow.let.set()

    report, _ = run(one, 5, then)
    assert report.polled == 3
    assert slow.visited[-1] == "suspect"


def test_a_machine_that_has_run_out_of_something_in_the_middle_of_a_visit_blames_no_feed() -> None:
    one, _ = with_feeds("one", "two")

    class Short:
        async def poll(self, visit: Visit) -> Polled:
            raise OSError(errno.EMFILE, "Too many open files")

    short = replace(one, world=replace(one.world, feeds=Short()))
    with pytest.raises(StoreError, match="the machine is exhausted"):
        asyncio.run(asyncio.wait_for(poll_due(short.world), 30))
    assert {(state.state, state.attempts, state.failures) for state in states(one).values()} == {("active", 0, 0)}
