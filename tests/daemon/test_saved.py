"""A saved file is noticed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.daemon.saved import saved


def write(path: Path) -> None:
    path.write_text("written in place, and longer than before")


def replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_text(path.read_text())
    new.replace(path)


def turn_link(path: Path) -> None:
    """As a cluster does that hands configurations to containers."""
    other = path.with_name("other")
    other.write_text(path.read_text())
    path.unlink()
    path.symlink_to(other)


def leave_and_come_back(path: Path) -> None:
    path.unlink()
    write(path)


@pytest.mark.parametrize("save", [write, replace, turn_link, leave_and_come_back])
def test_every_way_of_saving_is_noticed_once(tmp_path: Path, save: Callable[[Path], None]) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("feeds: []")

    async def watch() -> int:
        seen = 0
        looks = saved(path, pause=0.001)
        first = asyncio.ensure_future(anext(looks))
        await looked(3)
        assert not first.done()
        save(path)
        await asyncio.wait_for(first, 30)
        seen += 1
        second = asyncio.ensure_future(anext(looks))
        await looked(10)
        seen += second.done()
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        await looks.aclose()
        return seen

    assert asyncio.run(watch()) == 1


async def looked(times: int) -> None:
    """As long as so many looks take at least."""
    for _ in range(times):
        await asyncio.to_thread(int)
        await asyncio.sleep(0.001)
