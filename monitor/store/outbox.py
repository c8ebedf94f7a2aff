"""What is to be told to whom, and what became of it: pending changes and notes, frozen digests, deliveries."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_, update

from monitor.core.types.audiences import Audience
from monitor.core.types.ledger import Change, Claim, SeriesKey
from monitor.store.rows import change_of, claim_from_json, series_of
from monitor.store.schema import PENDING, audiences, changes, digests, notes, tellings
from monitor.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class AudienceState:
    """What is known of an audience. Nothing committed before `since` is told to it."""

    name: str
    active: bool
    since: datetime
    last_digest: datetime | None
    last_checked: datetime | None
    show_conflicts: bool


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that an audience has not met yet, with the moment it was committed."""

    change: Change
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A line for the last section of a digest.

    `skip_channel`: the dead channel an alarm is about; `about` and `amount`: a source's name and how many stories it
    began with.
    """

    id: int
    audience: str
    key: str
    kind: str
    text: str
    url: str | None
    alarm: bool
    skip_channel: str | None
    at: datetime
    about: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A digest as committed; `message` is the frozen JSON."""

    id: str
    audience: str
    created_at: datetime
    subject: str
    message: str


def sync_audiences(tx: Connection, configured: Sequence[Audience], now: datetime) -> None:
    """Bring the table in line with the configuration: a new audience hears what is committed from `now` on."""
    stored = {row.name: row for row in tx.execute(select(audiences))}
    for audience in configured:
        row = stored.get(audience.name)
        wanted = {"active": True, "show_conflicts": audience.show_conflicts}
        if row is None:
            insert_new(tx, audiences, [{"name": audience.name, "since": now, **wanted}])
        elif (row.active, row.show_conflicts) != (True, audience.show_conflicts):
            tx.execute(update(audiences).where(audiences.c.name == audience.name).values(**wanted))
    gone = [name for name, row in stored.items() if row.active and name not in {one.name for one in configured}]
    if gone:
        tx.execute(update(audiences).where(audiences.c.name.in_(gone)).values(active=False))


def lock_audience(tx: Connection, name: str) -> AudienceState | None:
    """Hold an audience until the transaction ends: two workers never make its digest at once."""
    row = tx.execute(select(audiences).where(audiences.c.name == name).with_for_update()).first()
    return _audience(row) if row else None


def audience_states(tx: Connection) -> list[AudienceState]:
    """Every audience ever configured, by name."""
    return [_audience(row) for row in tx.execute(select(audiences).order_by(audiences.c.name))]


def pending(tx: Connection, audience: str) -> list[PendingChange]:
    """The changes this audience has not met yet, in the order in which they were committed."""
    statement = (
        select(changes)
        .join(tellings, tellings.c.change == changes.c.id)
        .where(tellings.c.audience == audience, PENDING)
        .order_by(changes.c.seq)
    )
    return [PendingChange(change_of(row), row.committed_at) for row in tx.execute(statement)]


def waiting_for(tx: Connection) -> dict[str, tuple[int, datetime]]:
    """Per audience with anything pending: how many changes and alarms, and since when the oldest waits."""
    found: dict[str, tuple[int, datetime]] = {}
    told = (
        select(tellings.c.audience, func.count().label("n"), func.min(changes.c.committed_at).label("since"))
        .join(changes, changes.c.id == tellings.c.change)
        .where(PENDING)
        .group_by(tellings.c.audience)
    )
    alarms = (
        select(notes.c.audience, func.count().label("n"), func.min(notes.c.at).label("since"))
        .where(notes.c.digest.is_(None), notes.c.alarm)
        .group_by(notes.c.audience)
    )
    for row in (*tx.execute(told), *tx.execute(alarms)):
        count, since = found.get(row.audience, (0, row.since))
        found[row.audience] = (count + row.n, min(since, row.since))
    return found


def last_told(tx: Connection, audience: str, keys: Iterable[SeriesKey]) -> dict[SeriesKey, Claim | None]:
    """The value that this audience was told last of each series; absent: never told anything of it."""
    wanted = [(key.metric, key.period, key.unit) for key in set(keys)]
    if not wanted:
        return {}
    series = tuple_(changes.c.metric, changes.c.period, changes.c.unit).in_(wanted)
    columns = (changes.c.id, changes.c.metric, changes.c.period, changes.c.unit, changes.c.new)
    known = tx.execute(select(*columns).where(series).order_by(changes.c.seq)).all()
    # asked for apart: joined, SQLite would go through all that the audience was ever told
    heard = select(tellings.c.change).where(
        tellings.c.audience == audience, tellings.c.change.in_([row.id for row in known]), tellings.c.state == "told"
    )
    told = set(tx.execute(heard).scalars())
    return {series_of(row): claim_from_json(row.new) for row in known if row.id in told}


def add_note(
    tx: Connection,
    *,
    key: str,
    kind: str,
    text: str,
    now: datetime,
    url: str | None = None,
    alarm: bool = False,
    skip_channel: str | None = None,
    only: Sequence[str] | None = None,
    about: str | None = None,
    amount: int | None = None,
) -> int:
    """Line a note up for every active audience, or for `only` those; the same `key` is said once to each.

    How many had not heard it before.
    """
    names = only
    if names is None:
        names = tx.execute(select(audiences.c.name).where(audiences.c.active)).scalars().all()
    return insert_new(tx, notes, [
        {"audience": name, "key": _short(key), "kind": kind, "text": text, "url": url, "alarm": alarm,
         "skip_channel": skip_channel, "at": now, "about": about, "amount": amount}
        for name in names
    ])  # fmt: skip


def conflict_audiences(tx: Connection) -> list[str]:
    """The active audiences that want to see what is held back."""
    statement = select(audiences.c.name).where(audiences.c.active, audiences.c.show_conflicts)
    return list(tx.execute(statement).scalars())


def pending_notes(tx: Connection, audience: str, limit: int = 1000) -> list[StoredNote]:
    """The notes this audience has not been given, oldest first."""
    statement = select(notes).where(notes.c.audience == audience, notes.c.digest.is_(None))
    return [_note(row) for row in tx.execute(statement.order_by(notes.c.id).limit(limit))]


def commit_digest(
    tx: Connection,
    digest: StoredDigest,
    *,
    told: Sequence[str],
    note_ids: Sequence[int],
    recipients: Sequence[tuple[str, str]],
) -> list[str]:
    """Freeze a digest: its text, the changes and notes it holds, one delivery a channel and recipient; their ids.

    Nothing is stored when any of its changes is no longer pending; the ids are then empty.
    """
    from monitor.store.deliveries import add

    still = set(
        tx.execute(
            select(tellings.c.change)
            .where(tellings.c.audience == digest.audience, tellings.c.change.in_(told), tellings.c.state == "pending")
            .with_for_update()
        ).scalars()
    )
    if still != set(told):
        return []
    insert_new(tx, digests, [{
        "id": digest.id, "audience": digest.audience, "created_at": digest.created_at,
        "message": digest.message, "subject": digest.subject,
    }])  # fmt: skip
    if told:
        mine = (tellings.c.audience == digest.audience) & tellings.c.change.in_(told)
        tx.execute(update(tellings).where(mine).values(state="told", digest=digest.id))
    if note_ids:
        tx.execute(update(notes).where(notes.c.id.in_(note_ids)).values(digest=digest.id))
    tx.execute(update(audiences).where(audiences.c.name == digest.audience).values(last_digest=digest.created_at))
    return add(tx, digest.id, digest.audience, recipients, digest.created_at)


def leave_out(tx: Connection, audience: str, reasons: Sequence[tuple[str, str]]) -> None:
    """These changes are never told to this audience: its rules say so. Each: change id, reason."""
    for change, reason in reasons:
        tx.execute(
            update(tellings)
            .where(tellings.c.audience == audience, tellings.c.change == change, tellings.c.state == "pending")
            .values(state="left-out", reason=reason)
        )


def checked(tx: Connection, audience: str, now: datetime) -> None:
    """The schedule of this audience has come round and nothing was worth a message."""
    tx.execute(update(audiences).where(audiences.c.name == audience).values(last_checked=now))


def digest_list(tx: Connection, limit: int = 50, audience: str | None = None) -> list[StoredDigest]:
    """The latest digests, newest first."""
    statement = select(digests).order_by(digests.c.created_at.desc(), digests.c.id).limit(limit)
    if audience is not None:
        statement = statement.where(digests.c.audience == audience)
    return [_digest(row) for row in tx.execute(statement)]


def digest_of(tx: Connection, digest_id: str) -> StoredDigest | None:
    """The digest of that id."""
    row = tx.execute(select(digests).where(digests.c.id == digest_id)).first()
    return _digest(row) if row else None


def tellings_of(tx: Connection, change_id: str) -> list[tuple[str, str, str | None, str | None]]:
    """What became of a change: audience, state (pending, told, left-out), digest id, reason."""
    statement = select(tellings).where(tellings.c.change == change_id).order_by(tellings.c.audience)
    return [(row.audience, row.state, row.digest, row.reason) for row in tx.execute(statement)]


def _short(key: str) -> str:
    return key if len(key) <= 200 else key[:160] + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _audience(row: Row[Any]) -> AudienceState:
    return AudienceState(row.name, row.active, row.since, row.last_digest, row.last_checked, row.show_conflicts)


def _note(row: Row[Any]) -> StoredNote:
    return StoredNote(row.id, row.audience, row.key, row.kind, row.text, row.url, row.alarm, row.skip_channel, row.at,
                      row.about, row.amount)  # fmt: skip


def _digest(row: Row[Any]) -> StoredDigest:
    return StoredDigest(row.id, row.audience, row.created_at, row.subject, row.message)
