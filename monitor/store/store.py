"""The database as one object: reads, writes, migration, and the lock that keeps two daemons apart."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from monitor.core.errors import StoreError
from monitor.store import schema
from monitor.store.engine import LEAN, exclusive, make_engine, plain_words
from monitor.store.presence import Presence
from monitor.store.version import is_current

T = TypeVar("T")
_TRIES = 4


class Store:
    """A database, SQLite or PostgreSQL. Thread-safe; the functions of this package take its transactions.

    `with store.read() as tx:` sees one consistent state; `with store.write() as tx:` commits all or nothing.
    Database errors leave both as StoreError in plain words.
    """

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path  # of the SQLite file; None in memory and on PostgreSQL
        self.in_memory = isinstance(engine.pool, StaticPool)
        self.dialect = engine.dialect.name
        # Writers of one process wait here, in order, rather than in SQLite's sleep-and-retry;
        # in memory there is one connection, so readers wait as well.
        self._writer = threading.RLock()
        self._presence = Presence(engine)

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Self:
        """Open `url` ("sqlite://" is a throw-away store in memory) and bring its schema up to date.

        Raises StoreError: bad address, network file system, no access, a schema newer than this program.
        """
        engine = make_engine(url)
        database = engine.url.database if engine.dialect.name == "sqlite" else None
        in_memory = isinstance(engine.pool, StaticPool)
        store = cls(engine, Path(database) if database and not in_memory else None)
        try:
            if in_memory:
                schema.metadata.create_all(engine)
            elif migrate:
                store.migrate()
        except BaseException:
            store.close()
            raise
        return store

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with self._guard(), self._writer if self.in_memory else contextlib.nullcontext(), self.engine.begin() as tx:
            yield tx

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things: committed at the end of the block, undone by any exception."""
        with (
            self._guard(),
            self._writer if self.dialect == "sqlite" else contextlib.nullcontext(),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def transact(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` in one writing transaction; done again when two workers got in each other's way."""
        tries = 1
        while True:
            try:
                with self.write() as tx:
                    return work(tx)
            except StoreError as error:
                if tries == _TRIES or not _crossed(error):
                    raise
            tries += 1

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only daemon on this SQLite file, else raise Locked. PostgreSQL takes any number of workers, and knows
        meanwhile that this one lives."""
        with exclusive(self.path) if self.path else contextlib.nullcontext():
            try:
                self.stay()
                yield
            finally:
                self._presence.let_go()

    def stay(self) -> None:
        """Be known as alive to the other workers on PostgreSQL, anew if the server has forgotten. Raises StoreError."""
        if self.dialect == "postgresql":
            with self._guard():
                self._presence.hold()

    def migrate(self) -> None:
        """Bring the schema to this program's version, on either database; does nothing when it is there already."""
        with self._guard(), self._writer:
            if is_current(self.engine):
                return
            from monitor.store.migrate import upgrade

            upgrade(self.engine)

    def close(self) -> None:
        """Give the connections back."""
        self._presence.let_go()
        self.engine.dispose()

    def rest(self) -> None:
        """Give back the memory in which SQLite keeps pages for the next query; nothing is lost, and it fills again."""
        if self.path is None:
            return
        with contextlib.ExitStack() as all_at_once, self._guard():
            for _ in range(self.engine.pool.checkedin()):  # type: ignore[attr-defined]  # a queue, for files
                connection = self.engine.raw_connection()
                all_at_once.callback(connection.close)
                connection.cursor().executescript(f"PRAGMA {LEAN}; PRAGMA shrink_memory").close()

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"database: {plain_words(error)}") from error


def _crossed(error: StoreError) -> bool:
    """Whether PostgreSQL undid the transaction for the sake of another: deadlock, or a failed serialization."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) in ("40P01", "40001")
