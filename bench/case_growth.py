"""Cost against size: 10,000 feeds, 1,000,000 stored articles, 100,000 lines of the ledger.

The rows are written past the product, the work on them is the product's own: a round of polling, taking entries to
read, looking up an article and its near copies, committing one, listing the ledger, health, tidying.
"""

import asyncio
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from case_store import Rules, prepared
from measure import COMMAND, OURS, cpu, emit, scale

from monitor.core.types.feeds import Feed
from monitor.core.types.figures import Period, PeriodKind, PeriodSource
from monitor.core.types.ledger import SourceKind
from monitor.daemon.wiring import SystemClock
from monitor.steps.commit import Prepared, commit_articles
from monitor.steps.poll import poll_due
from monitor.steps.ports import Polled, PollKind, Visit
from monitor.steps.world import World
from monitor.store import articles, entries, feeds, ledger, upkeep
from monitor.store.claims import new_token
from monitor.store.store import Store
from monitor.store.types import iso

NOW = datetime(2026, 1, 6, tzinfo=UTC)
KEYS = 12  # fingerprint keys of an article of 300 words


@dataclass(frozen=True, slots=True)
class Nothing:
    """A configuration with no feeds of its own."""

    feeds: tuple[Feed, ...] = ()
    audiences: tuple[()] = ()


class Unchanged:
    """Every feed answers that nothing is new: what is left is the product's own bookkeeping."""

    async def poll(self, visit: Visit) -> Polled:
        """304."""
        return Polled(PollKind.UNCHANGED, validators=visit.validators)


def fill(path: Path, table: str, rows: Iterable[tuple[object, ...]], columns: str) -> None:
    """Rows straight into a table."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-500000")
    connection.execute("BEGIN")
    marks = ", ".join("?" * len(columns.split(",")))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def add_feeds(path: Path, start: int, end: int) -> None:
    """Feeds that are due."""
    due = iso(NOW - timedelta(hours=1))
    rows = ((f"f{n}", f"https://paper{n}.example/feed", f"Paper {n}", "active", due, due, '"tag"', "[]", "{}")
            for n in range(start, end))  # fmt: skip
    fill(path, "feeds", rows, "id, url, name, state, due_at, first_ok, etag, items, hint")


def spread(number: int, salt: int) -> int:
    """A key that lies anywhere among 63 bits."""
    return (number * 0x9E3779B97F4A7C15 + salt * 0xC2B2AE3D27D4EB4F) % 2**63


def add_articles(path: Path, start: int, end: int) -> None:
    """Articles with texts and keys, and the entries that led to them; every hundredth entry still waits."""

    def seen(n: int) -> str:
        return iso(NOW - timedelta(days=200) + timedelta(seconds=n * 15))

    fill(path, "articles", (
        (articles.article_id(f"https://p.example/{n}"), f"https://p.example/{n}", f"https://p.example/{n}", "A title",
         "en", seen(n), "page", "p.example", "press", "f1", seen(n), f"{spread(n, 99):016x}",
         articles.article_id(f"https://p.example/{n}"), "[]")
        for n in range(start, end)
    ), "id, url, canonical_url, title, language, published, origin, publisher, source, feed, seen_at, text_hash, "
       "text_group, fingerprint")  # fmt: skip
    fill(path, "texts", ((articles.article_id(f"https://p.example/{n}"), 1, "Text. " * 20, seen(n))
                         for n in range(start, end)), "article, version, text, seen_at")  # fmt: skip
    keys = sorted((spread(n, salt), articles.article_id(f"https://p.example/{n}"))
                  for n in range(start, end) for salt in range(KEYS))  # fmt: skip
    fill(path, "near_keys", keys, "key, article")
    fill(path, "entries", (
        (f"f{n % 1000}", str(n), f"https://p.example/{n}", entries.url_key(f"https://p.example/{n}"), "A title", "", "",
         seen(n), "new" if n % 100 == 0 else "done", seen(n), "article",
         articles.article_id(f"https://p.example/{n}"))
        for n in range(start, end)
    ), "feed, key, url, url_key, title, summary, content, seen_at, state, due_at, outcome, article")  # fmt: skip


def add_series(path: Path, start: int, end: int) -> None:
    """Lines of the ledger, a hundred a metric, each with its reading."""
    name = articles.article_id("https://p.example/0")
    at = iso(NOW)

    def key(n: int) -> tuple[str, str, str]:
        return f"meta.site.s{n // 100}", str(1926 + n % 100), "USD"

    claim = ("5", "5", "1", "1", "exact")
    fill(
        path,
        "series",
        ((*key(n), *claim, "actual", f"r{n}", at, 1, at) for n in range(start, end)),
        "metric, period, unit, low, high, low_step, high_step, modifier, status, reading, at, readings, updated_at",
    )
    fill(path, "readings", (
        (f"r{n}", *key(n), *claim, "actual", "news", at, at, SourceKind.PRESS.value, "p.example", name, 1, name, "en",
         "[]", 0, "1")
        for n in range(start, end)
    ), "id, metric, period, unit, low, high, low_step, high_step, modifier, status, role, at, seen_at, source, "
       "publisher, article, version, text_group, language, evidence, background, rules")  # fmt: skip


def tracked(number: int) -> Prepared:
    """An article that prints a figure of a line that the ledger has, of a metric with up to a hundred lines."""
    found = prepared(number)
    period = Period(str(1926 + number % 10), PeriodKind.YEAR, PeriodSource.CLAUSE)
    bound = replace(found.figures[0], metric="meta.site.s0", period=period,
                    quantity=replace(found.figures[0].quantity, unit="USD"))  # fmt: skip
    return replace(found, figures=(bound,))


def cost(work: Callable[[], Any], times: int = 5) -> float:
    """CPU milliseconds, the middle of several."""
    taken = []
    for _ in range(times):
        before = cpu()
        work()
        taken.append((cpu() - before) * 1000)
    return median(taken)


def one_read(store: Store, work: Callable[[Any], Any]) -> Callable[[], Any]:
    """The work in a reading transaction."""

    def do() -> Any:
        with store.read() as tx:
            return work(tx)

    return do


def one_write(store: Store, work: Callable[[Any], Any]) -> Callable[[], Any]:
    """The work in a writing transaction."""

    def do() -> Any:
        with store.write() as tx:
            return work(tx)

    return do


def measure_feeds(store: Store, size: int) -> None:
    """A round over all feeds, everything but the network."""
    moments = SystemClock()
    world = World(
        store=store,
        clock=moments,
        config=Nothing(),
        packs=None,
        feeds=Unchanged(),
        articles=None,
        reader=None,
        channels=None,
    )

    async def whole() -> None:
        while (await poll_due(world, 200)).polled:
            pass

    def due() -> None:
        with store.write() as tx:
            feeds.make_due(tx, moments.now())

    taken = []
    for _ in range(3):
        due()
        taken.append(cost(lambda: asyncio.run(whole()), 1))
    emit("growth: a round without the network", OURS, size, median(taken) / size * 1000, "µs a feed")
    emit("growth: is any feed due?", OURS, size, cost(one_write(store, lambda tx: feeds.take_due(
        tx, moments.now(), 200, new_token()))), "ms")  # fmt: skip


def measure_articles(store: Store, size: int) -> None:
    """What reading an entry asks of the store."""
    ids = [articles.article_id(f"https://p.example/{n * size // 16}") for n in range(16)]
    numbers: Iterator[int] = iter(range(size * 10, size * 10 + 1000))
    reader: Any = Rules()

    def near(tx: Any) -> object:
        return articles.shelf(tx, ids, [], [spread(n * size // 16, salt) for n in range(16) for salt in range(KEYS)])

    batches = iter([[prepared(next(numbers)) for _ in range(16)] for _ in range(6)])
    works: dict[str, Callable[[], Any]] = {
        "take 16 entries to read": one_write(store, lambda tx: entries.take_due(tx, NOW, 16, new_token())),
        "find 16 articles": one_read(store, lambda tx: articles.find(tx, ids)),
        "find the near copies of 16 texts": one_read(store, near),
        "commit 16 articles": one_write(store, lambda tx: commit_articles(tx, next(batches), reader, NOW)),
        "entries of a page": one_read(store, lambda tx: entries.by_url(tx, "https://p.example/5")),
        "health": one_read(store, lambda tx: upkeep.health(tx, NOW)),
        "nothing to tidy": one_write(store, lambda tx: upkeep.collect_garbage(tx, NOW - timedelta(days=900),
                                                                             upkeep.Keep())),
        "tidy 200 old stories": one_write(store, lambda tx: upkeep.collect_garbage(tx, NOW + timedelta(days=900),
                                                                                   upkeep.Keep(), limit=200)),
    }  # fmt: skip
    for name, work in works.items():
        emit(f"growth: {name}", OURS, size, cost(work), "ms")


def measure_ledger(store: Store, size: int, path: Path) -> None:
    """The whole ledger, and one metric of it."""
    config = path.with_name("feeds.yaml")
    config.write_text(f"feeds:\n  - url: https://p.example/feed\ndatabase: sqlite:///{path}\ndata_dir: {path.parent}\n")

    def listed(pattern: str) -> None:
        command = [COMMAND, "figures", "list", pattern, "--json", "--config", str(config)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    emit("growth: figures list, everything", OURS, size, cost(lambda: listed("*"), 3), "ms")
    emit("growth: figures list, one metric", OURS, size, cost(lambda: listed("meta.site.s3"), 3), "ms")
    numbers: Iterator[int] = iter(range(size * 20, size * 20 + 1000))
    reader: Any = Rules()
    emit("growth: judge a figure of a known metric", OURS, size, cost(one_write(store, lambda tx: commit_articles(
        tx, [tracked(next(numbers))], reader, NOW))), "ms")  # fmt: skip
    emit("growth: history of one metric", OURS, size, cost(one_read(store, lambda tx: ledger.histories(
        tx, ["meta.site.s3"]))), "ms")  # fmt: skip


def steps(largest: int, count: int = 3) -> list[int]:
    """Sizes up to the largest, ten times as much each."""
    sizes = [max(10, int(largest / 10**power)) for power in range(count)]
    return sorted(set(sizes))


def main() -> None:
    """Grow each table by itself and measure at every size."""
    share = scale()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "growth.db"
        store = Store.open(f"sqlite:///{path}")
        add_feeds(path, 0, 1000)
        add_articles(path, 0, 10)
        plans: tuple[tuple[int, int, Any, Any], ...] = (
            (int(100_000 * share), 0, add_series, lambda size: measure_ledger(store, size, path)),
            (int(1_000_000 * share), 10, add_articles, lambda size: measure_articles(store, size)),
            (int(10_000 * max(share, 0.2)), 1000, add_feeds, lambda size: measure_feeds(store, size)),
        )
        for largest, start, add, measure in plans:
            at = start
            for size in (one for one in steps(largest) if one >= start):
                while at < size:
                    upto = min(size, at + 100_000)
                    add(path, at, upto)
                    at = upto
                measure(max(size, at))
        store.close()


if __name__ == "__main__":
    main()
