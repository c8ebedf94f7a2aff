"""A configuration that the database keeps from being taken over is taken over once it can be."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from daemon_process import QUIET, ROOT
from fakes import FakeLog

from monitor.config import load_config
from monitor.core.errors import StoreError
from monitor.daemon import serve
from monitor.daemon.serve import Daemon, Options
from monitor.daemon.wiring import open_store, outfit
from monitor.engines.local import LocalEngine


def test_a_reload_that_meets_a_busy_database_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, log = tmp_path / "feeds.yaml", FakeLog()
    path.write_text("feeds: [https://a.example/f]\n")
    env = {**QUIET, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "FIGUREWATCH_DATA_DIR": str(tmp_path / "data")}
    real, tries = serve.sync, 0

    async def busy_at_first(world: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StoreError("database: it is locked")
        await real(world)

    async def reload() -> None:
        config = load_config(path, env)
        store = open_store(config)
        daemon = Daemon(Options(path, env, 0.001), outfit(config, store, log=log), LocalEngine())
        task = asyncio.create_task(daemon._reloads())
        path.write_text("feeds: [https://a.example/f, https://b.example/f]\n")
        daemon.reload()
        await until(lambda: "configuration taken over" in told(log) or task.done())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await daemon._outfit.aclose()
        store.close()

    monkeypatch.setattr(serve, "sync", busy_at_first)
    asyncio.run(reload())
    assert told(log) == ["configuration waits", "configuration taken over"]


def told(log: FakeLog) -> list[str]:
    return [event for event, _values in log.lines if event.startswith("configuration")]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)
