"""A slow exchange moves aside for others, and never more are open than were allowed."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.places import Places, places_of


async def begun(places: Places, count: int) -> "list[asyncio.Task[object]]":
    """So many exchanges, each begun as far as it gets by itself."""
    tasks = [asyncio.create_task(places.take()) for _ in range(count)]
    for _ in range(50):
        await asyncio.sleep(0)
    return tasks


def went_on(prompt: int, aside: int, patience: float, wanted: int) -> int:
    """How many of `wanted` exchanges, none of which ends, get a place."""

    async def run() -> int:
        tasks = await begun(Places(prompt, aside, patience), wanted)
        done = sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    return asyncio.run(run())


def test_a_slow_exchange_keeps_nobody_waiting() -> None:
    assert went_on(prompt=1, aside=5, patience=0.0, wanted=4) == 4


def test_no_more_move_aside_than_there_is_room_for() -> None:
    assert went_on(prompt=2, aside=3, patience=0.0, wanted=9) == 5


def test_a_prompt_exchange_keeps_its_place() -> None:
    assert went_on(prompt=2, aside=5, patience=3_600.0, wanted=9) == 2


def test_without_room_aside_others_wait_for_the_end() -> None:
    async def run() -> None:
        places = Places(1, 0, 0.0)
        first = await places.take()
        (second,) = await begun(places, 1)
        assert not second.done()
        places.leave(first)
        await second

    asyncio.run(run())


def test_room_aside_that_becomes_free_is_used_by_the_next_slow_one() -> None:
    async def run() -> None:
        places = Places(1, 1, 0.0)
        slow = await places.take()
        (slower, waiting) = await begun(places, 2)
        assert (slower.done(), waiting.done()) == (True, False)
        places.leave(slow)
        async with asyncio.timeout(10):
            await waiting

    asyncio.run(run())


def test_one_who_gives_up_waiting_takes_nobody_s_place() -> None:
    async def run() -> None:
        places = Places(1, 0)
        first = await places.take()
        impatient, patient = await begun(places, 2)
        impatient.cancel()
        places.leave(first)
        async with asyncio.timeout(10):
            await patient

    asyncio.run(run())


@given(st.integers(1, 512))
def test_never_more_are_open_than_there_are_connections(connections: int) -> None:
    assert went_on_with(places_of(connections), connections + 3) == connections


def went_on_with(places: Places, wanted: int) -> int:
    async def run() -> int:
        places._patience = 0.0
        tasks = await begun(places, wanted)
        async with asyncio.timeout(30):
            while (done := sum(task.done() for task in tasks)) < wanted - 3:
                await asyncio.sleep(0)
        for _ in range(50):
            await asyncio.sleep(0)
        assert done == sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    return asyncio.run(run())
