"""Inserts that meet existing rows, in words that both databases know.

Written as text, once for each table and set of columns: SQLAlchemy compiles its dialects' own ON CONFLICT anew at every
call, which costs more than the insert (sqlalchemy.dialects.sqlite.dml.Insert.inherit_cache).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, TextClause, bindparam, text


def insert_new(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert `rows`, all of one shape; those that meet an existing key are left out. How many went in."""
    if not rows:
        return 0
    return tx.execute(_statement(table, tuple(rows[0]), overwrite=False), list(rows)).rowcount


def upsert(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, all of one shape, or overwrite the rows of the same primary key."""
    if rows:
        tx.execute(_statement(table, tuple(rows[0]), overwrite=True), list(rows))


def insert_plain(tx: Connection, table: Table, rows: Sequence[tuple[int | str, ...]]) -> None:
    """Insert many small rows of whole numbers and sound text, in the order of the table's columns; past SQLAlchemy,
    whose handling of each value costs ten times the insert. Those that meet an existing key are left out."""
    if rows:
        marks = ", ".join([mark(tx)] * len(rows[0]))
        words = f'INSERT INTO "{table.name}" VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
        tx.exec_driver_sql(words, list(rows))


def mark(tx: Connection) -> str:
    """How the driver writes a place for a value."""
    return "?" if tx.dialect.name == "sqlite" else "%s"


@lru_cache(maxsize=256)
def _statement(table: Table, names: tuple[str, ...], *, overwrite: bool) -> TextClause:
    quoted = [f'"{name}"' for name in names]
    values = ", ".join(f":{name}" for name in names)
    conflict = "DO NOTHING"
    if overwrite:
        keys = [column.name for column in table.primary_key.columns]
        changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
        conflict = f"({', '.join(keys)}) DO UPDATE SET {changed}"
    # the names are the schema's own, never anybody's input
    words = f'INSERT INTO "{table.name}" ({", ".join(quoted)}) VALUES ({values}) ON CONFLICT {conflict}'  # noqa: S608
    return text(words).bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))
