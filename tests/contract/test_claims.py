"""Work is taken once at a time, comes back when its worker dies, and is put aside when it keeps killing workers."""

import threading
from datetime import timedelta

import pytest
from samples import NOON, after, audience, entry, feed
from sqlalchemy import update

from monitor.core.types.feeds import Validators
from monitor.store import claims, clock, deliveries, entries, feeds, outbox
from monitor.store import schema as tables
from monitor.store.claims import MAX_ATTEMPTS, new_token
from monitor.store.store import Store

LEASE = timedelta(minutes=5)


def with_feeds(store: Store, count: int) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed(f"f{number}") for number in range(count)], NOON)


def take(store: Store, now: object = NOON, limit: int = 10) -> tuple[str, list[str]]:
    token = new_token()
    with store.write() as tx:
        return token, [one.id for one in feeds.take_due(tx, now, limit, token, LEASE)]


def test_what_is_taken_is_not_taken_again_while_its_lease_lasts(store: Store) -> None:
    with_feeds(store, 3)
    assert sorted(take(store)[1]) == ["f0", "f1", "f2"]
    assert take(store, after(minutes=4))[1] == []


def test_what_a_dead_worker_held_comes_back_when_its_lease_is_over(store: Store) -> None:
    with_feeds(store, 2)
    take(store)
    assert sorted(take(store, after(minutes=5))[1]) == ["f0", "f1"]


def test_no_more_is_taken_than_asked_for_and_the_oldest_first(store: Store) -> None:
    with_feeds(store, 3)
    with store.write() as tx:
        tx.execute(update(tables.feeds).where(tables.feeds.c.id == "f2").values(due_at=after(hours=-1)))
    assert take(store, limit=1)[1] == ["f2"]


def test_what_is_not_due_is_left_alone(store: Store) -> None:
    with_feeds(store, 1)
    assert take(store, after(seconds=-1))[1] == []


def test_a_row_that_kills_its_worker_five_times_is_parked(store: Store) -> None:
    with_feeds(store, 1)
    for turn in range(MAX_ATTEMPTS):
        assert take(store, after(minutes=5 * turn))[1] == ["f0"]
    assert take(store, after(hours=1))[1] == []
    with store.read() as tx:
        assert feeds.states(tx)[0].state == "parked"


def test_a_suspect_is_taken_alone_so_that_it_drags_nobody_along(store: Store) -> None:
    with_feeds(store, 3)
    take(store)
    take(store, after(minutes=5))
    assert len(take(store, after(minutes=10))[1]) == 1
    assert len(take(store, after(minutes=10))[1]) == 1


def test_innocent_rows_go_before_suspects(store: Store) -> None:
    with_feeds(store, 2)
    with store.write() as tx:
        tx.execute(update(tables.feeds).where(tables.feeds.c.id == "f0").values(attempts=3, due_at=after(hours=-1)))
    assert take(store)[1] == ["f1"]
    assert take(store)[1] == ["f0"]


def test_an_end_forgets_earlier_attempts(store: Store) -> None:
    with_feeds(store, 1)
    for turn in range(12):
        token, ids = take(store, after(minutes=turn))
        assert ids == ["f0"]
        with store.write() as tx:
            feeds.finish(tx, token, [{"id": "f0", "due_at": after(minutes=turn)}])


def test_a_lost_lease_ends_nothing(store: Store) -> None:
    with_feeds(store, 1)
    late, _ = take(store)
    take(store, after(minutes=6))
    with store.write() as tx:
        assert feeds.still_held(tx, ["f0"], late) == set()
        feeds.finish(tx, late, [{"id": "f0", "due_at": after(days=1), "etag": "late"}])
    with store.read() as tx:
        assert feeds.states(tx)[0].validators == Validators()


def test_feeds_of_all_outcomes_are_stored_in_one_call(store: Store) -> None:
    with_feeds(store, 3)
    token, _ = take(store)
    with store.write() as tx:
        feeds.finish(tx, token, [
            {"id": "f0", "due_at": after(hours=1), "last_ok": NOON},
            {"id": "f1", "due_at": after(hours=2), "last_ok": NOON},
            {"id": "f2", "due_at": after(hours=3), "failures": 1, "error": "no"},
        ])  # fmt: skip
    with store.read() as tx:
        found = {one.id: (one.due_at, one.error, one.attempts) for one in feeds.states(tx)}
    assert found == {"f0": (after(hours=1), None, 0), "f1": (after(hours=2), None, 0), "f2": (after(hours=3), "no", 0)}


def test_a_new_daemon_frees_what_its_dead_predecessor_held_and_remembers_that_it_was_begun(store: Store) -> None:
    with_feeds(store, 1)
    take(store)
    with store.write() as tx:
        claims.release(tx, [tables.feeds])
    assert take(store, after(seconds=1))[1] == ["f0"]


def test_workers_that_take_at_once_never_take_the_same(store: Store) -> None:
    if store.in_memory:
        pytest.skip("one connection: nothing happens at once")
    with_feeds(store, 60)
    taken: list[str] = []
    guard = threading.Lock()

    def work() -> None:
        while True:
            _, ids = take(store, limit=7)
            if not ids:
                return
            with guard:
                taken.extend(ids)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken) == sorted(f"f{number}" for number in range(60))


def test_entries_come_oldest_publication_first(store: Store) -> None:
    with_feeds(store, 1)
    with store.write() as tx:
        entries.add(tx, "f0", [entry("new", published=after(hours=2)), entry("old"), entry("dateless", published=None)],
                    after(hours=1), background=False)  # fmt: skip
        found = entries.take_due(tx, after(hours=1), 10, new_token())
    assert [one.entry.key for one in found] == ["old", "dateless", "new"]


def test_a_delivery_found_without_an_end_is_a_possible_repeat_from_then_on(store: Store) -> None:
    from monitor.store import outbox
    from monitor.store.outbox import StoredDigest

    with store.write() as tx:
        outbox.sync_audiences(tx, [audience()], NOON)
        outbox.commit_digest(tx, StoredDigest("d1", "desk", NOON, "s", "{}"), told=[], note_ids=[],
                             recipients=[("desk.email", "a@example.com")])  # fmt: skip
        first = deliveries.take_due(tx, "desk", "desk.email", now=NOON, token=new_token())
        again = deliveries.take_due(tx, "desk", "desk.email", now=after(minutes=6), token=new_token())
    assert first is not None
    assert not first.possible_repeat
    assert first.first_try == NOON
    assert again is not None
    assert again.possible_repeat
    assert again.first_try == NOON


HOT = {
    "SELECT id FROM feeds WHERE state = 'active' AND due_at <= '2025-01-01'": "ix_feeds_state_due_at",
    "SELECT id FROM entries WHERE state = 'new' AND due_at <= '2025-01-01'": "ix_entries_state_due_at",
    "SELECT id FROM entries WHERE feed = 'a' AND key = 'b'": "uq_entries_feed_key|sqlite_autoindex_entries",
    "SELECT id FROM entries WHERE url_key = 'a'": "ix_entries_url_key",
    "SELECT id FROM entries WHERE article = 'a'": "ix_entries_article",
    "SELECT article FROM refetches WHERE state = 'new' AND due_at <= '2025-01-01'": "ix_refetches_state_due_at",
    "SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= '2025-01-01'": "ix_deliveries_state_due_at",
    "SELECT change FROM tellings WHERE audience = 'a' AND state = 'pending'": "ix_tellings_pending",
    "SELECT id FROM notes WHERE audience = 'a' AND digest IS NULL": "ix_notes_pending",
    "SELECT article FROM near_keys WHERE key IN (1, 2, 3)": "PRIMARY KEY|pk_near_keys",
    "SELECT id FROM articles WHERE text_hash = 'a'": "ix_articles_text_hash",
    "SELECT id FROM readings WHERE metric = 'a'": "ix_readings_metric_period_unit_at",
    "SELECT id FROM readings WHERE article = 'a'": "ix_readings_article",
    "SELECT id FROM changes WHERE metric = 'a'": "ix_changes_metric_period_unit",
}


@pytest.mark.parametrize("query", HOT)
def test_what_is_asked_often_is_answered_from_an_index(store: Store, query: str) -> None:
    with store.read() as tx:
        if store.dialect == "sqlite":
            plan = " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
        else:
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN {query}"))
    assert any(name in plan for name in HOT[query].split("|")), plan


def test_work_that_could_not_be_stored_is_given_back_as_if_untouched(store: Store) -> None:
    with_feeds(store, 1)
    for _ in range(MAX_ATTEMPTS * 2):
        token, ids = take(store)
        assert ids == ["f0"]
        with store.write() as tx:
            claims.give_back(tx, tables.feeds, token)


def test_suspects_take_turns_so_that_none_is_parked_for_nothing(store: Store) -> None:
    with_feeds(store, 4)
    for turn in range(2):
        take(store, after(minutes=5 * turn))
    alone = [take(store, after(minutes=10 + 5 * turn))[1][0] for turn in range(4)]
    assert sorted(alone) == ["f0", "f1", "f2", "f3"]


def test_a_parked_feed_gets_another_chance_after_a_day(store: Store) -> None:
    with_feeds(store, 1)
    with store.write() as tx:
        feeds.set_state(tx, "f0", "parked", NOON)
        feeds.revive(tx, after(hours=-1), after(hours=23))
        assert feeds.states(tx)[0].state == "parked"
        feeds.revive(tx, after(hours=1), after(hours=25))
        assert feeds.states(tx)[0].state == "active"
    assert take(store, after(hours=25))[1] == ["f0"]


def test_two_workers_in_each_other_s_way_both_get_through(store: Store) -> None:
    if store.in_memory:
        pytest.skip("one connection: nothing happens at once")
    from monitor.store import facts

    with store.write() as tx:
        facts.put(tx, "a", "0", NOON)
        facts.put(tx, "b", "0", NOON)
    first_steps = threading.Barrier(2)

    def cross(one: str, other: str) -> None:
        tries = 0

        def work(tx: object) -> None:
            nonlocal tries
            tries += 1
            facts.put(tx, one, "1", NOON)
            if tries == 1 and store.dialect == "postgresql":
                first_steps.wait(10)
            facts.put(tx, other, "1", NOON)

        store.transact(work)

    threads = [threading.Thread(target=cross, args=names) for names in (("a", "b"), ("b", "a"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with store.read() as tx:
        assert facts.get(tx, "a") == facts.get(tx, "b") == ("1", NOON)


def test_a_clock_set_back_makes_nothing_wait_for_the_time_it_was_set_back_from(store: Store) -> None:
    later, now = NOON + timedelta(hours=5), NOON
    with store.write() as tx:
        feeds.sync(tx, [feed()], later)
        entries.add(tx, "one", [entry()], later, background=False)
        outbox.sync_audiences(tx, [audience()], later)
        digest = outbox.StoredDigest("d", "desk", later, "s", "{}")
        outbox.commit_digest(tx, digest, told=[], note_ids=[], recipients=[("desk.email", "a@example.com")])
        taken = deliveries.take_due(tx, "desk", "desk.email", now=later, token="t")
        feeds.take_due(tx, later, 9, "f")
        feeds.finish(tx, "f", [{"id": "one", "last_poll": later, "due_at": later + timedelta(hours=1)}])
    assert taken is not None
    with store.write() as tx:
        assert feeds.take_due(tx, now, 9, "g") == []
        assert clock.mend(tx, now) == 6
        assert clock.mend(tx, now) == 0
        assert [state.id for state in feeds.take_due(tx, now, 9, "g")] == ["one"]
        assert len(entries.take_due(tx, now, 9, "e")) == 1
        end = now + timedelta(minutes=5)
        again = deliveries.take_due(tx, "desk", "desk.email", now=end, token="u")
        assert again is not None
        assert again.possible_repeat
        assert [one.last_digest for one in outbox.audience_states(tx)] == [now]


def test_an_entry_put_aside_for_ending_the_program_gets_one_more_try_a_day(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed()], NOON)
        entries.add(tx, "one", [entry()], NOON, background=False)
        for number in range(MAX_ATTEMPTS + 1):
            entries.take_due(tx, NOON + timedelta(hours=number), 1, f"t{number}")
        assert len(entries.parked(tx)) == 1
        entries.revive(tx, NOON - timedelta(hours=1), NOON)
        assert entries.take_due(tx, NOON + timedelta(hours=9), 1, "u") == []
        tomorrow = NOON + timedelta(hours=25)
        entries.revive(tx, NOON + timedelta(hours=1), tomorrow)
        assert len(entries.take_due(tx, tomorrow, 1, "u")) == 1
        assert entries.take_due(tx, tomorrow + timedelta(hours=1), 1, "v") == []
        assert len(entries.parked(tx)) == 1
