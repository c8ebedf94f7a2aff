"""The ledger keeps every reading, says where each series stands, and lines changes up for every audience."""

from dataclasses import replace

import pytest
from fakes import figures_in
from samples import CAPEX, NOON, after, audience, change, claim, feed, reading, shelved
from sqlalchemy import update

from monitor.core.dedup import fingerprint
from monitor.core.types.audiences import Audience
from monitor.core.types.figures import Status
from monitor.core.types.ledger import Change, Conflict, Decision, Reading, SeriesKey
from monitor.steps.copies import Group, print_of, text_group
from monitor.store import articles, feeds, ledger, outbox, schema
from monitor.store.articles import Likeness, StoredArticle
from monitor.store.ledger import SeriesState
from monitor.store.rows import figure_json
from monitor.store.schema import readings
from monitor.store.store import Store


def save(
    store: Store, name: str = "art", text: str = "Meta will spend $65bn in 2025.", version: int = 1
) -> StoredArticle:
    one = shelved(name, text, version=version)
    with store.write() as tx:
        articles.save(tx, [one], articles.shelf(tx, [name], [text[:20]], one.keys).furniture())
    return one.stored


def record(
    store: Store, one: Reading, made: Change | None = None, conflict: Conflict | None = None, **more: bool
) -> list[Change]:
    state = SeriesState(one.series, one.claim, one.status, one.id, one.at, 1)
    decided = [Decision(one.id, "because", "new", made, conflict)]
    with store.write() as tx:
        ledger.lock_metrics(tx, [one.series.metric])
        return ledger.record(tx, readings_added=[one], version=1, decided=decided, settled={one.series: state},
                             now=after(hours=1), **more)  # fmt: skip


def with_audiences(store: Store, *names: str) -> None:
    with store.write() as tx:
        outbox.sync_audiences(tx, [audience(name) for name in names], NOON)


def test_a_reading_comes_back_as_it_was_recorded(store: Store) -> None:
    save(store)
    one = reading(claim("64e9", "72e9"))
    made = change(of=one, old=claim("60e9", "65e9"), old_status=Status.GUIDANCE)
    conflict = Conflict("x1", CAPEX, one.id, one.claim, None, NOON, "smells")
    record(store, one, made, conflict)
    with store.read() as tx:
        history = ledger.histories(tx, [CAPEX.metric])[CAPEX]
        assert history.readings == [one]
        assert history.changes == [made]
        assert history.conflicts == [conflict]
        assert ledger.series_histories(tx, [CAPEX])[CAPEX].readings == [one]
        assert ledger.series_histories(tx, [SeriesKey("meta.capex", "2026", "USD")]) == {}
        assert ledger.readings_of(tx, [one.id]) == {one.id: one}
        assert ledger.changes_of(tx, ["c1"]) == {"c1": made}
        assert ledger.recent_changes(tx, metric="meta.capex") == [made]
        assert ledger.recent_changes(tx, metric="other") == []


def test_the_ledger_says_where_each_series_stands(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one)
    with store.read() as tx:
        assert [state.key for state in ledger.states(tx)] == [CAPEX]
        assert ledger.states(tx, "meta.headcount") == []
        assert ledger.state_of(tx, []) == {}
        assert ledger.state_of(tx, [CAPEX])[CAPEX].claim == one.claim


def test_a_series_that_nothing_supports_any_more_is_gone(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one)
    with store.write() as tx:
        ledger.record(tx, readings_added=[], version=1, decided=[], settled={CAPEX: None}, now=NOON)
        assert ledger.states(tx) == []


def test_the_same_change_recorded_twice_is_lined_up_once(store: Store) -> None:
    save(store)
    with_audiences(store, "desk", "night")
    one = reading()
    assert record(store, one, change(of=one)) == [change(of=one)]
    assert record(store, one, change(of=one)) == []
    with store.read() as tx:
        assert [pending.change.id for pending in outbox.pending(tx, "desk")] == ["c1"]
        assert [pending.change.id for pending in outbox.pending(tx, "night")] == ["c1"]


def test_a_restated_change_is_stored_and_never_lined_up(store: Store) -> None:
    save(store)
    with_audiences(store, "desk")
    one = reading()
    record(store, one, change(of=one), restated=True)
    with store.read() as tx:
        assert ledger.recent_changes(tx)[0].id == "c1"
        assert outbox.pending(tx, "desk") == []


def test_an_audience_hears_nothing_of_the_time_before_it(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one, change(of=one))
    with_audiences(store, "late")
    with store.read() as tx:
        assert outbox.pending(tx, "late") == []


def test_each_judged_metric_has_a_version_that_grows(store: Store) -> None:
    save(store)
    record(store, reading())
    with store.write() as tx:
        assert ledger.lock_metrics(tx, ["meta.capex", "other"]) == {"meta.capex": 1, "other": 0}
        assert ledger.lock_metrics(tx, []) == {}


def test_a_ruling_raises_the_version_though_it_adds_no_reading(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one)
    state = SeriesState(one.series, one.claim, one.status, one.id, one.at, 1)
    with store.write() as tx:
        ledger.record(tx, readings_added=[], version=0, decided=[], settled={CAPEX: state}, now=NOON)
        assert ledger.lock_metrics(tx, ["meta.capex"]) == {"meta.capex": 2}


def test_readings_that_stand_as_before_are_not_made_anew_and_changed_ones_are(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one)
    with store.read() as tx:
        first, again = (ledger.histories(tx, [CAPEX.metric])[CAPEX].readings[0] for _ in range(2))
    assert first is again
    with store.write() as tx:
        tx.execute(update(readings).where(readings.c.id == one.id).values(text_group="another"))
        assert ledger.histories(tx, [CAPEX.metric])[CAPEX].readings == [replace(one, text_group="another")]


def test_why_something_was_decided_can_be_asked_by_article_metric_and_change(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one, change(of=one))
    with store.read() as tx:
        for found in (ledger.verdicts(tx, article="art"), ledger.verdicts(tx, metric="meta.capex"),
                      ledger.verdicts(tx, change="c1")):  # fmt: skip
            assert [(v.reading, v.code, v.reason, v.change) for v in found] == [(one, "new", "because", "c1")]
        assert ledger.verdicts(tx, article="other") == []


def test_nothing_asked_for_is_nothing_found(store: Store) -> None:
    with store.write() as tx:
        assert ledger.histories(tx, []) == ledger.series_histories(tx, []) == ledger.state_of(tx, []) == {}
        assert ledger.readings_of(tx, []) == ledger.changes_of(tx, []) == ledger.lock_metrics(tx, []) == {}
        assert ledger.record(tx, readings_added=[], version=1, decided=[], settled={}, now=NOON) == []
        assert ledger.states(tx) == ledger.metric_ids(tx) == []


def test_what_other_rules_read_takes_the_place_of_what_was_read(store: Store) -> None:
    before, after_ = figures_in("meta.capex 2025 USD 64e9..72e9 guidance news"), figures_in(
        "meta.headcount - count 70000 actual background")  # fmt: skip
    save(store)
    with store.write() as tx:
        articles.replace_figures(tx, "art", 1, before)
        articles.replace_figures(tx, "art", 1, after_)
        assert articles.figures_of(tx, "art") == after_
        articles.replace_figures(tx, "art", 1, ())
        assert articles.figures_of(tx, "art") == []


def test_series_are_listed_by_a_name_or_by_what_it_may_be(store: Store) -> None:
    save(store)
    names = ("meta.capex", "meta.site.a", "meta.site.b.c", "meta.site_b", "meta.sites", "Meta.site.a", "metà.site.a")
    for number, name in enumerate(names):
        record(store, replace(reading(), id=f"r{number}", series=SeriesKey(name, "2025", "USD")))
    with store.read() as tx:

        def listed(pattern: str | None) -> set[str]:
            return {state.key.metric for state in ledger.states(tx, pattern)}

        assert listed(None) == listed("*") == set(names)
        assert listed("meta.site.a") == {"meta.site.a"}
        assert listed("meta.site.*") == {"meta.site.a", "meta.site.b.c"}
        assert listed("meta.site?*") == {"meta.site.a", "meta.site.b.c", "meta.site_b", "meta.sites"}
        assert listed("*.a") == {"meta.site.a", "Meta.site.a", "metà.site.a"}
        assert listed("metà.*") == {"metà.site.a"}
        assert listed("meta.site.[ab]*") == {"meta.site.a", "meta.site.b.c"}
        assert listed("x*") == set()
        assert set(ledger.metric_ids(tx)) <= set(names)
        assert all(state == ledger.state_of(tx, [state.key])[state.key] for state in ledger.states(tx))


def test_lines_read_in_a_transaction_may_be_asked_for_after_its_end(store: Store) -> None:
    save(store)
    record(store, reading())
    with store.read() as tx:
        begun, whole = ledger.lines(tx, "meta.*"), ledger.states(tx)
    assert list(begun) == whole != []


def test_a_conflict_stays_open_until_it_is_resolved(store: Store) -> None:
    save(store)
    one = reading()
    record(store, one, conflict=Conflict("x1", CAPEX, one.id, one.claim, None, NOON, "smells"))
    with store.write() as tx:
        assert [(c.id, r.id) for c, r in ledger.open_conflicts(tx)] == [("x1", one.id)]
        assert ledger.resolve_conflict(tx, "x1", "rejected by hand: misprint")
        assert not ledger.resolve_conflict(tx, "x9", "nothing")
        assert ledger.open_conflicts(tx) == []
        assert ledger.open_conflicts(tx, resolved=True)[0][0].resolved == "rejected by hand: misprint"


def test_an_article_keeps_every_text_it_had(store: Store) -> None:
    save(store)
    corrected = "Meta will now spend $70bn in 2025, says the corrected page."
    second = save(store, text=corrected, version=2)
    with store.read() as tx:
        assert articles.find(tx, ["art"]) == {"art": second}
        assert articles.find(tx, []) == {}
        assert articles.text_of(tx, "art") == corrected
        assert articles.text_of(tx, "art", 1) == "Meta will spend $65bn in 2025."
        assert articles.text_of(tx, "nowhere") is None
        assert articles.all_ids(tx) == ["art"]


LONG = " ".join(f"Sentence number {n} tells of the {n * 7} machines that the firm bought in spring." for n in range(40))


def test_an_article_is_found_by_its_text_and_by_pieces_of_it(store: Store) -> None:
    stored = save(store, text=LONG)
    piece, other = fingerprint(LONG[: len(LONG) // 2]), fingerprint("Quite other words were printed here, by others.")
    with store.read() as tx:
        found = articles.shelf(tx, ["art", "x"], [LONG[:20], "another"], piece.keys)
        likeness = Likeness("art", stored.url, stored.text_group)
        assert (found.by_id, found.by_text) == ({"art": stored}, {LONG[:20]: likeness})
        assert [(name, shared > 3) for name, shared in found.near(piece.keys)] == [("art", True)]
        assert articles.shelf(tx, [], [], other.keys).near(other.keys) == []
        assert articles.group_articles(tx, ["art", "b"]) == {"art": [stored], "b": []}
        assert articles.group_articles(tx, []) == {}


def test_a_print_by_other_rules_is_compared_with_nothing_until_it_is_made_anew(store: Store) -> None:
    save(store, text=LONG)
    mine = print_of(LONG[: len(LONG) // 2])
    with store.write() as tx:
        older = update(schema.articles).values(fingerprint='{"rules":1,"hashes":"","scale":1,"size":99,"numbers":[]}')
        tx.execute(older)
        assert text_group(tx, articles.shelf(tx, [], [], mine.fingerprint.keys), mine, "new") == Group("new")
        articles.replace_print(tx, "art", fingerprint(LONG))
        found = text_group(tx, articles.shelf(tx, [], [], mine.fingerprint.keys), mine, "new")
        assert (found.id, found.same) == ("art", True)
        tx.execute(update(schema.articles).values(fingerprint=None))
        assert text_group(tx, articles.shelf(tx, [], [], mine.fingerprint.keys), mine, "new") == Group("new")


def test_many_values_are_looked_for_at_once(store: Store) -> None:
    stored = save(store)
    names = [f"nowhere {number}" for number in range(1500)]
    with store.read() as tx:
        assert articles.find(tx, [*names, "art", *names]) == {"art": stored}


def test_furniture_that_all_pages_share_is_no_key(store: Store) -> None:
    text = "Sign up here for our newsletter and never miss any of our stories again."
    for number in range(articles.COMMON + 5):
        save(store, f"a{number}", text)
    keys = fingerprint(text).keys
    with store.read() as tx:
        assert len(articles.shelf(tx, [], [], keys).near(keys)) <= articles.COMMON + 1


def test_figures_come_back_as_they_were_read(store: Store) -> None:
    found = figures_in("meta.capex 2025 USD 64e9..72e9 guidance news\nmeta.headcount - count 70000 actual background")
    save(store)
    with store.write() as tx:
        bodies = [(one.metric, figure_json(one)) for one in found]
        articles.save(tx, [replace(shelved("two"), figures=bodies)])
        assert articles.figures_of(tx, "two") == found
        assert articles.figures_of(tx, "art") == []
        assert articles.metrics_of(tx, "two") == set()


def test_articles_are_looked_at_again_until_their_last_stage(store: Store) -> None:
    stored = save(store)
    with store.write() as tx:
        articles.plan_refetch(tx, stored.id, after(hours=1))
        articles.plan_refetch(tx, stored.id, after(hours=9))
        assert articles.take_refetches(tx, NOON, 5, "t0") == []
        due = articles.take_refetches(tx, after(hours=1), 5, "t1")
        assert [(one.article, one.stage) for one in due] == [(stored.id, 0)]
        assert not articles.finish_refetch(tx, "other", stored.id, None)
        assert articles.finish_refetch(tx, "t1", stored.id, after(hours=6))
        assert [one.stage for one in articles.take_refetches(tx, after(hours=6), 5, "t2")] == [1]
        assert articles.finish_refetch(tx, "t2", stored.id, None)
        assert articles.take_refetches(tx, after(days=99), 5, "t3") == []


def test_feeds_follow_the_configuration(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed("one"), feed("two", enabled=False)], NOON)
        assert {one.id: one.state for one in feeds.states(tx)} == {"one": "active", "two": "paused"}
        feeds.sync(tx, [feed("two", name="Renamed")], after(hours=1))
        found = {one.id: one for one in feeds.states(tx, ["one", "two"])}
        assert (found["one"].state, found["two"].state, found["two"].name) == ("removed", "active", "Renamed")
        assert found["two"].due_at == after(hours=1)
        assert [one.id for one in feeds.states(tx)] == ["two"]
        assert feeds.set_state(tx, "two", "paused", NOON)
        assert not feeds.set_state(tx, "nowhere", "paused", NOON)
        feeds.sync(tx, [feed("one"), feed("two", enabled=False)], after(hours=2))
        assert {one.id: one.state for one in feeds.states(tx)} == {"one": "active", "two": "paused"}


def test_a_feed_that_is_gone_stays_gone(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, [feed("one")], NOON)
        feeds.set_state(tx, "one", "gone", NOON)
        feeds.sync(tx, [feed("one")], after(hours=1))
        assert feeds.states(tx)[0].state == "gone"
        feeds.sync(tx, [feed("one", enabled=False)], after(hours=2))
        assert feeds.states(tx)[0].state == "gone"
        feeds.sync(tx, [feed("one", enabled=False), feed("two")], after(hours=2))
        feeds.sync(tx, [feed("one"), feed("two", enabled=False)], after(hours=2))
        assert {one.id: one.state for one in feeds.states(tx)} == {"one": "gone", "two": "paused"}


@pytest.mark.parametrize("audiences", [(), (audience(),)])
def test_an_audience_that_leaves_hears_nothing_new_and_loses_nothing_old(
    store: Store, audiences: tuple[Audience, ...]
) -> None:
    save(store)
    with_audiences(store, "desk")
    one = reading()
    record(store, one, change(of=one))
    with store.write() as tx:
        outbox.sync_audiences(tx, audiences, after(hours=2))
    two = replace(reading(claim("70e9")), id="r2")
    record(store, two, change("c2", of=two))
    with store.read() as tx:
        told = [pending.change.id for pending in outbox.pending(tx, "desk")]
    assert told == (["c1", "c2"] if audiences else ["c1"])
