"""What is known of each feed: where it lives, when it is due, how it fares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from monitor.core.types.feeds import Feed, Validators
from monitor.store.claims import claim, held
from monitor.store.schema import feeds
from monitor.store.upsert import driver_rows, insert_new, mark

LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FeedState:
    """One row of `feeds`."""

    id: str
    url: str  # as it may be shown: secrets come from the configuration only
    name: str
    moved_to: str | None
    state: str  # active, paused, gone, parked, removed
    validators: Validators
    due_at: datetime
    attempts: int
    first_ok: datetime | None
    last_poll: datetime | None
    last_ok: datetime | None
    last_new: datetime | None
    failures: int
    failing_since: datetime | None
    error: str | None
    told: str | None
    items: str = ""  # hashes of the raw items of the last document, with blanks between them
    hint: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the feed lives by now."""
        return self.moved_to or self.url

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the last document that could be read, or with the answer in its place."""
        return tuple(self.hint.get("problems", ()))


def sync(tx: Connection, configured: Sequence[Feed], now: datetime) -> None:
    """Bring the table in line with the configuration: new feeds are due at once, left-out ones keep what they know.

    A feed that comes back, or is enabled again, is due at once; one that is gone (410) stays gone.
    """
    stored = {row.id: row for row in tx.execute(select(feeds.c.id, feeds.c.state, feeds.c.url, feeds.c.name))}
    fresh = [
        {"id": feed.id, "url": feed.shown, "name": feed.name, "due_at": now,
         "state": "active" if feed.enabled else "paused"}
        for feed in configured if feed.id not in stored
    ]  # fmt: skip
    if fresh:
        insert_new(tx, feeds, fresh)
    for feed in configured:
        row = stored.get(feed.id)
        if row is None:
            continue
        values: dict[str, Any] = {}
        if (row.url, row.name) != (feed.shown, feed.name):
            values |= {"url": feed.shown, "name": feed.name}
        if not feed.enabled and row.state not in ("paused", "gone"):
            values |= {"state": "paused"}
        if feed.enabled and row.state in ("paused", "removed"):
            values |= {"state": "active", "due_at": now}
        if values:
            tx.execute(update(feeds).where(feeds.c.id == feed.id).values(**values))
    wanted = {feed.id for feed in configured}
    gone = [key for key, row in stored.items() if key not in wanted and row.state != "removed"]
    if gone:
        tx.execute(update(feeds).where(feeds.c.id.in_(gone)).values(state="removed"))


def take_due(
    tx: Connection, now: datetime, limit: int, token: str, lease: timedelta = LEASE, *, suspects: bool = True
) -> list[FeedState]:
    """Claim at most `limit` feeds that are due; without `suspects`, none that may have ended a process."""
    rows = claim(
        tx, feeds, state="active", now=now, lease=lease, limit=limit, token=token, suspects=suspects
    )  # fmt: skip
    return [_state(row) for row in rows]


def renew(tx: Connection, token: str, now: datetime, lease: timedelta = LEASE) -> None:
    """Hold what this claim holds for another lease: its visits are still under way."""
    tx.execute(update(feeds).where(feeds.c.token == token).values(lease_until=now + lease))


def still_held(tx: Connection, ids: Sequence[str], token: str) -> set[str]:
    """Those that the claim still holds."""
    return held(tx, feeds, ids, token)


def finish(tx: Connection, token: str, rows: Sequence[dict[str, Any]]) -> None:
    """Store how visits ended and let the feeds go; rows of one shape travel as one statement.

    Each row: `id` and any columns of `feeds` besides the claim's.
    """
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        shapes.setdefault(tuple(sorted(row)), []).append({**row, "token": token})
    for names, batch in shapes.items():
        given = tuple(name for name in names if name != "id")
        tx.exec_driver_sql(_finishing(given, mark(tx)), driver_rows(tx, feeds, (*given, "id", "token"), batch))


@lru_cache(maxsize=64)
def _finishing(names: tuple[str, ...], place: str) -> str:
    given = "".join(f', "{name}" = {place}' for name in names)
    ours = f'WHERE "id" = {place} AND "token" = {place}'
    return f'UPDATE "feeds" SET "token" = NULL, "lease_until" = NULL, "attempts" = 0{given} {ours}'  # noqa: S608 - names of our own schema


def states(tx: Connection, ids: Iterable[str] | None = None) -> list[FeedState]:
    """The feeds by name, all or those of `ids`; removed ones only when named."""
    statement = select(feeds).order_by(feeds.c.name, feeds.c.id)
    statement = statement.where(feeds.c.state != "removed") if ids is None else statement.where(feeds.c.id.in_(ids))
    return [_state(row) for row in tx.execute(statement)]


def unusual(tx: Connection, nothing_new_since: datetime) -> list[FeedState]:
    """The feeds that a sweep has to look at: put aside, or sound and without anything new for long."""
    quiet = (feeds.c.state == "active") & (feeds.c.failures == 0) & (feeds.c.last_new < nothing_new_since)
    return [_state(row) for row in tx.execute(select(feeds).where(or_(feeds.c.state == "parked", quiet)))]


def troubled(tx: Connection) -> list[FeedState]:
    """The feeds that fail, are gone or were put aside, by name."""
    wrong = (feeds.c.state.in_(("gone", "parked"))) | ((feeds.c.state == "active") & (feeds.c.failures > 0))
    return [_state(row) for row in tx.execute(select(feeds).where(wrong).order_by(feeds.c.name, feeds.c.id))]


def set_state(tx: Connection, feed_id: str, state: str, now: datetime) -> bool:
    """Pause ("paused") or resume ("active", due at once, failures forgotten) a feed; False when there is none."""
    values: dict[str, Any] = {"state": state, "attempts": 0, "token": None, "lease_until": None}
    if state == "active":
        values |= {"due_at": now, "failures": 0, "failing_since": None, "error": None, "told": None}
    return tx.execute(update(feeds).where(feeds.c.id == feed_id).values(**values)).rowcount == 1


def mark_told(tx: Connection, feed_id: str, told: str | None) -> None:
    """Remember what was reported of a feed; None: taken back."""
    tx.execute(update(feeds).where(feeds.c.id == feed_id).values(told=told))


def revive(tx: Connection, parked_before: datetime, now: datetime) -> None:
    """Give feeds parked since before `parked_before` another chance: what broke the program may have been mended."""
    stale = (feeds.c.state == "parked") & (feeds.c.due_at < parked_before)
    tx.execute(update(feeds).where(stale).values(state="active", attempts=0, due_at=now))


def make_due(tx: Connection, now: datetime, ids: Sequence[str] | None = None) -> None:
    """Poll these feeds (None: all active) at the next chance."""
    statement = update(feeds).where(feeds.c.state == "active", feeds.c.due_at > now).values(due_at=now)
    tx.execute(statement if ids is None else statement.where(feeds.c.id.in_(ids)))


def _state(row: Row[Any]) -> FeedState:
    return FeedState(
        row.id, row.url, row.name, row.moved_to, row.state,
        Validators(row.etag, row.last_modified, row.body_hash),
        row.due_at, row.attempts, row.first_ok, row.last_poll, row.last_ok, row.last_new,
        row.failures, row.failing_since, row.error, row.told, row.items or "", row.hint or {},
    )  # fmt: skip
