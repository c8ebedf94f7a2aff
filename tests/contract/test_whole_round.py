"""The steps keep their promises on every kind of database: from a story to the inbox, through kills and corrections."""

import asyncio

import pytest
from fakes import KilledError, Scene, scene
from samples import after, article, audience, entry, feed

from monitor.core.errors import StoreError
from monitor.core.types.ledger import ChangeKind
from monitor.steps.begin import sync, take_over
from monitor.steps.overdue import overdue
from monitor.steps.poll import poll_due
from monitor.steps.round import run_round
from monitor.steps.sweep import sweep
from monitor.store import deliveries, feeds, ledger, outbox
from monitor.store.store import Store

CAPEX_60 = "meta.capex 2025 USD 60e9..65e9 guidance news"
CAPEX_64 = "meta.capex 2025 USD 64e9..72e9 guidance news"
POINTS = ("poll.after-claim", "poll.before-commit", "poll.after-commit", "read.after-claim", "read.before-commit",
          "read.after-commit", "digest.before-commit", "digest.after-commit", "deliver.before-send",
          "deliver.after-part", "deliver.after-send", "deliver.after-commit")  # fmt: skip


def begun(store: Store) -> Scene:
    """A feed polled once, so that the next entries are news."""
    one = scene(store)
    asyncio.run(sync(one.world))
    one.feed_gives(entry("old", content="irrelevant"))
    asyncio.run(run_round(one.world))
    one.clock.forward(days=1)
    return one


def news(one: Scene, key: str, text: str) -> None:
    item = entry(key, url=f"https://{key}.example/", published=one.clock.at)
    one.articles.pages[str(item.url)] = article(key, text, url=item.url, canonical_url=item.url,
                                                publisher=f"{key}.example", published=one.clock.at)  # fmt: skip
    one.feed_gives(item)


def test_a_story_becomes_a_message(store: Store) -> None:
    one = begun(store)
    news(one, "a", CAPEX_60)
    assert asyncio.run(run_round(one.world)).delivered.sent == 1
    one.clock.forward(days=1)
    news(one, "b", CAPEX_64)
    asyncio.run(run_round(one.world))
    items = [item for message, _, _ in one.channel().got for item in message.items]
    assert [(item.old, item.new) for item in items] == [(None, "$60-65bn"), ("$60-65bn", "$64-72bn")]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_loses_nothing_and_repeats_only_what_says_so(store: Store, point: str) -> None:
    one = begun(store)
    one.channel().parts = 2
    news(one, "a", CAPEX_60)
    with pytest.raises(KilledError):
        asyncio.run(run_round(one.dies_at(point).world))
    one.clock.forward(hours=1)  # longer than any lease: PostgreSQL waits for it, SQLite's only daemon need not
    asyncio.run(take_over(one.world))
    asyncio.run(run_round(one.world))
    messages = [message for message, _, _ in one.channel().got]
    assert {item.new for message in messages for item in message.items} == {"$60-65bn"}
    assert len({message.id for message in messages}) == 1
    assert all(message.possible_repeat for message in messages[1:])
    assert point != "deliver.after-part" or [done for _, _, done in one.channel().got] == [0, 1]
    with store.read() as tx:
        assert deliveries.undelivered(tx) == []
        assert ledger.states(tx)[0].readings == 1


def test_a_correction_found_at_a_second_look_is_told(store: Store) -> None:
    one = begun(store)
    news(one, "a", CAPEX_60)
    asyncio.run(run_round(one.world))
    one.articles.pages["https://a.example/"] = article("a", CAPEX_64, canonical_url="https://a.example/")
    one.clock.forward(hours=1)
    asyncio.run(run_round(one.world))
    with store.read() as tx:
        assert [change.kind for change in ledger.recent_changes(tx)] == [ChangeKind.CORRECTED, ChangeKind.NEW]
    assert len(one.channel().got) == 2


def test_the_ledger_is_the_same_in_whatever_order_the_stories_come(store: Store) -> None:
    one = begun(store)
    stories = [("a", CAPEX_60, 1), ("b", CAPEX_64, 2), ("c", "meta.capex 2025 USD 66e9..72e9 guidance news", 3)]
    now = one.clock.at
    for key, text, day in (stories[2], stories[0], stories[1]):
        one.clock.at = after(days=day + 1)
        news(one, key, text)
        one.clock.at = now
        with store.write() as tx:
            feeds.make_due(tx, now)
        asyncio.run(run_round(one.world))
    with store.read() as tx:
        claim = ledger.states(tx)[0].claim
    assert (claim.low, claim.high) == (66_000_000_000, 72_000_000_000)


def test_a_database_that_fails_in_the_middle_blames_no_row(store: Store) -> None:
    one = begun(store)
    news(one, "a", CAPEX_60)
    for _ in range(7):
        store.transact(lambda tx: tx.exec_driver_sql("ALTER TABLE entries RENAME TO elsewhere"))
        with pytest.raises(StoreError):
            asyncio.run(poll_due(one.world))
        store.transact(lambda tx: tx.exec_driver_sql("ALTER TABLE elsewhere RENAME TO entries"))
    with store.read() as tx:
        assert [(found.state, found.attempts) for found in feeds.states(tx)] == [("active", 0)]


def test_a_digest_that_cannot_be_made_is_remembered_until_it_is(store: Store) -> None:
    one = begun(store)
    news(one, "a", CAPEX_60)
    title = one.reader.title
    one.reader.title = lambda metric: (_ for _ in ()).throw(ValueError("a bug"))
    for _ in range(5):
        asyncio.run(run_round(one.world))
    with store.read() as tx:
        (found,) = overdue(tx, one.world.config.audiences, one.clock.at)
        assert (found.audience, found.fault.endswith("the log has the details")) == ("desk", True)
    one.reader.title = title
    one.clock.forward(hours=1)
    asyncio.run(run_round(one.world))
    with store.read() as tx:
        assert overdue(tx, one.world.config.audiences, one.clock.at) == []
    assert [item.new for message, _, _ in one.channel().got for item in message.items] == ["$60-65bn"]


def test_what_was_put_aside_is_reported_once_and_a_feed_tried_again(store: Store) -> None:
    one = scene(store, feeds=[feed("one"), feed("two")], audiences=[audience("desk"), audience("night")])
    asyncio.run(sync(one.world))
    with store.write() as tx:
        feeds.set_state(tx, "one", "parked", one.clock.at)
    asyncio.run(sweep(one.world))
    asyncio.run(sweep(one.world))
    with store.read() as tx:
        assert ["put aside" in note.text for note in outbox.pending_notes(tx, "desk")] == [True]
    one.clock.forward(days=2)
    asyncio.run(sweep(one.world))
    with store.read() as tx:
        assert feeds.states(tx, ["one"])[0].state == "active"
