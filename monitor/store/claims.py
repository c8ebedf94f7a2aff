"""Who works on what: rows are taken with a lease, and one that keeps killing its worker is parked."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from secrets import randbits
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, case, or_, select, true, update

from monitor.store.schema import CLAIMABLE

MAX_ATTEMPTS = 5
SUSPECT_ATTEMPTS = 2  # taken this often without an end: from now on alone, so that it drags nobody along


def worker() -> int:
    """The number of this process among those that work on a database: 31 bits, drawn once."""
    return _drawn(os.getpid())


@lru_cache(maxsize=1)
def _drawn(_pid: int) -> int:
    return randbits(31)


def holder(number: int | None = None) -> str:
    """What the tokens of a worker begin with: of this one, unless another is named."""
    return f"{worker() if number is None else number:08x}"


def new_token() -> str:
    """A name for one claim, which tells whose it is."""
    return holder() + uuid4().hex[8:]


def claim(
    tx: Connection,
    table: Table,
    *,
    state: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    token: str,
    where: ColumnElement[bool] | None = None,
    extra: dict[str, Any] | None = None,
    suspects: bool = True,
) -> Sequence[Row[Any]]:
    """Take at most `limit` due rows of `table`, oldest first, in one statement; they come back as they are now.

    Rows under suspicion come one at a time, only when no other is due, and in turn: a machine that is switched off
    again and again parks none of them for nothing. One taken MAX_ATTEMPTS times without an end is then parked instead.
    Without `suspects` they are left alone. `extra` sets further columns of the rows taken.
    """
    columns = table.c
    free = or_(columns.lease_until.is_(None), columns.lease_until <= now)
    due = (columns.state == state) & (columns.due_at <= now) & free & (true() if where is None else where)
    until = now + lease

    def take(which: ColumnElement[bool], most: int, *order: Column[Any]) -> Sequence[Row[Any]]:
        return _take(tx, table, due=which, limit=most, token=token, until=until, extra=extra, order=order)

    innocent = take(due & (columns.attempts < SUSPECT_ATTEMPTS), limit, columns.due_at)
    if innocent or not suspects:  # only when there is none, what is left is few enough to be looked through
        return innocent
    parked = due & (columns.attempts >= MAX_ATTEMPTS)
    tx.execute(update(table).where(parked).values(state="parked", token=None, lease_until=None))
    return take(due, 1, columns.attempts, columns.due_at)


def _take(
    tx: Connection,
    table: Table,
    *,
    due: ColumnElement[bool],
    limit: int,
    token: str,
    until: datetime,
    extra: dict[str, Any] | None,
    order: Sequence[Column[Any]],
) -> Sequence[Row[Any]]:
    key: Column[Any] = next(iter(table.primary_key.columns))
    rows = select(key).where(due).order_by(*order).limit(limit).with_for_update(skip_locked=True).cte("due")
    statement = (
        update(table)
        .where(key.in_(select(rows.c[key.name])))
        .values(token=token, lease_until=until, attempts=table.c.attempts + 1, **(extra or {}))
        .returning(*table.c)
    )
    return sorted(tx.execute(statement).all(), key=lambda row: (row.due_at, str(row[0])))


def held(tx: Connection, table: Table, keys: Sequence[Any], token: str) -> set[Any]:
    """Those of `keys` that this claim still holds and nobody can take until the transaction ends."""
    if not keys:
        return set()
    key: Column[Any] = next(iter(table.primary_key.columns))
    statement = select(key).where(key.in_(keys), table.c.token == token).with_for_update()
    return set(tx.execute(statement).scalars())


def give_back(tx: Connection, table: Table, token: str) -> None:
    """Let go of a claim whose work could not be stored, as if it had not been taken: the row is not to blame."""
    mine = update(table).where(claimable(table), table.c.token == token)
    tx.execute(mine.values(token=None, lease_until=None, attempts=table.c.attempts - 1))


def release(tx: Connection, tables: Sequence[Table]) -> None:
    """Let every lease run out: for a daemon that has just become the only one and finds those of a dead predecessor.

    The tokens stay: they tell that the work was begun and its end is unknown.
    """
    for table in tables:
        leased = update(table).where(claimable(table), table.c.lease_until.is_not(None))
        tx.execute(leased.values(lease_until=None))


def claimable(table: Table) -> ColumnElement[bool]:
    """SQL: a row of this table that can be claimed at all; the others have neither token nor lease."""
    state = CLAIMABLE.get(table.name)
    return true() if state is None else table.c.state == state


def was_taken(table: Table) -> ColumnElement[bool]:
    """SQL: this row is taken over from a claim whose end nobody knows."""
    return case((table.c.token.is_not(None), True), else_=False)
