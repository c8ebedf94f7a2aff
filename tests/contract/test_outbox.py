"""A change and an audience meet once; a digest is frozen with its deliveries; each delivery ends somewhere."""

from datetime import timedelta

import pytest
from samples import NOON, after, audience, change, claim, entry, feed, reading, shelved
from sqlalchemy import update

from monitor.core.errors import StoreError
from monitor.core.types.ledger import Decision
from monitor.store import articles, deliveries, entries, facts, feeds, ledger, outbox, upkeep
from monitor.store import schema as tables
from monitor.store.claims import new_token
from monitor.store.deliveries import Delivery
from monitor.store.entries import Ended
from monitor.store.ledger import SeriesState
from monitor.store.outbox import StoredDigest
from monitor.store.store import Store
from monitor.store.upkeep import Keep, Swept

DIGEST = StoredDigest("d1", "desk", after(hours=1), "Capex: $60bn -> $65bn", '{"id": "d1"}')
RECIPIENTS = (("desk.email", "a@example.com"), ("desk.email", "b@example.com"), ("desk.slack", "hook"))


def with_change(store: Store, name: str = "c1") -> None:
    one = reading(article="art")
    with store.write() as tx:
        outbox.sync_audiences(tx, [audience()], NOON)
        articles.save(tx, [shelved()], {})
        ledger.lock_metrics(tx, ["meta.capex"])
        state = SeriesState(one.series, one.claim, one.status, one.id, one.at, 1)
        decided = [Decision(one.id, "because", "new", change(name, of=one))]
        ledger.record(tx, readings_added=[one], version=1, decided=decided, settled={one.series: state}, now=NOON)


def with_digest(store: Store) -> list[str]:
    with_change(store)
    with store.write() as tx:
        return outbox.commit_digest(tx, DIGEST, told=["c1"], note_ids=[], recipients=RECIPIENTS)


def take(store: Store, channel: str = "desk.email", now: object = None) -> tuple[str, Delivery | None]:
    token = new_token()
    with store.write() as tx:
        return token, deliveries.take_due(tx, "desk", channel, now=now or after(hours=2), token=token)


def test_a_digest_takes_its_changes_with_it_and_lines_up_every_recipient(store: Store) -> None:
    ids = with_digest(store)
    assert len(set(ids)) == 3
    with store.read() as tx:
        assert outbox.pending(tx, "desk") == []
        assert outbox.tellings_of(tx, "c1") == [("desk", "told", "d1", None)]
        assert outbox.digest_of(tx, "d1") == DIGEST
        assert outbox.digest_list(tx, audience="desk") == [DIGEST]
        assert outbox.digest_of(tx, "d2") is None
        assert {(one.channel, one.recipient) for one in deliveries.of_digest(tx, "d1")} == set(RECIPIENTS)
        assert outbox.audience_states(tx)[0].last_digest == after(hours=1)


def test_a_change_is_in_one_digest_of_an_audience_only(store: Store) -> None:
    with_digest(store)
    other = StoredDigest("d2", "desk", after(hours=2), "again", "{}")
    with store.write() as tx:
        assert outbox.commit_digest(tx, other, told=["c1"], note_ids=[], recipients=RECIPIENTS) == []
        assert outbox.digest_of(tx, "d2") is None


def test_what_waits_for_an_audience_is_counted_with_the_oldest_moment(store: Store) -> None:
    with_change(store)
    with store.write() as tx:
        outbox.add_note(tx, key="alarm", kind="feed", text="gone", now=after(hours=-1), alarm=True)
        outbox.add_note(tx, key="quiet", kind="summary", text="watching", now=after(hours=-2))
        assert outbox.waiting_for(tx) == {"desk": (2, after(hours=-1))}


def test_a_change_left_out_is_never_pending_again_and_keeps_its_reason(store: Store) -> None:
    with_change(store)
    with store.write() as tx:
        outbox.leave_out(tx, "desk", [("c1", "too small")])
        outbox.checked(tx, "desk", NOON)
        assert outbox.pending(tx, "desk") == []
        assert outbox.tellings_of(tx, "c1") == [("desk", "left-out", None, "too small")]
        assert outbox.last_told(tx, "desk", [reading().series]) == {}


def test_the_value_told_last_is_remembered_for_each_audience(store: Store) -> None:
    with_digest(store)
    with store.read() as tx:
        assert outbox.last_told(tx, "desk", [reading().series]) == {reading().series: claim("65e9")}
        assert outbox.last_told(tx, "night", [reading().series]) == {}
        assert outbox.last_told(tx, "desk", []) == {}


def test_the_same_note_is_said_once_to_each_audience(store: Store) -> None:
    with store.write() as tx:
        outbox.sync_audiences(tx, [audience(), audience("night", show_conflicts=True)], NOON)
        for key in ("one", "one", "x" * 300, "x" * 300):
            outbox.add_note(tx, key=key, kind="feed", text="gone", now=NOON, url="https://one.example/")
        outbox.add_note(tx, key="mine", kind="feed", text="only me", now=NOON, only=["desk"])
        assert [one.text for one in outbox.pending_notes(tx, "desk")] == ["gone", "gone", "only me"]
        assert len(outbox.pending_notes(tx, "night")) == 2
        assert outbox.conflict_audiences(tx) == ["night"]


def test_a_note_leaves_with_its_digest(store: Store) -> None:
    with store.write() as tx:
        outbox.sync_audiences(tx, [audience()], NOON)
        outbox.add_note(tx, key="one", kind="feed", text="gone", now=NOON)
        note = outbox.pending_notes(tx, "desk")[0]
        outbox.commit_digest(tx, DIGEST, told=[], note_ids=[note.id], recipients=RECIPIENTS)
        assert outbox.pending_notes(tx, "desk") == []


def test_an_unknown_audience_has_no_digest(store: Store) -> None:
    with store.write() as tx:
        assert outbox.lock_audience(tx, "nobody") is None
        outbox.sync_audiences(tx, [audience()], NOON)
        outbox.sync_audiences(tx, [audience(show_conflicts=True)], NOON)
        assert outbox.conflict_audiences(tx) == ["desk"]
        assert outbox.digest_list(tx) == []
        found = outbox.lock_audience(tx, "desk")
    assert found is not None
    assert found.active


def test_each_channel_is_its_own_queue(store: Store) -> None:
    with_digest(store)
    with store.read() as tx:
        assert sorted(deliveries.due_channels(tx, after(hours=2))) == [("desk", "desk.email"), ("desk", "desk.slack")]
        assert deliveries.due_channels(tx, NOON) == []
    assert take(store)[1] is not None
    assert take(store)[1] is not None
    assert take(store)[1] is None
    assert take(store, "desk.slack")[1] is not None


def test_a_delivery_ends_as_sent(store: Store) -> None:
    with_digest(store)
    token, one = take(store)
    assert one is not None
    with store.write() as tx:
        assert deliveries.finish(tx, one.id, token, state="sent", now=after(hours=2), parts=2)
        assert not deliveries.finish(tx, one.id, token, state="dead", now=after(hours=2))
        found = next(other for other in deliveries.of_digest(tx, "d1") if other.id == one.id)
    assert (found.state, found.done_at, found.parts, found.tries) == ("sent", after(hours=2), 2, 1)


def test_a_delivery_waits_until_its_next_try(store: Store) -> None:
    with_digest(store)
    token, one = take(store, "desk.slack")
    assert one is not None
    with store.write() as tx:
        deliveries.finish(tx, one.id, token, state="pending", now=after(hours=2), due_at=after(hours=3), error="500",
                          possible_repeat=True)  # fmt: skip
    assert take(store, "desk.slack")[1] is None
    again = take(store, "desk.slack", after(hours=3))[1]
    assert again is not None
    assert again.possible_repeat
    assert (again.tries, again.error) == (1, "500")


def test_what_is_not_delivered_is_listed_and_can_be_tried_again(store: Store) -> None:
    with_digest(store)
    token, one = take(store, "desk.slack")
    other_token, other = take(store)
    assert one is not None
    assert other is not None
    with store.write() as tx:
        deliveries.finish(tx, one.id, token, state="dead", now=after(hours=2), error="550")
        deliveries.park(tx, other.id, other_token, after(hours=2), "a fault")
        assert [found.state for found in deliveries.undelivered(tx)].count("pending") == 1
        assert len(deliveries.undelivered(tx)) == 3
        assert [found.id for found, _ in deliveries.listing(tx, state="dead")] == [one.id]
        assert {subject for _, subject in deliveries.listing(tx)} == {DIGEST.subject}
        assert deliveries.retry(tx, after(hours=3), [one.id]) == 1
        assert deliveries.retry(tx, after(hours=3), ["d1"]) == 3
        assert deliveries.retry(tx, after(hours=3)) == 3
        assert {found.state for found in deliveries.undelivered(tx)} == {"pending"}


def test_what_is_being_sent_right_now_is_not_tried_again(store: Store) -> None:
    with_digest(store)
    take(store, "desk.slack")
    with store.write() as tx:
        assert deliveries.retry(tx, after(hours=2)) == 2


def test_health_tells_all_that_can_be_wrong(store: Store) -> None:
    with_digest(store)
    token, one = take(store)
    assert one is not None
    with store.write() as tx:
        deliveries.finish(tx, one.id, token, state="dead", now=after(hours=2), error="550")
        feeds.sync(tx, [feed("ok"), feed("bad"), feed("gone")], NOON)
        tx.execute(update(tables.feeds).where(tables.feeds.c.id == "bad").values(failures=4, error="404"))
        feeds.set_state(tx, "gone", "gone", NOON)
        entries.add(tx, "ok", [entry("a"), entry("b")], NOON, background=False)
        first = entries.take_due(tx, NOON, 1, "t")[0]
        entries.park(tx, "t", first.id, "a fault")
        upkeep.round_done(tx, after(hours=2))
        found = upkeep.health(tx, after(hours=3))
        assert [stored.entry.key for stored, _ in entries.parked(tx)] == [first.entry.key]
    assert (found.last_round, found.undelivered, found.dead) == (after(hours=2), 3, 1)
    assert found.oldest_undelivered == after(hours=1)
    assert (found.parked_entries, found.waiting_entries, found.parked_feeds, found.parked_deliveries) == (1, 1, 0, 0)
    assert [one.id for one in found.failing] == ["bad"]
    assert [one.id for one in found.gone] == ["gone"]


def test_a_fresh_database_is_healthy_and_has_no_round(store: Store) -> None:
    with store.read() as tx:
        found = upkeep.health(tx, NOON)
    assert (found.last_round, found.undelivered, found.oldest_undelivered) == (None, 0, None)
    assert upkeep.integrity(store) == []


def test_tidying_in_small_steps_drops_what_one_step_drops_and_passes_what_is_kept_once(store: Store) -> None:
    with_digest(store)  # of an article that is kept
    keep = Keep(timedelta(days=1), timedelta(days=1), timedelta(days=1))
    with store.write() as tx:
        for number in range(9):
            name, seen = f"bare{number}", NOON - timedelta(days=number // 3)  # some at the same moment
            articles.save(tx, [shelved(name, f"Nothing of note was said {number}.", seen_at=seen)], {})
        steps, since = [], None
        while done := upkeep.collect_garbage(tx, after(days=5), keep, limit=2, since=since):
            steps.append(done.articles)
            assert done.reached is not None
            assert since is None or done.reached >= since
            since = done.reached
        assert steps == [2, 2, 2, 2, 1]
        assert since == NOON
        assert articles.find(tx, ["art", *(f"bare{number}" for number in range(9))]).keys() == {"art"}


def test_tidying_never_drops_what_the_ledger_rests_on(store: Store) -> None:
    with_digest(store)
    with store.write() as tx:
        articles.save(tx, [shelved("bare", "Nothing of note was said.")], {})
        feeds.sync(tx, [feed()], NOON)
        entries.add(tx, "one", [entry("a", summary="long", content="longer")], NOON, background=False)
        one = entries.take_due(tx, NOON, 1, "t")[0]
        entries.finish(tx, "t", [Ended(one.id, "article", "read", "art")])
        later = after(days=5)
        keep = Keep(timedelta(days=9), timedelta(days=9), timedelta(days=9))
        assert not upkeep.collect_garbage(tx, later, keep)
        keep = Keep(timedelta(days=1), timedelta(days=1), timedelta(days=1))
        assert upkeep.collect_garbage(tx, later, keep) == Swept(entries=1, articles=1, digests=0)
        assert not upkeep.collect_garbage(tx, later, keep)
        assert articles.find(tx, ["bare"]) == {}
        assert articles.text_of(tx, "art") is not None
        found = entries.recent(tx, "one")[0]
        assert (found.entry.key, found.entry.summary, found.entry.content) == ("a", "", "")
        assert entries.add(tx, "one", [entry("a")], later, background=False) == 0
        counted = upkeep.counts(tx)
    assert (counted["articles"], counted["readings"], counted["changes"]) == (1, 1, 1)


def test_a_digest_keeps_its_text_until_every_delivery_is_sent(store: Store) -> None:
    with_digest(store)
    keep = Keep(digests=timedelta(days=1))
    with store.write() as tx:
        assert upkeep.collect_garbage(tx, after(days=5), keep) == Swept()
        tx.execute(update(tables.deliveries).values(state="sent"))
        assert upkeep.collect_garbage(tx, after(days=5), keep) == Swept(digests=1)
        assert outbox.digest_of(tx, "d1") == StoredDigest("d1", "desk", after(hours=1), DIGEST.subject, "")


def test_entries_are_known_by_feed_and_key_and_found_by_link_and_article(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed("one"), feed("two")], NOON)
        assert entries.add(tx, "one", [entry("a"), entry("a"), entry("b", url=None)], NOON, background=True) == 2
        assert entries.add(tx, "one", [entry("a"), entry("c")], NOON, background=False) == 1
        assert entries.add(tx, "two", [entry("a")], NOON, background=False) == 1
        assert entries.add(tx, "two", [], NOON, background=False) == 0
        assert {one.feed for one in entries.by_url(tx, "https://one.example/a")} == {"one", "two"}
        assert entries.by_url(tx, "https://one.example/" + "long/" * 2000) == []
        assert entries.waiting(tx, NOON) == 4
        held = entries.take_due(tx, NOON, 9, "t")
        assert entries.still_held(tx, [one.id for one in held], "t") == {one.id for one in held}
        assert entries.still_held(tx, [], "t") == set()
        entries.retry_later(tx, "t", held[0].id, after(hours=1), "503")
        entries.finish(tx, "t", [Ended(held[1].id, "article", "read", "art")])
        entries.finish(tx, "t", [])
        entries.park(tx, "t", held[2].id, "a fault")
        assert [one.id for one in entries.by_article(tx, "art")] == [held[1].id]
        assert [one.tries for one in entries.take_due(tx, after(hours=1), 9, "u") if one.id == held[0].id] == [1]
        assert entries.unpark(tx, NOON) == 1
        assert len(entries.recent(tx)) == 4


def test_a_very_long_link_is_stored_and_found(store: Store) -> None:
    link = "https://one.example/" + "x" * 9000
    with store.write() as tx:
        feeds.sync(tx, [feed()], NOON)
        entries.add(tx, "one", [entry("a", url=link)], NOON, background=False)
        assert entries.by_url(tx, link)[0].entry.url == link


def test_a_feed_can_be_made_due_at_once_and_marked_as_told(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed("one"), feed("two")], after(hours=5))
        feeds.make_due(tx, NOON, ["one"])
        feeds.mark_told(tx, "one", "failing")
        assert {one.id: one.due_at for one in feeds.states(tx)} == {"one": NOON, "two": after(hours=5)}
        assert feeds.states(tx, ["one"])[0].told == "failing"
        feeds.make_due(tx, NOON)
        assert {one.due_at for one in feeds.states(tx)} == {NOON}
        assert feeds.set_state(tx, "one", "active", after(hours=1))
        assert feeds.states(tx, ["one"])[0].told is None


def test_nothing_can_be_stored_after_the_database_is_broken(store: Store) -> None:
    with store.write() as tx:
        tx.exec_driver_sql("DROP TABLE facts")
    with pytest.raises(StoreError, match="database:"), store.write() as tx:
        facts.put(tx, "a", "b", NOON)
