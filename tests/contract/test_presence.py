"""Workers on one PostgreSQL know which of them live, and take over what the dead were reading."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from fakes import scene
from real_databases import postgres_url
from samples import NOON, entry
from sqlalchemy import text

from monitor.core.errors import StoreError
from monitor.steps.begin import sync, take_over, take_over_dead
from monitor.store import claims, entries, presence
from monitor.store import schema as tables
from monitor.store.engine import make_engine
from monitor.store.presence import Presence, release_dead
from monitor.store.store import Store

OTHER = 7
LEASE = timedelta(hours=9)


@pytest.fixture
def store(postgres: tuple[str, str]) -> Iterator[Store]:
    with postgres_url(*postgres) as url:
        found = Store.open(url)
        one = scene(found)
        asyncio.run(sync(one.world))
        with found.write() as tx:
            entries.add(tx, "one", [entry("e1"), entry("e2")], NOON, background=False)
        yield found
        found.close()


def taken(store: Store, token: str = "") -> int:
    with store.write() as tx:
        return len(entries.take_due(tx, NOON, 1, token or claims.new_token(), LEASE))


def of_another() -> str:
    return claims.holder(OTHER) + uuid4().hex[8:]


def living(store: Store) -> set[int]:
    with store.read() as tx:
        return set(tx.exec_driver_sql(presence._LIVING).scalars())


def end_session_of(store: Store, number: int) -> None:
    """End a worker's session as its death does, and wait until the server has cleared up after it."""
    with store.write() as tx:
        ended = "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number"
        assert tx.execute(text(ended), {"number": number}).scalars().all() == [True]


def test_what_a_living_worker_claimed_is_left_to_it(store: Store) -> None:
    other = Presence(store.engine, OTHER)
    other.hold()
    other.hold()
    assert taken(store, of_another()) == 1
    with store.write() as tx:
        release_dead(tx, [tables.entries])
    assert (taken(store), taken(store)) == (1, 0)
    other.let_go()


def test_what_a_dead_worker_was_reading_is_free_at_once(store: Store) -> None:
    other = Presence(store.engine, OTHER)
    other.hold()
    assert (taken(store, of_another()), taken(store, of_another())) == (1, 1)
    end_session_of(store, OTHER)
    assert taken(store) == 0
    asyncio.run(take_over_dead(scene(store).world))
    assert (taken(store), taken(store)) == (1, 1)
    other.let_go()


WORKER = """
import sys
from datetime import datetime, timedelta
from monitor.store import claims, entries
from monitor.store.store import Store
store = Store.open(sys.argv[1], migrate=False)
with store.lock():
    with store.write() as tx:
        assert entries.take_due(tx, datetime.fromisoformat(sys.argv[2]), 9, claims.new_token(), timedelta(hours=9))
    print(claims.worker(), flush=True)
    sys.stdin.read()
"""


def test_a_worker_that_was_killed_is_known_as_dead(store: Store) -> None:
    address = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WORKER, address, NOON.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        number = int(other.stdout.readline())
        asyncio.run(take_over_dead(scene(store).world))
        assert taken(store) == 0
        other.kill()
    with store.write() as tx:  # waits until the server has seen the end of its session
        tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({presence._KIND}, {number})")
    asyncio.run(take_over_dead(scene(store).world))
    assert (taken(store), taken(store)) == (1, 1)


def test_what_this_worker_claimed_is_never_taken_from_it(store: Store) -> None:
    assert taken(store) == 1
    asyncio.run(take_over(scene(store).world))
    assert (taken(store), taken(store)) == (1, 0)


def test_a_worker_is_known_while_it_holds_its_store_and_no_longer(store: Store) -> None:
    with store.lock():
        assert living(store) == {claims.worker()}
        end_session_of(store, claims.worker())
        assert living(store) == set()
        store.stay()
        assert living(store) == {claims.worker()}
        end_session_of(store, claims.worker())
    assert living(store) == set()


def test_a_server_that_cannot_be_reached_is_told_in_words() -> None:
    lost = Store(make_engine("postgresql://someone@127.0.0.1:9/figurewatch"), None)
    with pytest.raises(StoreError, match="database:"), lost.lock():
        raise AssertionError
    lost.close()


def test_a_claim_tells_whose_it_is() -> None:
    assert claims.new_token() != claims.new_token()
    assert claims.new_token().startswith(claims.holder())
    assert len(claims.new_token()) == 32
    assert claims.holder(OTHER) == "00000007"
