"""Insert what is not there yet, in the words of either database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

# SQLite takes 32,766 values a statement, PostgreSQL 65,535
_VALUES = 20_000


def insert_new(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, all of one shape; those that meet an existing key are left out."""
    if rows:
        tx.execute(_insert(tx, table).on_conflict_do_nothing(), list(rows))


def insert_new_returning(tx: Connection, table: Table, rows: Sequence[dict[str, Any]], column: str) -> list[Any]:
    """The same, and gives back `column` of the rows that were really new."""
    if not rows:
        return []
    found: list[Any] = []
    step = max(1, _VALUES // len(rows[0]))
    for start in range(0, len(rows), step):
        statement = _insert(tx, table).values(list(rows[start : start + step])).on_conflict_do_nothing()
        found.extend(tx.execute(statement.returning(table.c[column])).scalars())
    return found


def upsert(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, all of one shape, or overwrite the rows of the same primary key."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = _insert(tx, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def _insert(tx: Connection, table: Table) -> Any:
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)
