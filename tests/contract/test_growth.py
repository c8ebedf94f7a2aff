"""What months of news leave behind costs the daily work nothing: a query takes as many steps beside ten times as much.

SQLite counts the instructions of its machine; they depend on nothing but the rows that a statement touches. All that
grows here is finished: read, told, sent, settled. PostgreSQL's plans are held by test_hot_queries.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from test_hot_queries import Rules, figure

from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Article, Entry, Feed
from monitor.core.types.ledger import SeriesKey, SourceKind
from monitor.steps import commit
from monitor.steps.commit import Prepared, commit_articles
from monitor.steps.copies import print_of
from monitor.store import articles, claims, clock, deliveries, entries, feeds, ledger, outbox, schema, upkeep
from monitor.store.entries import Ended
from monitor.store.outbox import StoredDigest
from monitor.store.rows import claim_json
from monitor.store.store import Store

NOW = datetime(2026, 1, 6, tzinfo=UTC)
FEW, MANY = 30, 300
FEEDS = 10  # their number is the user's, and stays the same here


def url(number: int) -> str:
    return f"https://paper.example/{number}"


def prepared(number: int, metric: str | None = None) -> Prepared:
    """A story with a figure of its own series, in words of its own."""
    text = " ".join(f"w{number}x{place}" for place in range(40))
    article = Article(url(number), url(number), "A museum", text, "en", NOW, "page", "paper.example")
    read = replace(figure(1000 + number), metric=metric or f"meta.site.s{number}")
    return Prepared(article, (read,), print_of(text), SourceKind.PRESS, NOW)


def entry(number: int) -> Entry:
    return Entry(str(number), str(number), url(number), "A museum", "", "", NOW, "en")


def live_through(tx: Connection, number: int) -> None:
    """One story from its feed to the sent digest; nothing of it is left to be done."""
    token, feed = claims.new_token(), f"f{number % FEEDS}"
    entries.add(tx, feed, [entry(number)], NOW, background=False)
    (taken,) = entries.take_due(tx, NOW, 16, token)
    (done,) = commit_articles(tx, [prepared(number)], Rules(), NOW)
    entries.finish(tx, token, [Ended(taken.id, done.outcome, done.reason, done.article)])
    (look,) = articles.take_refetches(tx, NOW + timedelta(days=9), 8, token)
    assert articles.finish_refetch(tx, token, look.article, None)
    outbox.add_note(tx, key=f"n{number}", kind="x", text="A note.", now=NOW)
    tx.execute(insert(schema.conflicts).values(
        id=f"x{number}", metric=f"meta.site.s{number}", period="2025", unit="USD", at=NOW, reason="smells",
        reading=done.readings[0].id, claim=claim_json(done.readings[0].claim), resolved="by hand", committed_at=NOW,
    ))  # fmt: skip
    digest = StoredDigest(f"d{number}", "Desk", NOW + timedelta(seconds=number), "A subject", "")
    told = [one.change.id for one in outbox.pending(tx, "Desk")]
    assert told
    notes = [one.id for one in outbox.pending_notes(tx, "Desk")]
    (name,) = outbox.commit_digest(tx, digest, told=told, note_ids=notes, recipients=[("desk.email", "a@b.example")])
    later = NOW + timedelta(days=1)
    assert deliveries.take_due(tx, "Desk", "desk.email", now=later, token=token) is not None
    assert deliveries.finish(tx, name, token, state="sent", now=NOW)


def lived(store: Store, stories: int) -> Store:
    with store.write() as tx:
        known = [Feed(id=f"f{n}", url=f"https://paper{n}.example/feed", name="Paper") for n in range(FEEDS)]
        feeds.sync(tx, known, NOW)
        outbox.sync_audiences(tx, [Audience("Desk", ())], NOW - timedelta(days=1))
        for number in range(stories):
            live_through(tx, number)
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The same life, ten times as long in the second."""
    folder: Path = tmp_path_factory.mktemp("growth")
    made = [lived(Store.open(f"sqlite:///{folder / str(count)}.db"), count) for count in (FEW, MANY)]
    yield made[0], made[1]
    for one in made:
        one.close()


@contextmanager
def counted(tx: Connection) -> Iterator[list[int]]:
    """How many instructions SQLite runs meanwhile."""
    driver: Any = tx.connection.driver_connection
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    driver.set_progress_handler(step, 1)
    try:
        yield steps
    finally:
        driver.set_progress_handler(None, 1)


KEY = SeriesKey("meta.site.s7", "2025", "USD")
NAME = articles.article_id(url(7))
YEARS = timedelta(days=900)

Work = Callable[[Connection], object]
DAILY: dict[str, Work] = {
    "which feeds are due": lambda tx: feeds.take_due(tx, NOW, 200, "t"),
    "new entries": lambda tx: entries.add(tx, "f1", [entry(90_001), entry(90_002)], NOW, background=False),
    "entries known before": lambda tx: entries.add(tx, "f7", [entry(7)], NOW, background=False),
    "the end of a poll": lambda tx: feeds.finish(tx, "t", [{"id": "f1", "last_poll": NOW, "due_at": NOW}]),
    "feeds still held": lambda tx: feeds.still_held(tx, ["f1"], "t"),
    "which entries are due": lambda tx: entries.take_due(tx, NOW, 16, "t"),
    "how many entries are due": lambda tx: entries.waiting(tx, NOW),
    "the end of reading": lambda tx: entries.finish(tx, "t", [Ended(7, "article", "read", NAME)]),
    "an entry for later": lambda tx: entries.retry_later(tx, "t", 7, NOW, "not now"),
    "articles by id": lambda tx: articles.find(tx, [NAME, "nowhere"]),
    "what a story may copy": lambda tx: articles.shelf(tx, [NAME], ["x"], prepared(7).print.fingerprint.keys),
    "a new story": lambda tx: commit_articles(tx, [prepared(90_003)], Rules(), NOW),
    "a story about a known series": lambda tx: commit_articles(
        tx, [prepared(90_004, "meta.site.s7")], Rules(), NOW),
    "a story known before": lambda tx: commit_articles(tx, [prepared(7)], Rules(), NOW),
    "articles to look at again": lambda tx: articles.take_refetches(tx, NOW, 8, "t"),
    "the end of a look": lambda tx: articles.finish_refetch(tx, "t", NAME, None),
    "a print made anew": lambda tx: articles.replace_print(tx, NAME, prepared(7).print.fingerprint),
    "claims given back": lambda tx: [claims.give_back(tx, table, "t") for table in (schema.entries, schema.deliveries)],
    "leases of the dead": lambda tx: claims.release(
        tx, [schema.feeds, schema.entries, schema.refetches, schema.deliveries]),
    "a clock set back": lambda tx: clock.mend(tx, NOW),
    "who waits for a digest": outbox.waiting_for,
    "what an audience has not met": lambda tx: outbox.pending(tx, "Desk"),
    "notes not given": lambda tx: outbox.pending_notes(tx, "Desk"),
    "what was told last": lambda tx: outbox.last_told(tx, "Desk", [KEY]),
    "a change left out": lambda tx: outbox.leave_out(tx, "Desk", [("x", "too small")]),
    "a note": lambda tx: outbox.add_note(tx, key="new", kind="x", text="A note.", now=NOW),
    "a digest": lambda tx: outbox.commit_digest(
        tx, StoredDigest("new", "Desk", NOW, "s", "m"), told=[], note_ids=[], recipients=[("c", "r")]),
    "channels with something due": lambda tx: deliveries.due_channels(tx, NOW),
    "a delivery due": lambda tx: deliveries.take_due(tx, "Desk", "desk.email", now=NOW, token="t"),
    "the end of a delivery": lambda tx: deliveries.finish(tx, "x", "t", state="sent", now=NOW),
    "what is not delivered": deliveries.undelivered,
    "what was put aside": lambda tx: (deliveries.parked(tx), entries.parked(tx), feeds.unusual(tx, NOW)),
    "another chance": lambda tx: (entries.revive(tx, NOW, NOW), feeds.revive(tx, NOW, NOW), entries.unpark(tx, NOW)),
    "everything tried again": lambda tx: deliveries.retry(tx, NOW),
    "health": lambda tx: upkeep.health(tx, NOW),
    "nothing to tidy": lambda tx: upkeep.collect_garbage(tx, NOW, upkeep.Keep()),
    "nothing old enough to tidy": lambda tx: upkeep.collect_garbage(tx, NOW - YEARS, upkeep.Keep()),
    "tidying that has passed what is kept for ever": lambda tx: upkeep.collect_garbage(
        tx, NOW + YEARS, upkeep.Keep(), since=NOW + timedelta(seconds=1)),
}  # fmt: skip
ASKED: dict[str, Work] = {
    "entries of a page": lambda tx: entries.by_url(tx, url(7)),
    "entries of an article": lambda tx: entries.by_article(tx, NAME),
    "the latest entries": lambda tx: entries.recent(tx, limit=10),
    "the text of an article": lambda tx: articles.text_of(tx, NAME),
    "the figures of an article": lambda tx: articles.figures_of(tx, NAME),
    "articles of a group": lambda tx: articles.group_articles(tx, [NAME]),
    "one metric as it stands": lambda tx: ledger.states(tx, "meta.site.s7"),
    "some metrics as they stand": lambda tx: ledger.states(tx, "meta.site.s0*"),
    "one series as it stands": lambda tx: ledger.state_of(tx, [KEY]),
    "the history of a metric": lambda tx: ledger.histories(tx, ["meta.site.s7"]),
    "the history of a series": lambda tx: ledger.series_histories(tx, [KEY]),
    "why, of an article": lambda tx: ledger.verdicts(tx, article=NAME),
    "why, of a metric": lambda tx: ledger.verdicts(tx, metric="meta.site.s7"),
    "why, of a change": lambda tx: ledger.verdicts(tx, change="x"),
    "series of a group": lambda tx: ledger.series_in_group(tx, NAME),
    "the latest changes": lambda tx: ledger.recent_changes(tx, 10),
    "the latest changes of a metric": lambda tx: ledger.recent_changes(tx, 10, "meta.site.s7"),
    "open conflicts": ledger.open_conflicts,
    "the latest digests": lambda tx: outbox.digest_list(tx, 10),
    "the latest digests of an audience": lambda tx: outbox.digest_list(tx, 10, "Desk"),
    "what became of a change": lambda tx: outbox.tellings_of(tx, "x"),
    "the latest deliveries": lambda tx: deliveries.listing(tx, 10),
    "the latest dead deliveries": lambda tx: deliveries.listing(tx, 10, "dead"),
    "deliveries of a digest": lambda tx: deliveries.of_digest(tx, "d7"),
}  # fmt: skip


def steps_of(store: Store, work: Work) -> int:
    with store.engine.connect().execution_options(writes=True) as tx, tx.begin() as transaction:
        with counted(tx) as steps:
            work(tx)
        transaction.rollback()
    return steps[0]


@pytest.mark.parametrize("name", [*DAILY, *ASKED])
def test_ten_times_the_past_costs_no_more_steps(
    stores: tuple[Store, Store], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_RECENT", FEW)  # it is read whole, and no more however many there are
    work = (DAILY | ASKED)[name]
    few, many = (steps_of(store, work) for store in stores)
    assert few > 0
    assert many <= few * 1.2 + 20, f"{name}: {few} steps beside {FEW} stories, {many} beside {MANY}"


def test_what_is_asked_for_whole_costs_what_it_is(stores: tuple[Store, Store]) -> None:
    few, many = (steps_of(store, ledger.states) for store in stores)
    assert few * 8 < many < few * 12
