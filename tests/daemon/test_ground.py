"""A database that is taken away is noticed, and nothing else is."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.daemon.ground import taken


def delete(path: Path) -> None:
    path.unlink()


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_text("another")
    new.replace(path)


def write(path: Path) -> None:
    path.write_text("more")


@pytest.mark.parametrize(("act", "noticed"), [(delete, True), (move, True), (replace, True), (write, False)])
def test_a_file_that_is_gone_or_another_is_noticed_and_one_that_is_written_is_not(
    tmp_path: Path, act: Callable[[Path], None], noticed: bool
) -> None:
    kept, lost = tmp_path / "kept", tmp_path / "lost"
    kept.touch()
    lost.touch()

    async def watch() -> Path | None:
        watching = asyncio.ensure_future(taken((kept, lost), pause=0.001))
        await looks(3)
        assert not watching.done()
        act(lost)
        if noticed:
            return await asyncio.wait_for(watching, 30)
        await looks(10)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        return None if watching.cancelled() else kept

    assert asyncio.run(watch()) == (lost if noticed else None)


def test_a_machine_without_a_thread_to_look_with_has_taken_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, tries = asyncio.to_thread, 0

    async def seldom(*work: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries % 2:
            raise RuntimeError("can't start new thread")
        return await there(*work)

    async def watch() -> Path:
        watching = asyncio.ensure_future(taken((tmp_path / "lost",), pause=0.001))
        while tries < 6:
            await asyncio.sleep(0.001)
        assert not watching.done()
        delete(tmp_path / "lost")
        return await asyncio.wait_for(watching, 30)

    (tmp_path / "lost").touch()
    monkeypatch.setattr(asyncio, "to_thread", seldom)
    assert asyncio.run(watch()) == tmp_path / "lost"


async def looks(times: int) -> None:
    """As long as so many looks take at least."""
    for _ in range(times):
        await asyncio.to_thread(int)
        await asyncio.sleep(0.001)
