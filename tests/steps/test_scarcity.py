"""A machine that has run out of something blames no row for it."""

import asyncio
import errno

import pytest
from fakes import scene
from samples import entry

from monitor.core.errors import StoreError
from monitor.steps.begin import sync
from monitor.steps.read import read_due
from monitor.steps.scarcity import looked, off_loop, scarce
from monitor.store import entries

SHORT = [
    OSError(errno.EMFILE, "Too many open files"),
    OSError(errno.EAGAIN, "again"),
    RuntimeError("can't start new thread"),
]


@pytest.mark.parametrize("error", SHORT, ids=str)
def test_a_story_that_the_machine_could_not_read_is_read_once_it_can(error: Exception) -> None:
    one = scene()
    asyncio.run(sync(one.world))
    with one.world.store.write() as tx:
        entries.add(
            tx, "one", [entry(content="meta.capex 2025 USD 60e9 guidance news")], one.clock.at, background=False
        )

    def fails(_text: str) -> None:
        raise error

    one.reader.fault = fails
    with pytest.raises(StoreError, match="the machine is exhausted"):
        asyncio.run(read_due(one.world))
    one.reader.fault = lambda _text: None
    assert asyncio.run(read_due(one.world)).changes == 1


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "no"), RuntimeError("other"), MemoryError(), ValueError()])
def test_other_errors_are_the_rows_own(error: Exception) -> None:
    assert scarce(error) is None


def test_work_without_a_thread_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(_work: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(asyncio, "to_thread", none)
    with pytest.raises(StoreError, match="no new thread"):
        asyncio.run(off_loop(int))


def test_who_looks_again_anyway_goes_on_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(_work: object) -> None:
        raise RuntimeError("can't start new thread")

    assert asyncio.run(looked(lambda: 1, 2)) == 1
    monkeypatch.setattr(asyncio, "to_thread", none)
    assert asyncio.run(looked(lambda: 1, 2)) == 2


def test_other_runtime_errors_come_out_as_they_are() -> None:
    def bug() -> None:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(off_loop(bug))
