"""Cost against size: 10,000 feeds, 1,000,000 stored articles, 100,000 lines of the ledger.

The rows are written past the product, the work on them is the product's own: a round of polling, taking entries to
read, looking up an article and its near copies, committing one, listing the ledger, health, tidying.
"""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bases import Base, Rows, Sqlite, postgres
from case_store import Rules, prepared
from measure import COMMAND, emit, scale

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
ROUNDS = 12
KEYS = 12  # fingerprint keys of an article of 300 words

Filling = tuple[str, str, Rows]  # table, columns, rows


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


def feed_rows(start: int, end: int) -> Iterator[Filling]:
    """Feeds that are due, with what 25 items leave behind."""
    due = iso(NOW - timedelta(hours=1))
    dates = [(NOW - timedelta(hours=5 * n)).isoformat() for n in range(10)]
    hint = json.dumps({"published": dates, "every": None, "skip_hours": [], "skip_days": []})
    yield "feeds", "id, url, name, state, due_at, first_ok, last_ok, last_poll, last_new, etag, items, hint", [
        (f"f{n}", f"https://paper{n}.example/feed", f"Paper {n}", "active", *[due] * 5, f'"{n:x}"',
         " ".join(f"{spread(n, item):016x}" for item in range(25)), hint)
        for n in range(start, end)
    ]  # fmt: skip


def spread(number: int, salt: int) -> int:
    """A key that lies anywhere among 63 bits."""
    return (number * 0x9E3779B97F4A7C15 + salt * 0xC2B2AE3D27D4EB4F) % 2**63


def article_rows(start: int, end: int) -> Iterator[Filling]:
    """Articles with texts and keys, and the entries that led to them; every hundredth entry still waits."""
    urls = {n: f"https://p.example/{n}" for n in range(start, end)}
    names = {n: articles.article_id(url) for n, url in urls.items()}
    seen = {n: iso(NOW - timedelta(days=200) + timedelta(seconds=n * 15)) for n in urls}
    columns = ("id, url, canonical_url, title, language, published, origin, publisher, source, feed, seen_at, "
               "text_hash, text_group, fingerprint")  # fmt: skip
    yield "articles", columns, [
        (names[n], url, url, "A title", "en", seen[n], "page", "p.example", "press", "f1", seen[n],
         f"{spread(n, 99):016x}", names[n], "[]")
        for n, url in urls.items()
    ]  # fmt: skip
    yield "texts", "article, version, text, seen_at", [(names[n], 1, "Text. " * 20, seen[n]) for n in urls]
    yield "near_keys", "key, article", [(spread(n, salt), names[n]) for n in urls for salt in range(KEYS)]
    columns = "feed, key, url, url_key, title, summary, content, seen_at, state, due_at, outcome, article"
    yield "entries", columns, [
        (f"f{n % 1000}", str(n), url, entries.url_key(url), "A title", "", "", seen[n],
         "new" if n % 100 == 0 else "done", seen[n], "article", names[n])
        for n, url in urls.items()
    ]  # fmt: skip


def series_rows(start: int, end: int) -> Iterator[Filling]:
    """Lines of the ledger, a hundred a metric, each with its reading; no value is that of many lines."""
    name, at = articles.article_id("https://p.example/0"), iso(NOW)

    def values(n: int) -> tuple[str, ...]:
        low = (1000 + n * 7919 % 98_993) * 1_000_000
        high = low if n % 3 else low + 5_000_000
        return (f"meta.site.s{n // 100}", str(1926 + n % 100), "USD", str(low), str(high), "1000000", "1000000",
                "exact" if n % 3 else "range", "actual")  # fmt: skip

    claim = "metric, period, unit, low, high, low_step, high_step, modifier, status"
    columns = f"{claim}, reading, at, readings, updated_at"
    yield "series", columns, [(*values(n), f"r{n}", at, 1, at) for n in range(start, end)]
    columns = (f"id, {claim}, role, at, seen_at, source, publisher, article, version, text_group, language, evidence, "
               "background, rules")  # fmt: skip
    yield (
        "readings",
        columns,
        [
            (
                f"r{n}",
                *values(n),
                "news",
                at,
                at,
                SourceKind.PRESS.value,
                "p.example",
                name,
                1,
                name,
                "en",
                "[]",
                0,
                "1",
            )
            for n in range(start, end)
        ],
    )


def tracked(number: int) -> Prepared:
    """An article that prints a figure of a line that the ledger has, of a metric with up to a hundred lines."""
    found = prepared(number)
    period = Period(str(1926 + number % 10), PeriodKind.YEAR, PeriodSource.CLAUSE)
    bound = replace(found.figures[0], metric="meta.site.s0", period=period,
                    quantity=replace(found.figures[0].quantity, unit="USD"))  # fmt: skip
    return replace(found, figures=(bound,))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: the product on one database."""

    base: Base
    store: Store

    def told(self, what: str, size: int, value: float, unit: str) -> None:
        """One measurement."""
        emit(f"growth: {what}", self.base.who, size, value, unit)

    def cost(self, work: Callable[[], Any], times: int = 5) -> float:
        """CPU milliseconds, the database's included, the middle of several."""
        taken = []
        for _ in range(times):
            before = self.base.seconds()
            work()
            taken.append((self.base.seconds() - before) * 1000)
        return median(taken)

    def read(self, work: Callable[[Any], Any]) -> Callable[[], Any]:
        """The work in a reading transaction."""

        def do() -> Any:
            with self.store.read() as tx:
                return work(tx)

        return do

    def write(self, work: Callable[[Any], Any]) -> Callable[[], Any]:
        """The work in a writing transaction."""

        def do() -> Any:
            with self.store.write() as tx:
                return work(tx)

        return do


def measure_feeds(on: Subject, size: int) -> None:
    """A round over all feeds, everything but the network; and another after many more."""
    moments = SystemClock()
    world = World(
        store=on.store,
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

    def a_round() -> float:
        on.write(lambda tx: feeds.make_due(tx, moments.now()))()
        return on.cost(lambda: asyncio.run(whole()), 1) / size * 1000

    taken = [a_round() for _ in range(ROUNDS)]
    on.told("a round without the network", size, median(taken[:3]), "µs a feed")
    on.told("a round after others", size, median(taken[-3:]), "µs a feed")
    on.told("is any feed due?", size, on.cost(on.write(lambda tx: feeds.take_due(
        tx, moments.now(), 200, new_token()))), "ms")  # fmt: skip


def measure_articles(on: Subject, size: int) -> None:
    """What reading an entry asks of the store."""
    ids = [articles.article_id(f"https://p.example/{n * size // 16}") for n in range(16)]
    numbers: Iterator[int] = iter(range(size * 10, size * 10 + 1000))
    reader: Any = Rules()

    def near(tx: Any) -> object:
        return articles.shelf(tx, ids, [], [spread(n * size // 16, salt) for n in range(16) for salt in range(KEYS)])

    batches = iter([[prepared(next(numbers)) for _ in range(16)] for _ in range(6)])
    works: dict[str, Callable[[], Any]] = {
        "take 16 entries to read": on.write(lambda tx: entries.take_due(tx, NOW, 16, new_token())),
        "find 16 articles": on.read(lambda tx: articles.find(tx, ids)),
        "find the near copies of 16 texts": on.read(near),
        "commit 16 articles": on.write(lambda tx: commit_articles(tx, next(batches), reader, NOW)),
        "entries of a page": on.read(lambda tx: entries.by_url(tx, "https://p.example/5")),
        "health": on.read(lambda tx: upkeep.health(tx, NOW)),
        "nothing to tidy": on.write(lambda tx: upkeep.collect_garbage(tx, NOW - timedelta(days=900), upkeep.Keep())),
        "tidy 200 old stories": on.write(lambda tx: upkeep.collect_garbage(tx, NOW + timedelta(days=900),
                                                                           upkeep.Keep(), limit=200)),
    }  # fmt: skip
    for name, work in works.items():
        on.told(name, size, on.cost(work), "ms")


def measure_ledger(on: Subject, size: int, folder: Path) -> None:
    """The whole ledger, and one metric of it."""
    config = folder / "feeds.yaml"
    config.write_text(f"feeds:\n  - url: https://p.example/feed\ndatabase: {on.base.url}\ndata_dir: {folder}\n")

    def listed(pattern: str) -> None:
        command = [COMMAND, "figures", "list", pattern, "--json", "--config", str(config)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    on.told("figures list, everything", size, on.cost(lambda: listed("*"), 3), "ms")
    on.told("figures list, one metric", size, on.cost(lambda: listed("meta.site.s3"), 3), "ms")
    numbers: Iterator[int] = iter(range(size * 20, size * 20 + 1000))
    reader: Any = Rules()
    on.told("judge a figure of a known metric", size, on.cost(on.write(lambda tx: commit_articles(
        tx, [tracked(next(numbers))], reader, NOW))), "ms")  # fmt: skip
    on.told("history of one metric", size, on.cost(on.read(lambda tx: ledger.histories(tx, ["meta.site.s3"]))), "ms")


def steps(largest: int, count: int = 3) -> list[int]:
    """Sizes up to the largest, ten times as much each."""
    sizes = [max(10, int(largest / 10**power)) for power in range(count)]
    return sorted(set(sizes))


def grow(subjects: list[Subject], folder: Path) -> None:
    """Grow each table by itself, on all databases alike, and measure at every size."""
    share = scale()

    def add(rows: Iterator[Filling]) -> None:
        for filling in rows:
            for on in subjects:
                on.base.fill(*filling)

    add(feed_rows(0, 1000))
    add(article_rows(0, 10))
    plans: tuple[tuple[int, int, Any, Any], ...] = (
        (int(100_000 * share), 0, series_rows, lambda on, size: measure_ledger(on, size, folder)),
        (int(1_000_000 * share), 10, article_rows, measure_articles),
        (int(10_000 * max(share, 0.2)), 1000, feed_rows, measure_feeds),
    )
    for largest, start, made, measure in plans:
        at = start
        for size in (one for one in steps(largest) if one >= start):
            while at < size:
                upto = min(size, at + 100_000)
                add(made(at, upto))
                at = upto
            for on in subjects:
                on.base.settle()
                measure(on, max(size, at))


def main() -> None:
    """SQLite, and PostgreSQL where there is one."""
    with tempfile.TemporaryDirectory() as folder, postgres() as server, ExitStack() as stores:
        bases: list[Base] = [Sqlite(Path(folder) / "growth.db"), *([server] if server else [])]
        subjects = [Subject(base, Store.open(base.url)) for base in bases]
        for on in subjects:
            stores.callback(on.store.close)
        grow(subjects, Path(folder))


if __name__ == "__main__":
    main()
