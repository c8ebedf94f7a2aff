"""No query of the daily work reads a big table from end to end, whatever has gathered in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, event

from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Article, Entry, Feed
from monitor.core.types.figures import Figure, Modifier, Period, PeriodKind, PeriodSource, Quantity, Role, Status
from monitor.core.types.ledger import MetricRules, SourceKind
from monitor.steps.commit import Prepared, commit_articles
from monitor.steps.copies import print_of
from monitor.store import articles, claims, clock, deliveries, entries, feeds, ledger, outbox, schema, upkeep
from monitor.store.entries import Ended
from monitor.store.outbox import StoredDigest
from monitor.store.store import Store

NOW = datetime(2026, 1, 6, tzinfo=UTC)
# These grow for ever; feeds, audiences and metrics are as many as the user wants, facts are a handful.
BIG = {"entries", "articles", "texts", "near_keys", "refetches", "figures", "series", "readings", "changes",
       "conflicts", "decisions", "digests", "tellings", "notes", "deliveries"}  # fmt: skip
# What such an index holds is work that is open, or texts that are old: reading all of it is what it is there for.
PARTIAL = {index.name for table in schema.metadata.tables.values() for index in table.indexes
           if index.dialect_options["sqlite"]["where"] is not None}  # fmt: skip


class Rules:
    """What the judge asks of the packs."""

    def rules(self, metric: str) -> MetricRules:
        return MetricRules(metric)

    def title(self, metric: str) -> tuple[str, str]:
        return metric, metric


def figure(value: int) -> Figure:
    amount = Decimal(value)
    quantity = Quantity(0, 4, str(value), amount, amount, Decimal(1), Decimal(1), "USD", Modifier.EXACT)
    period = Period("2025", PeriodKind.YEAR, PeriodSource.CLAUSE)
    quote = f"It spent {value} dollars."
    return Figure(quantity, "meta.capex", period, Status.ACTUAL, Role.NEWS, "Meta", quote, 0, "en", (), "1")


def prepared(number: int) -> Prepared:
    url, text = f"https://paper.example/{number}", f"The council of town {number} opened its old museum on Monday."
    article = Article(url, url, "A museum", text, "en", NOW, "page", "paper.example")
    return Prepared(article, (figure(1000 + number),), print_of(text), SourceKind.PRESS, NOW)


@contextmanager
def written_down(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Every statement with its values; of many sets of values the first."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        seen.append((statement, values[0] if many else values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def scanned(tx: Connection, statement: str, values: Any) -> set[str]:
    """The big tables that a statement has to read from end to end for want of an index."""
    if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
        return set()
    if tx.dialect.name == "sqlite":
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        if len(plan) == 1 and "LIMIT" in statement and "WHERE" not in statement:
            return set()  # the first few in the order of the key
        scans = [match for line in plan if (match := re.match(r"SCAN (\w+)(?: USING INDEX (\w+))?", line))]
        found = {match[1] for match in scans if match[2] not in PARTIAL}
    else:
        plan = [row[0] for row in tx.exec_driver_sql(f"EXPLAIN {statement}", values)]
        found = {match[1] for line in plan if (match := re.search(r"Seq Scan on (\w+)", line))}
    return found & BIG


def assert_no_scans(store: Store, seen: list[tuple[str, Any]]) -> None:
    assert len(seen) > 3
    with store.read() as tx:
        if store.dialect == "postgresql":  # it prefers to scan what is small: only what has no other way still does
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        bad = {statement: tables for statement, values in seen if (tables := scanned(tx, statement, values))}
    assert bad == {}


@pytest.fixture
def used(store: Store) -> Store:
    """A store in which each table has something."""
    with store.write() as tx:
        feeds.sync(tx, [Feed(id="f", url="https://paper.example/feed", name="Paper")], NOW)
        outbox.sync_audiences(tx, [Audience("Desk", ())], NOW - timedelta(days=1))
        entries.add(tx, "f", [entry(1), entry(2)], NOW, background=False)
        commit_articles(tx, [prepared(1), prepared(2)], Rules(), NOW)
    return store


def entry(number: int) -> Entry:
    url = f"https://paper.example/{number}"
    return Entry(str(number), str(number), url, "A museum", "", "", NOW, "en")


def test_polling_scans_nothing_that_grows(used: Store):
    token = claims.new_token()
    with written_down(used) as seen, used.write() as tx:
        taken = feeds.take_due(tx, NOW, 200, token)
        assert [one.id for one in taken] == ["f"]
        entries.add(tx, "f", [entry(3)], NOW, background=False)
        feeds.still_held(tx, ["f"], token)
        feeds.finish(tx, token, [{"id": "f", "last_poll": NOW, "due_at": NOW + timedelta(hours=1)}])
    assert_no_scans(used, seen)


def test_reading_and_judging_scan_nothing_that_grows(used: Store):
    token = claims.new_token()
    with written_down(used) as seen, used.write() as tx:
        taken = entries.take_due(tx, NOW, 16, token)
        articles.find(tx, [articles.article_id(str(one.entry.url)) for one in taken])
        done = commit_articles(tx, [prepared(7), prepared(1)], Rules(), NOW)
        edited = replace(prepared(2), article=replace(prepared(2).article, text="Another text."))
        done += commit_articles(tx, [replace(edited, print=print_of("Another text."))], Rules(), NOW)
        assert {one.outcome for one in done} == {"article", "known", "updated"}
        entries.still_held(tx, [one.id for one in taken], token)
        entries.finish(tx, token, [Ended(one.id, "article", "read", None) for one in taken])
        articles.take_refetches(tx, NOW + timedelta(days=1), 8, token)
    assert_no_scans(used, seen)


def test_answering_a_question_about_one_thing_scans_nothing_that_grows(used: Store):
    with written_down(used) as seen, used.read() as tx:
        entries.by_url(tx, "https://paper.example/1")
        name = articles.article_id("https://paper.example/1")
        entries.by_article(tx, name)
        articles.text_of(tx, name)
        articles.figures_of(tx, name)
        articles.group_articles(tx, [name])
        ledger.states(tx, "meta.capex")
        ledger.histories(tx, ["meta.capex"])
        ledger.verdicts(tx, article=name)
        ledger.verdicts(tx, metric="meta.capex")
        ledger.series_in_group(tx, name)
        ledger.readings_of(tx, ["x"])
        entries.waiting(tx, NOW)
    assert_no_scans(used, seen)


def test_tidying_finds_what_is_old_without_reading_all_that_is_young(used: Store):
    with used.write() as tx:
        commit_articles(tx, [replace(prepared(8), figures=())], Rules(), NOW)
    with written_down(used) as seen, used.write() as tx:
        swept = upkeep.collect_garbage(tx, NOW + timedelta(days=900), upkeep.Keep())
        assert swept.articles == 1
    assert_no_scans(used, seen)


def test_telling_and_sending_scan_nothing_that_grows(used: Store):
    token, later = claims.new_token(), NOW + timedelta(days=1)
    with written_down(used) as seen, used.write() as tx:
        told = [one.change.id for one in outbox.pending(tx, "Desk")]
        series = [one.change.series for one in outbox.pending(tx, "Desk")]
        assert told
        assert outbox.waiting_for(tx).keys() == {"Desk"}
        outbox.add_note(tx, key="n", kind="x", text="A note.", now=NOW)
        outbox.last_told(tx, "Desk", series)
        outbox.leave_out(tx, "Desk", [("x", "too small")])
        notes = [one.id for one in outbox.pending_notes(tx, "Desk")]
        digest = StoredDigest("d", "Desk", NOW, "A subject", "{}")
        (name,) = outbox.commit_digest(tx, digest, told=told, note_ids=notes, recipients=[("c", "r")])
        assert deliveries.due_channels(tx, later) == [("Desk", "c")]
        assert deliveries.take_due(tx, "Desk", "c", now=later, token=token) is not None
        deliveries.arrived(tx, name, token, 1)
        deliveries.finish(tx, name, token, state="dead", now=later)
        deliveries.park(tx, name, token, later, "unforeseen")
        deliveries.retry(tx, later, [name])
    assert_no_scans(used, seen)


def test_looking_after_what_is_wrong_scans_nothing_that_grows(used: Store):
    with written_down(used) as seen, used.write() as tx:
        upkeep.health(tx, NOW)
        deliveries.undelivered(tx)
        deliveries.parked(tx)
        deliveries.of_digest(tx, "d")
        entries.parked(tx)
        entries.revive(tx, NOW, NOW)
        entries.unpark(tx, NOW)
        ledger.open_conflicts(tx)
        ledger.verdicts(tx, change="x")
        clock.mend(tx, NOW)
        claims.release(tx, [schema.feeds, schema.entries, schema.refetches, schema.deliveries])
        for table in (schema.entries, schema.refetches, schema.deliveries):
            claims.give_back(tx, table, "t")
    assert_no_scans(used, seen)


def test_every_big_table_is_known_here():
    small = {"facts", "feeds", "metrics", "audiences"}
    assert set(schema.metadata.tables) == BIG | small
