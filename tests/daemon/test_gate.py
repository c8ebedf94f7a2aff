"""Batches of work together, the swap of a configuration alone."""

import asyncio

from monitor.daemon.gate import Gate


def test_many_are_inside_together_and_one_alone_waits_for_them() -> None:
    async def run() -> list[str]:
        gate, said, leave = Gate(), [], asyncio.Event()

        async def batch(name: str) -> None:
            async with gate.together():
                said.append(f"{name} in")
                await leave.wait()
                said.append(f"{name} out")

        async def swap() -> None:
            async with gate.alone():
                said.append("alone")

        tasks = [asyncio.create_task(batch("a")), asyncio.create_task(batch("b"))]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(swap()))
        for _ in range(5):
            await asyncio.sleep(0)
        tasks.append(asyncio.create_task(batch("late")))
        for _ in range(5):
            await asyncio.sleep(0)
        leave.set()
        await asyncio.gather(*tasks)
        return said

    said = asyncio.run(asyncio.wait_for(run(), 20))
    assert said == ["a in", "b in", "a out", "b out", "alone", "late in", "late out"]


def test_whoever_gives_up_waiting_alone_lets_the_others_on() -> None:
    async def run() -> str:
        gate, leave = Gate(), asyncio.Event()

        async def batch() -> None:
            async with gate.together():
                await leave.wait()

        async def swap() -> None:
            async with gate.alone():
                pass

        inside = asyncio.create_task(batch())
        await asyncio.sleep(0)
        waiting = asyncio.create_task(swap())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with gate.together():
            leave.set()
        await inside
        return "through"

    assert asyncio.run(asyncio.wait_for(run(), 20)) == "through"


def test_a_cancelled_batch_leaves_the_gate_open() -> None:
    async def run() -> str:
        gate = Gate()

        async def batch() -> None:
            async with gate.together():
                await asyncio.Event().wait()

        task = asyncio.create_task(batch())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with gate.alone():
            return "alone"

    assert asyncio.run(asyncio.wait_for(run(), 20)) == "alone"
