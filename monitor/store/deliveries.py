"""One row per digest, channel and recipient, from due to sent or dead."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, literal, or_, select, update

from monitor.store.claims import claim, was_taken
from monitor.store.schema import deliveries, digests
from monitor.store.upsert import insert_new

LEASE = timedelta(minutes=5)  # longer than any send's own deadline
OPEN = ("pending", "dead", "parked")  # what is not delivered


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient. `tries` counts sends with an answer, `parts` what has arrived of a split one."""

    id: str
    digest: str
    audience: str
    channel: str
    recipient: str
    state: str  # pending, sent, dead, parked
    due_at: datetime
    tries: int
    parts: int
    first_try: datetime | None
    possible_repeat: bool
    created_at: datetime
    done_at: datetime | None
    error: str | None


def add(tx: Connection, digest: str, audience: str, recipients: Sequence[tuple[str, str]], now: datetime) -> list[str]:
    """One delivery, due at once, for each channel id and recipient; their ids."""
    rows = [
        {"id": _name(digest, channel, recipient), "digest": digest, "audience": audience, "channel": channel,
         "recipient": recipient, "due_at": now, "created_at": now}
        for channel, recipient in dict.fromkeys(recipients)
    ]  # fmt: skip
    insert_new(tx, deliveries, rows)
    return [str(row["id"]) for row in rows]


def due_channels(tx: Connection, now: datetime) -> list[tuple[str, str]]:
    """Audience and channel of everything that is due, the longest waiting first."""
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    statement = (
        select(deliveries.c.audience, deliveries.c.channel)
        .where(deliveries.c.state == "pending", deliveries.c.due_at <= now, free)
        .group_by(deliveries.c.audience, deliveries.c.channel)
        .order_by(func.min(deliveries.c.due_at))
    )
    return [(row.audience, row.channel) for row in tx.execute(statement)]


def take_due(
    tx: Connection, audience: str, channel: str, *, now: datetime, token: str, lease: timedelta = LEASE
) -> Delivery | None:
    """Claim one due delivery of a channel.

    One at a time: what is claimed is being sent, so a claim found without an end means that the message may have gone
    out, and the delivery is marked as a possible repeat from then on.
    """
    mine = (deliveries.c.audience == audience) & (deliveries.c.channel == channel)
    extra = {
        "possible_repeat": or_(deliveries.c.possible_repeat, was_taken(deliveries)),
        "first_try": func.coalesce(deliveries.c.first_try, literal(now, deliveries.c.first_try.type)),
    }
    rows = claim(tx, deliveries, state="pending", now=now, lease=lease, limit=1, token=token, where=mine, extra=extra)
    return _delivery(rows[0]) if rows else None


def finish(
    tx: Connection,
    delivery_id: str,
    token: str,
    *,
    state: str,
    now: datetime,
    due_at: datetime | None = None,
    parts: int = 0,
    possible_repeat: bool | None = None,
    error: str | None = None,
) -> bool:
    """Store how a send ended: "sent", "dead", or "pending" until `due_at`; False when the claim was lost."""
    values: dict[str, Any] = {
        "state": state, "token": None, "lease_until": None, "attempts": 0, "tries": deliveries.c.tries + 1,
        "parts": parts, "error": error,
    }  # fmt: skip
    if due_at is not None:
        values["due_at"] = due_at
    if state != "pending":
        values["done_at"] = now
    if possible_repeat is not None:
        values["possible_repeat"] = possible_repeat
    mine = (deliveries.c.id == delivery_id) & (deliveries.c.token == token)
    return tx.execute(update(deliveries).where(mine).values(**values)).rowcount == 1


def arrived(tx: Connection, delivery_id: str, token: str, parts: int) -> None:
    """Note that so many parts of a split message have arrived, while the next are still to be sent."""
    mine = (deliveries.c.id == delivery_id) & (deliveries.c.token == token)
    tx.execute(update(deliveries).where(mine).values(parts=parts))


def park(tx: Connection, delivery_id: str, token: str, now: datetime, error: str) -> None:
    """Put a delivery aside: sending it failed in a way nobody foresaw."""
    mine = (deliveries.c.id == delivery_id) & (deliveries.c.token == token)
    tx.execute(
        update(deliveries)
        .where(mine)
        .values(state="parked", token=None, lease_until=None, done_at=now, error=error, possible_repeat=True)
    )


def parked(tx: Connection) -> list[Delivery]:
    """What was put aside: sending it failed in a way nobody foresaw, or ended the program again and again."""
    return [_delivery(row) for row in tx.execute(select(deliveries).where(deliveries.c.state == "parked"))]


def undelivered(tx: Connection) -> list[Delivery]:
    """Everything not delivered: waiting, dead or parked, oldest first."""
    statement = select(deliveries).where(deliveries.c.state.in_(OPEN)).order_by(deliveries.c.created_at)
    return [_delivery(row) for row in tx.execute(statement.order_by(deliveries.c.id))]


def listing(tx: Connection, limit: int = 50, state: str | None = None) -> list[tuple[Delivery, str]]:
    """The latest deliveries with their digest's subject, newest first."""
    statement = select(deliveries, digests.c.subject).join(digests).order_by(deliveries.c.created_at.desc())
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    return [(_delivery(row), row.subject) for row in tx.execute(statement.order_by(deliveries.c.id).limit(limit))]


def of_digest(tx: Connection, digest: str) -> list[Delivery]:
    """The deliveries of one digest."""
    statement = select(deliveries).where(deliveries.c.digest == digest)
    return [_delivery(row) for row in tx.execute(statement.order_by(deliveries.c.channel, deliveries.c.recipient))]


def retry(tx: Connection, now: datetime, ids: Sequence[str] | None = None) -> int:
    """Try what is dead, parked or waiting again at once, all of it or these ids; how many there were.

    A digest's id names all its undelivered deliveries. A parked one stays marked as a possible repeat.
    """
    statement = update(deliveries).where(deliveries.c.state.in_(OPEN), deliveries.c.token.is_(None))
    if ids is not None:
        statement = statement.where(or_(deliveries.c.id.in_(ids), deliveries.c.digest.in_(ids)))
    values = {"state": "pending", "due_at": now, "attempts": 0, "tries": 0, "first_try": None, "done_at": None}
    return tx.execute(statement.values(**values)).rowcount


def _name(digest: str, channel: str, recipient: str) -> str:
    text = f"{digest}\0{channel}\0{recipient}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id, row.digest, row.audience, row.channel, row.recipient, row.state, row.due_at, row.tries, row.parts,
        row.first_try, row.possible_repeat, row.created_at, row.done_at, row.error,
    )  # fmt: skip
