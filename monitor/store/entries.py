"""The items of feeds, from the poll that found them to the reading that ends them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from monitor.core.types.feeds import Entry
from monitor.store.claims import MAX_ATTEMPTS, claim, held
from monitor.store.schema import entries, feeds
from monitor.store.upsert import insert_new

LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with its place in the work."""

    id: int
    feed: str
    entry: Entry
    seen_at: datetime
    background: bool  # of its feed's first poll: fills the ledger silently
    tries: int
    state: str
    outcome: str | None
    reason: str | None
    article: str | None


def add(tx: Connection, feed_id: str, found: Sequence[Entry], now: datetime, *, background: bool) -> int:
    """Store the entries not stored yet, due to be read at once, oldest first; how many those were."""
    return add_all(tx, [(feed_id, found, background)], now)


def add_all(tx: Connection, found: Sequence[tuple[str, Sequence[Entry], bool]], now: datetime) -> int:
    """The same for many feeds at once: (feed, its entries, whether they are background)."""
    rows = [
        {"feed": feed_id, "key": entry.key, "guid": entry.guid, "url": entry.url,
         "url_key": url_key(entry.url), "title": entry.title,
         "summary": entry.summary, "content": entry.content, "published": entry.published,
         "language": entry.language, "publisher": entry.publisher, "seen_at": now, "background": background,
         "due_at": now}
        for feed_id, some, background in found
        for entry in {entry.key: entry for entry in sorted(some, key=lambda one: one.published or now)}.values()
    ]  # fmt: skip
    return insert_new(tx, entries, rows)


def take_due(tx: Connection, now: datetime, limit: int, token: str, lease: timedelta = LEASE) -> list[StoredEntry]:
    """Claim at most `limit` entries that wait to be read, oldest publication first."""
    rows = claim(tx, entries, state="new", now=now, lease=lease, limit=limit, token=token)
    found = [_stored(row) for row in rows]
    return sorted(found, key=lambda one: (one.entry.published or one.seen_at, one.id))


def still_held(tx: Connection, ids: Sequence[int], token: str) -> set[int]:
    """Those that the claim still holds."""
    return held(tx, entries, ids, token)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an entry ended. `article`: the stored article it led to, if any."""

    entry: int
    outcome: str
    reason: str
    article: str | None = None


_ENDING = (
    update(entries)
    .where(entries.c.id == bindparam("b_id"), entries.c.token == bindparam("b_token"))
    .values(state="done", token=None, lease_until=None, attempts=0, outcome=bindparam("b_outcome"),
            reason=bindparam("b_reason"), article=bindparam("b_article"))
)  # fmt: skip


def finish(tx: Connection, token: str, ended: Sequence[Ended]) -> None:
    """End entries of this claim."""
    if ended:
        tx.execute(_ENDING, [
            {"b_id": one.entry, "b_token": token, "b_outcome": one.outcome, "b_reason": one.reason,
             "b_article": one.article}
            for one in ended
        ])  # fmt: skip


def retry_later(tx: Connection, token: str, entry_id: int, due_at: datetime, reason: str) -> None:
    """Let an entry go until `due_at`: its page could not be had, and may yet."""
    tx.execute(
        update(entries)
        .where(entries.c.id == entry_id, entries.c.token == token)
        .values(token=None, lease_until=None, attempts=0, tries=entries.c.tries + 1, due_at=due_at, reason=reason)
    )


def park(tx: Connection, token: str, entry_id: int, reason: str) -> None:
    """Put an entry aside: reading it failed in a way nobody foresaw."""
    tx.execute(
        update(entries)
        .where(entries.c.id == entry_id, entries.c.token == token)
        .values(state="parked", token=None, lease_until=None, outcome="parked", reason=reason)
    )


def unpark(tx: Connection, now: datetime) -> int:
    """Give every parked entry another chance; how many there were."""
    changed = update(entries).where(entries.c.state == "parked").values(state="new", attempts=0, due_at=now)
    return tx.execute(changed).rowcount


def by_url(tx: Connection, url: str) -> list[StoredEntry]:
    """The entries that link to `url`, newest first."""
    statement = select(entries).where(entries.c.url_key == url_key(url)).order_by(entries.c.id.desc())
    return [_stored(row) for row in tx.execute(statement)]


def by_article(tx: Connection, article: str) -> list[StoredEntry]:
    """The entries that led to an article, in the order in which they were seen."""
    statement = select(entries).where(entries.c.article == article).order_by(entries.c.id)
    return [_stored(row) for row in tx.execute(statement)]


def waiting(tx: Connection, now: datetime) -> int:
    """How many entries are due to be read."""
    statement = select(func.count()).select_from(entries).where(entries.c.state == "new", entries.c.due_at <= now)
    return tx.execute(statement).scalar_one()


def revive(tx: Connection, parked_before: datetime, now: datetime) -> None:
    """Give entries put aside for ending the program one more try a day: it may have been the machine's fault."""
    stale = (entries.c.state == "parked") & (entries.c.attempts >= MAX_ATTEMPTS) & (entries.c.due_at < parked_before)
    tx.execute(update(entries).where(stale).values(state="new", attempts=MAX_ATTEMPTS - 1, due_at=now))


def parked(tx: Connection) -> list[tuple[StoredEntry, str]]:
    """Every parked entry with the name of its feed."""
    statement = select(entries, feeds.c.name.label("feed_name")).join(feeds).where(entries.c.state == "parked")
    return [(_stored(row), row.feed_name) for row in tx.execute(statement.order_by(entries.c.id))]


def recent(tx: Connection, feed_id: str | None = None, limit: int = 50) -> list[StoredEntry]:
    """The latest entries, of one feed or of all, newest first."""
    statement = select(entries).order_by(entries.c.id.desc()).limit(limit)
    if feed_id is not None:
        statement = statement.where(entries.c.feed == feed_id)
    return [_stored(row) for row in tx.execute(statement)]


def url_key(url: str | None) -> str | None:
    """What entries are looked up by: a digest of the link."""
    return None if url is None else hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _stored(row: Row[Any]) -> StoredEntry:
    entry = Entry(row.key, row.guid, row.url, row.title, row.summary, row.content, row.published, row.language,
                  row.publisher)  # fmt: skip
    return StoredEntry(row.id, row.feed, entry, row.seen_at, row.background, row.tries, row.state, row.outcome,
                       row.reason, row.article)  # fmt: skip
