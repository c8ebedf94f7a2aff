"""Who works on what: rows are taken with a lease, and one that keeps killing its worker is parked."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from secrets import randbits
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Table,
    bindparam,
    case,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

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
    given = {"due_state": state, "due_now": now, "new_token": token, "new_until": now + lease}
    plain = where is None and not extra

    def take(most: int, *, alone: bool) -> Sequence[Row[Any]]:
        statement = _usual(table, alone=alone) if plain else _taking(table, alone=alone, where=where, extra=extra)
        rows = tx.execute(statement, given | {"most": most}).all()
        return sorted(rows, key=lambda row: (row.due_at, str(row[0])))

    innocent = take(limit, alone=False)
    if innocent or not suspects:  # only when there is none, what is left is few enough to be looked through
        return innocent
    parked = _due(table, where) & (table.c.attempts >= MAX_ATTEMPTS)
    put_aside = update(table).where(parked).values(state="parked", token=None, lease_until=None)
    tx.execute(put_aside, {"due_state": state, "due_now": now})
    return take(1, alone=True)


def _due(table: Table, where: ColumnElement[bool] | None) -> ColumnElement[bool]:
    columns = table.c
    state, now = bindparam("due_state", type_=columns.state.type), bindparam("due_now", type_=columns.due_at.type)
    free = or_(columns.lease_until.is_(None), columns.lease_until <= now)
    return (columns.state == state) & (columns.due_at <= now) & free & (true() if where is None else where)


def _taking(
    table: Table, *, alone: bool, where: ColumnElement[bool] | None = None, extra: dict[str, Any] | None = None
) -> ReturningUpdate[Any]:
    """Take what is due, oldest first: those above suspicion, or `alone` whichever has been taken least often."""
    columns = table.c
    key: Column[Any] = next(iter(table.primary_key.columns))
    due = _due(table, where)
    which = due if alone else due & (columns.attempts < SUSPECT_ATTEMPTS)
    order = (columns.attempts, columns.due_at) if alone else (columns.due_at,)
    some = select(key).where(which).order_by(*order).limit(bindparam("most", type_=Integer))
    rows = some.with_for_update(skip_locked=True).cte("due")
    values = {"token": bindparam("new_token"), "lease_until": bindparam("new_until", type_=columns.lease_until.type)}
    taken = values | {"attempts": columns.attempts + 1} | (extra or {})
    return update(table).where(key.in_(select(rows.c[key.name]))).values(**taken).returning(*columns)


# Made once for each table: SQLAlchemy takes as long to put these together as SQLite to carry them out.
_usual = lru_cache(maxsize=16)(_taking)


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
