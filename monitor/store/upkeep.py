"""Health, tidying, backup and restore."""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, text, update

from monitor.core.errors import StoreError
from monitor.store import facts
from monitor.store.deliveries import OPEN
from monitor.store.engine import exclusive
from monitor.store.feeds import FeedState, troubled
from monitor.store.schema import (
    FULL_DIGEST,
    FULL_ENTRY,
    articles,
    changes,
    deliveries,
    digests,
    entries,
    feeds,
    figures,
    near_keys,
    readings,
    refetches,
    texts,
)
from monitor.store.store import Store

LAST_ROUND = "last-round"


@dataclass(frozen=True, slots=True)
class Health:
    """How the daemon fares, from the database alone."""

    last_round: datetime | None  # when a whole round last ended well
    undelivered: int  # waiting, dead and parked
    oldest_undelivered: datetime | None
    dead: int
    parked_entries: int
    parked_deliveries: int
    parked_feeds: int
    waiting_entries: int
    failing: tuple[FeedState, ...]
    gone: tuple[FeedState, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """How long what is no evidence of the ledger is kept."""

    entries: timedelta = timedelta(days=180)
    articles: timedelta = timedelta(days=365)
    digests: timedelta = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows `collect_garbage` emptied or removed; falsy when none. `reached`: when the youngest was seen."""

    entries: int = 0
    articles: int = 0
    digests: int = 0
    reached: datetime | None = field(default=None, compare=False)

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.entries + other.entries, self.articles + other.articles, self.digests + other.digests,
                     other.reached or self.reached)  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.entries or self.articles or self.digests)


def health(tx: Connection, now: datetime) -> Health:
    """The state of everything that can be wrong."""
    last = facts.get(tx, LAST_ROUND)
    not_sent = deliveries.c.state.in_(OPEN)
    by_state: dict[str, int] = {
        row.state: row.n
        for row in tx.execute(
            select(deliveries.c.state, func.count().label("n")).where(not_sent).group_by(deliveries.c.state)
        )
    }
    oldest = tx.execute(select(func.min(deliveries.c.created_at)).where(not_sent)).scalar()
    known = troubled(tx)
    return Health(
        last_round=last[1] if last else None,
        undelivered=sum(by_state.get(state, 0) for state in OPEN),
        oldest_undelivered=oldest,
        dead=by_state.get("dead", 0),
        parked_entries=_count(tx, entries, "parked"),
        parked_deliveries=by_state.get("parked", 0),
        parked_feeds=sum(1 for feed in known if feed.state == "parked"),
        waiting_entries=tx.execute(
            select(func.count()).select_from(entries).where(entries.c.state == "new", entries.c.due_at <= now)
        ).scalar_one(),
        failing=tuple(feed for feed in known if feed.state == "active"),
        gone=tuple(feed for feed in known if feed.state == "gone"),
    )


def round_done(tx: Connection, now: datetime) -> None:
    """Remember that a whole round ended well."""
    facts.put(tx, LAST_ROUND, now.isoformat(), now)


def counts(tx: Connection) -> dict[str, int]:
    """How many rows the main tables hold."""
    tables = (feeds, entries, articles, readings, changes, deliveries)
    return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def integrity(store: Store) -> list[str]:
    """What is wrong with the database file, in SQLite's words; empty when sound. PostgreSQL looks after itself."""
    if store.dialect != "sqlite":
        return []
    with store.read() as tx:
        found = [str(row[0]) for row in tx.execute(text("PRAGMA integrity_check"))]
        broken = tx.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in found if line != "ok"] + [
        f"row {row[1]} of {row[0]} names a missing row" for row in broken
    ]


def collect_garbage(
    tx: Connection, now: datetime, keep: Keep, limit: int = 1000, since: datetime | None = None
) -> Swept:
    """Drop what is older than `keep` and holds up nothing, at most `limit` rows of a kind; repeat until falsy.

    Entries keep their keys for ever (a feed may list them again), articles with readings keep all they have, and a
    digest loses its text only when every delivery of it has been sent. To repeat, `since` is what the last time
    `reached`: neither what is kept for ever nor what was dropped a moment ago is gone through again.
    """
    old = select(entries.c.id).where(entries.c.seen_at < now - keep.entries, FULL_ENTRY)
    emptied = tx.execute(update(entries).where(entries.c.id.in_(old.limit(limit))).values(summary="", content=""))
    bare = (
        select(articles.c.id, articles.c.seen_at)
        .where(articles.c.seen_at < now - keep.articles, articles.c.source != "seed")
        .where(~select(readings.c.id).where(readings.c.article == articles.c.id).exists())
        .order_by(articles.c.seen_at)  # without it PostgreSQL goes through all articles while it has no statistics
        .limit(limit)
    )
    found = tx.execute(bare if since is None else bare.where(articles.c.seen_at >= since)).all()
    gone = [row.id for row in found]
    if gone:
        for table in (refetches, figures, near_keys, texts):
            tx.execute(delete(table).where(table.c.article.in_(gone)))
        tx.execute(delete(articles).where(articles.c.id.in_(gone)))
    waits = select(deliveries.c.id).where(deliveries.c.digest == digests.c.id, deliveries.c.state != "sent").exists()
    told = select(digests.c.id).where(digests.c.created_at < now - keep.digests, FULL_DIGEST, ~waits)
    blank = tx.execute(update(digests).where(digests.c.id.in_(told.limit(limit))).values(message=""))
    return Swept(emptied.rowcount, len(gone), blank.rowcount, found[-1].seen_at if found else since)


def backup(store: Store, target: Path) -> None:
    """A consistent copy of a SQLite database while it is in use; raises StoreError on PostgreSQL (use pg_dump)."""
    path = _file(store)
    if target.exists():
        raise StoreError(f"{target} exists already: choose another name or remove it")
    partial = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        _copy(path, partial)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        _discard(partial)
        raise StoreError(f"the backup to {target} failed: {error}") from error


def restore(source: Path, path: Path) -> None:
    """Put a backup in the place of the database at `path`; the daemon must be stopped (Locked otherwise).

    The old database stays beside it as `….before-restore`.
    """
    if not source.is_file():
        raise StoreError(f"there is no backup at {source}")
    _check_backup(source)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(path):
        partial = path.with_name(path.name + ".part")
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
            _copy(source, partial)
            if path.exists():
                _copy(path, path.with_name(path.name + ".before-restore"))  # with what its log still holds
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            partial.replace(path)
        except (OSError, sqlite3.Error) as error:
            _discard(partial)
            raise StoreError(f"restoring {source} failed: {error}; the database is as it was") from error


def _check_backup(source: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{source} is not a backup of figurewatch: {error}") from error
    if found != "ok":
        raise StoreError(f"the backup {source} is damaged: {found}")


def _copy(source: Path, target: Path) -> None:
    origin, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        origin.backup(copy, pages=2000, sleep=0.01)  # in steps: the daemon goes on writing
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        origin.close()


def _discard(partial: Path) -> None:
    with suppress(OSError):
        partial.unlink(missing_ok=True)


def _file(store: Store) -> Path:
    if store.path is None:
        raise StoreError("only a SQLite file is backed up here: use pg_dump for PostgreSQL")
    return store.path


def _count(tx: Connection, table: Table, state: str) -> int:
    found: Any = tx.execute(select(func.count()).select_from(table).where(table.c.state == state)).scalar_one()
    return int(found)
