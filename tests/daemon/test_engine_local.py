"""The engine rings, and never does one piece of work twice at once."""

import asyncio
from datetime import timedelta

import pytest

from monitor.engines.local import LocalEngine

LONG = timedelta(hours=1)


def test_work_is_done_at_the_start_without_waiting_for_a_tick() -> None:
    engine, done = LocalEngine(), []

    async def work() -> None:
        done.append("work")
        engine.stop()

    engine.add("one", work, LONG)
    asyncio.run(engine.run())
    assert done == ["work"]


def test_a_tick_makes_it_look_again() -> None:
    engine, done = LocalEngine(), []

    async def work() -> None:
        done.append("work")
        if len(done) == 3:
            engine.stop()

    engine.add("one", work, timedelta(milliseconds=5))
    asyncio.run(asyncio.wait_for(engine.run(), 20))
    assert len(done) == 3


def test_a_ring_during_the_work_makes_it_run_once_more_and_only_once() -> None:
    engine, done = LocalEngine(), []

    async def work() -> None:
        done.append("work")
        if len(done) == 1:
            for _ in range(3):
                engine.ring("one")
                await asyncio.sleep(0)
        if len(done) == 2:
            engine.ring("two")

    async def end() -> None:
        if len(done) >= 2:
            engine.stop()

    engine.add("one", work, LONG)
    engine.add("two", end, LONG)
    asyncio.run(asyncio.wait_for(engine.run(), 20))
    assert len(done) == 2


def test_two_works_go_on_side_by_side() -> None:
    engine, started = LocalEngine(), asyncio.Event()

    async def waiting() -> None:
        await started.wait()
        engine.stop()

    async def other() -> None:
        started.set()

    engine.add("waiting", waiting, LONG)
    engine.add("other", other, LONG)
    asyncio.run(asyncio.wait_for(engine.run(), 20))


def test_stopping_lets_the_work_under_way_end() -> None:
    engine, done = LocalEngine(), []

    async def work() -> None:
        engine.stop()
        await asyncio.sleep(0)
        done.append("ended")

    engine.add("one", work, LONG)
    asyncio.run(asyncio.wait_for(engine.run(), 20))
    assert done == ["ended"]


def test_a_fault_of_the_work_ends_the_run() -> None:
    engine = LocalEngine()

    async def work() -> None:
        raise ValueError("broken")

    engine.add("one", work, LONG)
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(engine.run())
    assert caught.group_contains(ValueError, match="broken")


def test_work_under_way_can_take_the_next_ring_itself() -> None:
    engine, done = LocalEngine(), []

    async def work() -> None:
        done.append("work")
        engine.ring("one")
        await engine.rung("one")
        done.append("rung")
        engine.stop()

    engine.add("one", work, LONG)
    asyncio.run(asyncio.wait_for(engine.run(), 20))
    assert done == ["work", "rung"]
