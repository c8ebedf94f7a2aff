import asyncio
from contextlib import suppress

from fakes_sources import FakeTime

from monitor.sources.pace import Pace
from monitor.sources.places import Places


def paced(hosts, **more):
    """The moments at which turns for `hosts` began, one after the other."""
    time, began = FakeTime(), []

    async def run():
        pace = Pace(monotonic=time.monotonic, sleep=time.sleep, **more)
        for host in hosts:
            async with pace.turn(host):
                began.append(time.now - 1_000)
        return pace

    return began, asyncio.run(run()), time


def test_a_host_rests_between_two_requests_and_others_do_not_wait_for_it():
    assert paced(["a", "b", "a", "b"])[0] == [0, 0, 1, 1]


def test_a_host_may_ask_for_more_rest_but_not_for_less():
    time, began = FakeTime(), []

    async def run():
        pace = Pace(gap=2, monotonic=time.monotonic, sleep=time.sleep)
        pace.slow_down("a", 10)
        pace.slow_down("b", 0.1)
        for host in "aabb":
            async with pace.turn(host):
                began.append(time.now - 1_000)

    asyncio.run(run())
    assert began == [0, 10, 10, 12]


def test_a_failed_exchange_gives_the_turn_back():
    async def run():
        pace = Pace(gap=0)
        for _ in range(3):
            with suppress(KeyError):
                async with pace.turn("a"):
                    {}["missing"]
        task = asyncio.create_task(hold(pace))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(1), pace.turn("a"):
            return True

    async def hold(pace):
        async with pace.turn("a"):
            await asyncio.Event().wait()

    assert asyncio.run(run())


def test_no_more_than_the_total_run_at_once():
    running, most = 0, 0

    async def one(pace, host):
        nonlocal running, most
        async with pace.turn(host):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    async def run():
        pace = Pace(gap=0, places=Places(3))
        await asyncio.gather(*(one(pace, str(n)) for n in range(20)))

    asyncio.run(run())
    assert most == 3


def test_hosts_at_rest_are_forgotten_before_memory_grows():
    _, pace, _ = paced([str(n) for n in range(9_000)], gap=0)
    assert len(pace._hosts) <= 4_097
