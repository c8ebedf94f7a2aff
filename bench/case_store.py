"""Committing articles: the store's own batch beside raw sqlite3 writing the same rows, both at synchronous=FULL.

The store looks up copies, converts and checks values, and judges; the peer is given its rows as the driver takes them.
What figures and prints look like in the database is settled when an article is prepared, before any transaction, as in
the read step: that is no part of what is measured here.
"""

import sqlite3
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from material import Tongue
from measure import OURS, cpu, emit, full_size

from monitor.core.types.feeds import Article
from monitor.core.types.figures import Figure, Modifier, Quantity, Role, Status
from monitor.core.types.ledger import MetricRules, SourceKind
from monitor.steps.commit import Prepared, commit_articles
from monitor.steps.copies import print_of
from monitor.steps.ports import Reader
from monitor.store.store import Store

PEER = "raw sqlite3"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
BATCH = 30
TONGUE = Tongue()
TABLES = ("articles", "texts", "near_keys", "figures")


class Rules:
    """What the judge asks of the packs."""

    def rules(self, metric: str) -> MetricRules:
        """Nothing special."""
        return MetricRules(metric)

    def title(self, metric: str) -> tuple[str, str]:
        """Its id."""
        return metric, metric


def figure(number: int) -> Figure:
    """An unbound figure, as most of them are."""
    value = Decimal(1000 + number)
    quantity = Quantity(start=0, end=4, text=f"{value}", low=value, high=value, low_step=Decimal(1),
                        high_step=Decimal(1), unit="count", modifier=Modifier.EXACT)  # fmt: skip
    return Figure(
        quantity=quantity, metric=None, period=None, status=Status.ACTUAL, role=Role.NEWS, speaker=None,
        quote=f"{value} people", quote_start=0, language="en", reasons=("nothing tracked explains it",), rules="bench",
    )  # fmt: skip


def prepared(number: int) -> Prepared:
    """An article of some 300 words with four figures."""
    text = "\n".join(TONGUE.sentences(number, 1800))
    url = f"https://paper.example/{number}"
    article = Article(url, url, f"Headline {number}", text, "en", NOW, "page", "paper.example")
    figures = tuple(figure(number * 4 + place) for place in range(4))
    return Prepared(article, figures, print_of(text), SourceKind.PRESS, NOW, refetch=False)


def ours(path: Path, batches: list[list[Prepared]], reader: Reader) -> float:
    """Seconds for all batches: copies looked up, rows written, readings judged."""
    store = Store.open(f"sqlite:///{path}")
    with store.write() as tx:
        commit_articles(tx, [prepared(10_000_000)], reader, NOW)
    before = cpu()
    for batch in batches:
        with store.write() as tx:
            commit_articles(tx, batch, reader, NOW)
    seconds = cpu() - before
    store.close()
    return seconds


def rows_of(path: Path, names: list[str]) -> dict[str, list[tuple[object, ...]]]:
    """What a batch left in each table."""
    marks = ", ".join("?" * len(names))
    connection = sqlite3.connect(path)
    found = {table: connection.execute(f"SELECT * FROM {table} WHERE {'id' if table == 'articles' else 'article'} "
                                       f"IN ({marks})", names).fetchall() for table in TABLES}  # fmt: skip
    connection.close()
    return found


def theirs(path: Path, batches: list[dict[str, list[tuple[object, ...]]]]) -> float:
    """Seconds to write the same rows with the driver alone."""
    Store.open(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")
    before = cpu()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in batch.items():
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("COMMIT")
    seconds = cpu() - before
    connection.close()
    return seconds


def main() -> None:
    """Batches of 30 articles with their texts, keys and figures."""
    count = 50 if full_size() else 5
    batches = [[prepared(number * BATCH + place) for place in range(BATCH)] for number in range(count)]
    reader: Reader = Rules()
    for turn in range(3):
        with tempfile.TemporaryDirectory() as folder:
            mine, other = Path(folder) / "ours.db", Path(folder) / "raw.db"
            seconds = ours(mine, batches, reader)
            emit("store: articles committed", OURS, count * BATCH, count * BATCH / seconds, "articles a second")
            rows = [rows_of(mine, [one.name for one in batch]) for batch in batches]
            seconds = theirs(other, rows)
            emit("store: articles committed", PEER, count * BATCH, count * BATCH / seconds, "articles a second")
            if turn == 0:
                written = sum(len(one) for batch in rows for one in batch.values()) / (count * BATCH)
                emit("store: rows an article", OURS, count * BATCH, written, "rows")


if __name__ == "__main__":
    main()
