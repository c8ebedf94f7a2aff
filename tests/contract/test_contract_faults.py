"""A full disk or a locked file stops the work with plain words, loses nothing, and leaves no repair to do."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from fakes import Scene, scene
from samples import article, entry
from sqlalchemy import event

from monitor.core.errors import StoreError
from monitor.steps.begin import sync
from monitor.steps.round import run_round
from monitor.store import engine, upkeep
from monitor.store.store import Store


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path) -> Path:
    copy = tmp_path / "figurewatch.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return copy


def begun(store: Store) -> Scene:
    one = scene(store)
    asyncio.run(sync(one.world))
    one.feed_gives(entry("old", content="irrelevant"))
    asyncio.run(run_round(one.world))
    one.clock.forward(days=1)
    text = "meta.capex 2025 USD 60e9..65e9 guidance news\n" + "\n".join(
        f"Line {n} of a long story." for n in range(9000)
    )
    one.articles.pages["https://one.example/new"] = article("new", text, publisher="one.example")
    one.feed_gives(entry("new", url="https://one.example/new", published=one.clock.at))
    return one


def test_a_full_disk_is_told_and_what_was_seen_is_read_once_there_is_room(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    one = begun(store)
    with store.read() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    room = [pages + 8]

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={room[0]}")

    event.listen(store.engine, "connect", limit)
    store.engine.dispose()
    for _ in range(6):
        with pytest.raises(StoreError, match="the disk is full"):
            asyncio.run(run_round(one.world))
        one.clock.forward(minutes=11)
    room[0] = pages + 100_000
    store.engine.dispose()
    asyncio.run(run_round(one.world))
    assert [[item.new for item in message.items] for message, _, _ in one.channel().got] == [["$60-65bn"]]
    assert upkeep.integrity(store) == []
    store.close()


def test_a_database_locked_by_another_program_is_told_and_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = Store.open(f"sqlite:///{path}")
    one = begun(store)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        asyncio.run(run_round(one.world))
    other.execute("ROLLBACK")
    other.close()
    asyncio.run(run_round(one.world))
    assert len(one.channel().got) == 1
    store.close()
