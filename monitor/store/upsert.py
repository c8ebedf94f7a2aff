"""Inserts that meet existing rows, in words that both databases know.

Written as text and handed to the driver, once for each table and set of columns: SQLAlchemy compiles its dialects' own
ON CONFLICT anew at every call (sqlalchemy.dialects.sqlite.dml.Insert.inherit_cache), and its handling of each value
costs ten times the insert. The columns' own types still turn every value into the database's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from monitor.store.types import converter

_Convert = Callable[[Any], Any]
_VALUES = 512  # at once in a query


def insert_new(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert `rows`, all of one shape; those that meet an existing key are left out. How many went in."""
    return _execute(tx, table, rows, overwrite=False) if rows else 0


def upsert(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, all of one shape, or overwrite the rows of the same primary key."""
    if rows:
        _execute(tx, table, rows, overwrite=True)


def insert_rows(tx: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows with every column in its order; those that meet an existing key are left out."""
    if rows:
        names = tuple(column.name for column in table.columns)
        converters = _converters(table, names, tx.dialect)
        columns = [values if convert is None else map(convert, values)
                   for values, convert in zip(zip(*rows, strict=True), converters, strict=True)]  # fmt: skip
        tx.exec_driver_sql(_words(table, names, mark(tx), overwrite=False), list(zip(*columns, strict=True)))


def insert_plain(tx: Connection, table: Table, rows: Sequence[tuple[int | str | None, ...]]) -> None:
    """The same for small rows of whole numbers and sound text, which are the driver's values as they stand."""
    if rows:
        names = tuple(column.name for column in table.columns)
        tx.exec_driver_sql(_words(table, names, mark(tx), overwrite=False), list(rows))


def rows_in(tx: Connection, words: str, values: Sequence[int | str]) -> Iterator[Sequence[Any]]:
    """The rows that `words`, with `IN ({})`, finds for many values, in as few queries as a database takes.

    PostgreSQL is given them as one array, whose place in `words` is {}. For SQLite the last value is repeated until
    there are 2^n of them: so few statements stay prepared in the driver.
    """
    if not values:
        return
    if tx.dialect.name == "postgresql":
        array = "%s::bigint[]" if isinstance(values[0], int) else "%s::text[]"
        yield from tx.exec_driver_sql(words.replace("IN ({})", "= ANY ({})").format(array), (list(values),))
        return
    for start in range(0, len(values), _VALUES):
        part = tuple(values[start : start + _VALUES])
        room = 1 << (len(part) - 1).bit_length()
        yield from tx.exec_driver_sql(_filled(words, room), part + part[-1:] * (room - len(part)))


@lru_cache(maxsize=256)
def _filled(words: str, room: int) -> str:
    return words.format(", ".join("?" * room))


def mark(tx: Connection) -> str:
    """How the driver writes a place for a value."""
    return "?" if tx.dialect.name == "sqlite" else "%s"


def _execute(tx: Connection, table: Table, rows: Sequence[dict[str, Any]], *, overwrite: bool) -> int:
    names = tuple(rows[0])
    words = _words(table, names, mark(tx), overwrite=overwrite)
    return tx.exec_driver_sql(words, driver_rows(tx, table, names, rows)).rowcount


def driver_rows(
    tx: Connection, table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    """These columns of `rows`, each value as the driver takes it."""
    columns: list[Iterable[Any]] = []
    for name, convert in zip(names, _converters(table, names, tx.dialect), strict=True):
        values = [row[name] for row in rows]
        columns.append(values if convert is None else map(convert, values))
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=256)
def _converters(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[_Convert | None, ...]:
    """What turns the values of each column into the driver's; None: nothing need be done."""
    return tuple(converter(table.c[name].type, dialect) for name in names)


@lru_cache(maxsize=256)
def _words(table: Table, names: tuple[str, ...], place: str, *, overwrite: bool) -> str:
    quoted = [f'"{name}"' for name in names]
    conflict = "DO NOTHING"
    if overwrite:
        keys = [column.name for column in table.primary_key.columns]
        changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
        conflict = f"({', '.join(keys)}) DO UPDATE SET {changed}"
    # the names are the schema's own, never anybody's input
    places = ", ".join([place] * len(names))
    return f'INSERT INTO "{table.name}" ({", ".join(quoted)}) VALUES ({places}) ON CONFLICT {conflict}'  # noqa: S608 - names of our own schema
