"""The databases that the growth case fills and measures: a SQLite file, and a PostgreSQL of its own beside it.

Rows go in past the product, as fast as each database takes them. What PostgreSQL's processes spend counts as the
product's own: the client waits while the server works. All of them are counted, those that write behind the others'
backs included, by the kernel's clock of each process (nanoseconds); what has ended, by its parent's (hundredths).
"""

import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from measure import ON_POSTGRESQL, OURS, ROOT, cpu
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex

from monitor.store.schema import metadata
from monitor.store.store import Store

sys.path.insert(0, str(ROOT / "tests"))

Rows = Sequence[tuple[object, ...]]
_CLUSTERED = {name for name, table in metadata.tables.items() if table.dialect_options["sqlite"]["with_rowid"] is False}
_DIALECT = postgresql.dialect()
_TICKS = os.sysconf("SC_CLK_TCK")


class Base(Protocol):
    """A database to fill and to measure. `who`: how the measurements name it."""

    who: str
    url: str

    def fill(self, table: str, columns: str, rows: Rows) -> None:
        """Write rows straight into a table."""

    def settle(self) -> None:
        """Do what the database would do by itself some minutes after so many rows."""

    def seconds(self) -> float:
        """Processor time so far, of this process, its ended children and the database's own."""


class Sqlite:
    """A file. All the work is done in this process."""

    who = OURS

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def fill(self, table: str, columns: str, rows: Rows) -> None:
        """One transaction, not waiting for the disk; in the order of the key where the table is kept in it."""
        if table in _CLUSTERED:
            rows = sorted(rows)  # type: ignore[type-var]  # of whole numbers and texts
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        connection.execute("COMMIT")
        connection.close()

    def settle(self) -> None:
        """The log goes into the file. No ANALYZE: the product never runs it."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def seconds(self) -> float:
        """This process and its children are all there is."""
        return cpu()


class Postgres:
    """A database of its own on a server."""

    who = ON_POSTGRESQL

    def __init__(self, url: str, *, own: bool) -> None:
        import psycopg

        self.url = url
        self._own = own
        self._bare: set[str] = set()  # tables without their indexes
        self._connection = psycopg.connect(url, autocommit=True)
        self._postmaster = _parent(self._connection.info.backend_pid)

    def fill(self, table: str, columns: str, rows: Rows) -> None:
        """COPY; a server of our own does not wait for the disk. A table of keys in no order gets its indexes later."""
        self._hurry(True)
        if table in _CLUSTERED:
            self._connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS pk_{table}")
            for index in metadata.tables[table].indexes:
                self._connection.execute(f"DROP INDEX IF EXISTS {index.name}")
            self._bare.add(table)
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._hurry(False)

    def settle(self) -> None:
        """The indexes, what autovacuum does after so many new rows, and the checkpoint that is due."""
        self._hurry(True)
        self._connection.execute("SET maintenance_work_mem = '512MB'")
        while self._bare:
            table = metadata.tables[self._bare.pop()]
            for words in (AddConstraint(table.primary_key), *map(CreateIndex, table.indexes)):
                self._connection.execute(str(words.compile(dialect=_DIALECT)))
        self._connection.execute("VACUUM (ANALYZE)")
        self._connection.execute("CHECKPOINT")
        self._hurry(False)

    def seconds(self) -> float:
        """This process, its children, and all processes of the server, ended ones included."""
        served = _clock(self._postmaster) + _ended_children(self._postmaster)
        return cpu() + served + sum(map(_clock, _children(self._postmaster)))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _hurry(self, wanted: bool) -> None:
        if self._own:
            for name, value in (("fsync", "off"), ("max_wal_size", "'8GB'"), ("autovacuum", "off")):
                self._connection.execute(f"ALTER SYSTEM {f'SET {name} = {value}' if wanted else f'RESET {name}'}")
            self._connection.execute("SELECT pg_reload_conf()")


@contextmanager
def postgres() -> Iterator[Postgres | None]:
    """An empty, migrated database on a PostgreSQL; None, and why, where there is none to be measured."""
    try:
        from real_databases import create_database, drop_database, postgres_server
    except ImportError as error:
        print(f"PostgreSQL is not measured: {error}", file=sys.stderr)
        yield None
        return
    name = f"figurewatch_growth_{os.getpid()}"
    with postgres_server() as server:
        url = create_database(server, name)
        Store.open(url).close()
        base = Postgres(url, own="FIGUREWATCH_TEST_POSTGRES" not in os.environ)
        try:
            yield base
        finally:
            base.close()
            drop_database(server, name)


def _parent(pid: int) -> int:
    """The process that began another; raises OSError where the server runs on another machine."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _children(pid: int) -> Iterable[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _clock(pid: int) -> float:
    """Seconds of processor time of a process; clock_getcpuclockid(3) makes the clock's number so."""
    with suppress(OSError):  # it has just ended
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0


def _ended_children(pid: int) -> float:
    """Seconds of the children that have ended: fields 16 and 17 of proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS
