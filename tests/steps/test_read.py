"""Reading commits article, figures, readings and changes together; pages that cannot be had are not lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fakes import FakeRelevance, KilledError, Scene, scene
from samples import NOON, after, article, entry, feed
from sqlalchemy import Connection

from monitor.core.errors import StoreError
from monitor.core.types.ledger import ChangeKind, SourceKind
from monitor.steps.begin import sync, take_over
from monitor.steps.ports import Unreadable
from monitor.steps.read import RETRY_AFTER, ReadReport, read_due
from monitor.steps.round import read_all_due
from monitor.store import articles, entries, ledger, outbox
from monitor.store.entries import StoredEntry

CAPEX_60 = "meta.capex 2025 USD 60e9..65e9 guidance news"
REST = "The company spoke to investors on Wednesday evening and took questions for an hour about its plans for years."
CAPEX_64 = "meta.capex 2025 USD 64e9..72e9 guidance news"


def start(one: Scene | None = None) -> Scene:
    one = one or scene()
    asyncio.run(sync(one.world))
    return one


def found(one: Scene, key: str, text: str, *, background: bool = False, **changed: object) -> None:
    """An entry waits whose page says `text`."""
    item = entry(key, published=one.clock.at, **changed)
    with one.world.store.write() as tx:
        entries.add(tx, "one", [item], one.clock.at, background=background)
    if item.url:
        publisher = f"{key}.example"
        one.articles.pages[item.url] = article(key, text, url=item.url, canonical_url=item.url, publisher=publisher,
                                               published=one.clock.at)  # fmt: skip


def read(one: Scene) -> ReadReport:
    return asyncio.run(read_due(one.world))


def ended(one: Scene) -> StoredEntry:
    with one.world.store.read() as tx:
        return entries.recent(tx)[0]


def pending(one: Scene) -> list[tuple[str, ChangeKind]]:
    with one.world.store.read() as tx:
        return [(each.change.series.metric, each.change.kind) for each in outbox.pending(tx, "desk")]


def test_a_relevant_entry_becomes_an_article_with_readings_and_a_change() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    assert read(one) == ReadReport(read=1, articles=1, changes=1)
    assert pending(one) == [("meta.capex", ChangeKind.NEW)]
    with one.world.store.read() as tx:
        state = ledger.states(tx)[0]
        verdict = ledger.verdicts(tx, metric="meta.capex")[0]
        assert articles.text_of(tx, verdict.reading.article) == CAPEX_60
        assert [figure.metric for figure in articles.figures_of(tx, verdict.reading.article)] == ["meta.capex"]
    assert (state.readings, state.reading) == (1, verdict.reading.id)
    assert verdict.reading.evidence[0].quote == CAPEX_60
    assert verdict.reading.publisher == "a.example"


def test_background_entries_fill_the_ledger_and_tell_nothing() -> None:
    one = start()
    found(one, "a", CAPEX_60, background=True)
    assert read(one) == ReadReport(read=1, articles=1)
    assert pending(one) == []
    one.clock.forward(days=1)
    found(one, "b", CAPEX_64)
    read(one)
    assert pending(one) == [("meta.capex", ChangeKind.CHANGED)]


def test_a_repeat_is_quiet_and_its_reason_is_kept() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    one.clock.forward(hours=1)
    found(one, "b", CAPEX_60 + "\nin other words")
    read(one)
    assert len(pending(one)) == 1
    with one.world.store.read() as tx:
        codes = [verdict.code for verdict in ledger.verdicts(tx, metric="meta.capex")]
    assert codes[1] == "repeat"


def test_a_near_miss_is_kept_apart_from_what_is_about_something_else() -> None:
    one = start()
    found(one, "a", "nearly a story")
    assert read(one) == ReadReport(read=1)
    assert (ended(one).outcome, ended(one).reason) == ("near-miss", "something was missing")


def test_an_irrelevant_page_ends_with_its_reason_and_is_not_stored() -> None:
    one = start()
    found(one, "a", "an irrelevant story")
    assert read(one) == ReadReport(read=1)
    assert (ended(one).outcome, ended(one).reason) == ("irrelevant", "nothing in it is watched")
    with one.world.store.read() as tx:
        assert articles.all_ids(tx) == []


def test_a_page_that_may_come_is_asked_again_later_and_then_read() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    page = one.articles.pages["https://one.example/a"]
    one.articles.pages["https://one.example/a"] = Unreadable("503: overloaded")
    assert read(one) == ReadReport(postponed=1)
    assert read(one) == ReadReport()
    one.articles.pages["https://one.example/a"] = page
    one.clock.at += RETRY_AFTER[0]
    assert read(one) == ReadReport(read=1, articles=1, changes=1)


def test_a_page_that_asks_for_time_gets_it() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    one.articles.pages["https://one.example/a"] = Unreadable("429", wait=timedelta(hours=3))
    read(one)
    one.clock.forward(hours=2)
    assert read(one) == ReadReport()
    one.clock.forward(hours=1)
    assert read(one) == ReadReport(postponed=1)


def test_a_page_that_never_comes_leaves_the_feed_s_own_words() -> None:
    one = start()
    found(one, "a", "", content=CAPEX_60)
    one.articles.pages["https://one.example/a"] = Unreadable("503")
    for wait in RETRY_AFTER:
        assert read(one) == ReadReport(postponed=1)
        one.clock.at += wait
    assert read(one) == ReadReport(read=1, articles=1, changes=1)


def test_a_page_that_is_gone_leaves_the_feed_s_own_words_at_once() -> None:
    one = start()
    found(one, "a", "", content=CAPEX_60)
    one.articles.pages["https://one.example/a"] = Unreadable("404", permanent=True)
    assert read(one).changes == 1


def test_entries_without_a_link_are_articles_of_their_own_and_told_with_their_feed_s_address() -> None:
    one = start()
    one.articles.pages[""] = Unreadable("there is no page", permanent=True)
    for key, text in (("a", CAPEX_60), ("b", "meta.headcount - count 70000 actual news")):
        found(one, key, "", url=None, content=text)
        assert read(one) == ReadReport(read=1, articles=1, changes=1)
    assert pending(one) == [("meta.capex", ChangeKind.NEW), ("meta.headcount", ChangeKind.NEW)]
    with one.world.store.read() as tx:
        told = ledger.verdicts(tx, metric="meta.capex")[0].reading
    assert (told.evidence[0].url, told.publisher) == ("https://one.example/feed", "one.example")


def test_an_entry_without_a_link_of_a_feed_with_a_key_is_told_with_its_site_s_front_page() -> None:
    keyed = feed("one", url="https://one.example/feed?key=canary-1", shown="https://one.example/feed?key=${KEY}")
    one = scene(feeds=[keyed])
    asyncio.run(sync(one.world))
    one.articles.pages[""] = Unreadable("there is no page", permanent=True)
    found(one, "a", "", url=None, content=CAPEX_60)
    assert read(one) == ReadReport(read=1, articles=1, changes=1)
    with one.world.store.read() as tx:
        told = ledger.verdicts(tx, metric="meta.capex")[0].reading
    assert (told.evidence[0].url, told.publisher) == ("https://one.example/", "one.example")


def test_an_entry_with_nothing_to_read_ends_as_unreadable() -> None:
    one = start()
    found(one, "a", "", title="")
    one.articles.pages["https://one.example/a"] = Unreadable("404: not found", permanent=True)
    assert read(one) == ReadReport(read=1)
    assert (ended(one).outcome, ended(one).reason) == ("unreadable", "404: not found")


def test_a_page_read_before_is_not_fetched_again() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    found(one, "again", "", url="https://one.example/a?utm_source=x")
    assert read(one) == ReadReport(read=1)
    assert ended(one).outcome == "known"
    assert one.articles.fetched == ["https://one.example/a"]


def test_an_unforeseen_fault_parks_its_own_entry_and_no_other() -> None:
    one = start()
    found(one, "bad", "boom")
    found(one, "good", CAPEX_60)
    assert read(one) == ReadReport(read=1, articles=1, parked=1, changes=1)
    with one.world.store.read() as tx:
        stored, name = entries.parked(tx)[0]
    assert (stored.entry.key, name) == ("bad", "Feed one")
    assert "ValueError" in str(stored.reason)


def test_a_fault_while_committing_parks_its_own_entry_and_keeps_the_others() -> None:
    one = start()
    found(one, "bad", "broken.rules 2025 USD 60e9..65e9 guidance news")
    found(one, "good", CAPEX_60)
    assert read(one) == ReadReport(read=1, articles=1, parked=1, changes=1)


def test_articles_are_judged_in_the_order_of_their_publication() -> None:
    one = start()
    found(one, "later", CAPEX_64)
    one.clock.forward(days=-3)
    found(one, "earlier", CAPEX_60)
    one.clock.forward(days=3)
    read(one)
    assert pending(one) == [("meta.capex", ChangeKind.NEW), ("meta.capex", ChangeKind.CHANGED)]


LONG = "\n".join(f"Sentence {number} tells how the firm built hall {number} near the river." for number in range(60))


def test_ten_copies_of_one_text_are_one_source() -> None:
    one = start()
    found(one, "a", f"{CAPEX_60}\n{LONG}")
    found(one, "b", f"{CAPEX_60}\n{LONG}")
    found(one, "c", f"{CAPEX_60}\n{LONG}\nRead more on our site.")
    read(one)
    with one.world.store.read() as tx:
        groups = {verdict.reading.text_group for verdict in ledger.verdicts(tx, metric="meta.capex")}
        outcomes = sorted(stored.outcome or "" for stored in entries.recent(tx))
    assert len(groups) == 1
    assert outcomes == ["article", "copy", "copy"]


def test_an_article_is_looked_at_again_and_a_correction_is_told() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    one.clock.forward(hours=1)
    assert asyncio.run(read_all_due(one.world)) == ReadReport(looked=1)
    one.articles.pages["https://one.example/a"] = article("a", CAPEX_64)
    one.clock.forward(hours=6)
    assert asyncio.run(read_all_due(one.world)) == ReadReport(articles=1, changes=1, looked=1)
    assert pending(one)[1:] == [("meta.capex", ChangeKind.CORRECTED)]
    with one.world.store.read() as tx:
        identity = articles.all_ids(tx)[0]
        assert articles.find(tx, [identity])[identity].version == 2
        assert articles.text_of(tx, identity, 1) == CAPEX_60


def test_an_article_is_looked_at_four_times_in_all() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    looks = 0
    for _ in range(24 * 9):
        one.clock.forward(hours=1)
        looks += asyncio.run(read_all_due(one.world)).looked
    assert looks == 4


def test_a_page_that_is_away_for_a_look_tells_nothing() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    one.articles.pages["https://one.example/a"] = Unreadable("503")
    one.clock.forward(hours=1)
    assert asyncio.run(read_all_due(one.world)) == ReadReport(looked=1)
    assert len(pending(one)) == 1


def test_a_figure_that_an_article_takes_back_is_told() -> None:
    one = start()
    found(one, "a", f"{CAPEX_60}\n{REST}")
    read(one)
    one.articles.pages["https://one.example/a"] = article("a", f"Nothing is said of spending any more.\n{REST}")
    one.clock.forward(hours=1)
    asyncio.run(read_all_due(one.world))
    assert pending(one)[1:] == [("meta.capex", ChangeKind.WITHDRAWN)]


def test_a_page_that_a_paywall_cuts_off_takes_nothing_back() -> None:
    one = start()
    found(one, "a", f"{CAPEX_60}\n{REST}")
    read(one)
    one.articles.pages["https://one.example/a"] = article("a", "Subscribe to go on reading this article.")
    one.clock.forward(hours=1)
    asyncio.run(read_all_due(one.world))
    assert pending(one)[1:] == []


def test_a_page_that_was_cut_off_takes_nothing_back() -> None:
    one = start()
    found(one, "a", f"{CAPEX_60}\n{LONG}")
    read(one)
    one.articles.pages["https://one.example/a"] = article("a", "Subscribe to read on.")
    one.clock.forward(hours=1)
    asyncio.run(read_all_due(one.world))
    assert len(pending(one)) == 1


@pytest.mark.parametrize("point", ["read.after-claim", "read.before-commit", "read.after-commit"])
def test_a_kill_anywhere_loses_nothing_and_tells_nothing_twice(point: str) -> None:
    one = start()
    found(one, "a", CAPEX_60)
    with pytest.raises(KilledError):
        read(one.dies_at(point))
    asyncio.run(take_over(one.world))
    asyncio.run(read_all_due(one.world))
    assert pending(one) == [("meta.capex", ChangeKind.NEW)]
    assert ended(one).state == "done"


def test_the_source_s_kind_and_feed_are_kept_with_the_article() -> None:
    one = start(scene(feeds=[feed(kind=SourceKind.PRIMARY)]))
    found(one, "a", CAPEX_60)
    read(one)
    with one.world.store.read() as tx:
        stored = articles.find(tx, articles.all_ids(tx))
    assert [(each.source, each.feed, each.topic, each.published) for each in stored.values()] == [
        (SourceKind.PRIMARY, "one", "ai", NOON)
    ]
    assert after(days=0) == NOON


def test_an_article_without_tracked_figures_is_stored_and_tells_nothing() -> None:
    one = start()
    found(one, "a", "Meta said nothing of numbers.")
    assert read(one) == ReadReport(read=1, articles=1)
    one.articles.pages["https://one.example/a"] = article("a", "Meta said nothing of numbers, again.")
    one.clock.forward(days=30)
    assert asyncio.run(read_all_due(one.world)) == ReadReport()


def test_an_edit_that_leaves_the_figures_alone_tells_nothing() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    read(one)
    one.articles.pages["https://one.example/a"] = article("a", f"{CAPEX_60}\nA comma was set.")
    one.clock.forward(hours=1)
    assert asyncio.run(read_all_due(one.world)) == ReadReport(articles=1, looked=1)
    assert len(pending(one)) == 1


def test_a_page_that_turns_out_irrelevant_once_extracted_is_not_kept() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    page = one.articles.pages["https://one.example/a"]
    one.reader.assess = lambda *words: FakeRelevance("extracted" not in words[2], None, "too little of it")

    async def fetch(*_: object) -> object:
        return article("a", f"extracted\n{CAPEX_60}")

    one.articles.fetch = fetch
    assert page is not None
    assert read(one) == ReadReport(read=1)
    assert (ended(one).outcome, ended(one).reason) == ("irrelevant", "too little of it")


def test_a_database_that_fails_while_reading_blames_no_entry() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    for _ in range(8):
        one.world.store.transact(lambda tx: tx.exec_driver_sql("ALTER TABLE texts RENAME TO elsewhere"))
        with pytest.raises(StoreError):
            read(one)
        one.world.store.transact(lambda tx: tx.exec_driver_sql("ALTER TABLE elsewhere RENAME TO texts"))
    assert read(one).changes == 1


def test_what_a_locked_database_kept_from_being_let_go_is_read_as_soon_as_it_answers() -> None:
    one = start()
    found(one, "a", CAPEX_60)
    real, calls = one.world.store.transact, 0

    def locked(work: Callable[[Connection], Any]) -> Any:
        nonlocal calls
        calls += 1
        if calls in {2, 3}:  # what was claimed can be neither stored nor let go
            raise StoreError("database: it stayed locked")
        return real(work)

    one.world.store.transact = locked  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        read(one)
    assert calls == 3
    assert read(one).changes == 0
    assert read(one).changes == 1
