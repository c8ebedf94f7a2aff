"""What a clock that was set back has left behind: times that lie ahead, which nobody wants to wait for."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Table, update

from monitor.store.claims import claimable
from monitor.store.schema import audiences, deliveries, entries, feeds, refetches

_LEASE = timedelta(minutes=5)  # no lease is longer


def mend(tx: Connection, now: datetime) -> int:
    """Make due what was last touched at a time that is yet to come, and end leases from there; how many rows."""
    count = _set(tx, feeds, feeds.c.last_poll > now, now, feeds.c.last_poll, feeds.c.due_at)
    waiting = entries.c.state == "new"
    count += _set(tx, entries, waiting & (entries.c.seen_at > now), now, entries.c.seen_at, entries.c.due_at)
    open_ = deliveries.c.state == "pending"
    count += _set(
        tx, deliveries, open_ & (deliveries.c.created_at > now), now, deliveries.c.created_at, deliveries.c.due_at
    )
    count += _set(
        tx, deliveries, open_ & (deliveries.c.first_try > now), now, deliveries.c.first_try, deliveries.c.due_at
    )
    count += _set(tx, audiences, audiences.c.last_digest > now, now, audiences.c.last_digest)
    for table in (feeds, entries, deliveries, refetches):
        late = claimable(table) & (table.c.lease_until > now + _LEASE)
        count += _set(tx, table, late, now + _LEASE, table.c.lease_until)
    return count


def _set(tx: Connection, table: Table, which: ColumnElement[bool], at: datetime, *columns: Column[datetime]) -> int:
    return tx.execute(update(table).where(which).values({column.name: at for column in columns})).rowcount
