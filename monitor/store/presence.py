"""Which workers on a PostgreSQL database live: each holds a lock that ends with its session, however that ends.

So what a killed worker had claimed need not wait for its lease. Taken for dead wrongly, as when the server was
restarted under it, a worker loses no more than work: what was taken from it meanwhile it does not store. Deliveries
keep their leases all the same: whether a message left cannot be undone. On SQLite the kernel's lock on the file does
all this.
"""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection, Engine, Table, func, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from monitor.store.claims import claimable, holder, worker

_KIND = 740152092  # the product's own among the advisory locks of a database
_MINE = "locktype = 'advisory' AND classid = {kind} AND objid = {worker} AND pid = pg_backend_pid()"
_LIVING = f"""
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {_KIND} AND objsubid = 2 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - a number of our own


class Presence:
    """This worker's lock, on a connection of its own."""

    def __init__(self, engine: Engine, number: int | None = None) -> None:
        self._engine = engine
        self._number = worker() if number is None else number
        self._connection: Connection | None = None

    def hold(self) -> None:
        """Hold the lock, anew if the session was lost; to be called now and then."""
        try:
            self._take()
        except DBAPIError:  # the server was away: once more, with another session
            self.let_go()
            self._take()

    def _take(self) -> None:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()  # closed when it is let go, for the lock to end
        mine = _MINE.format(kind=_KIND, worker=self._number)
        self._connection.exec_driver_sql(
            f"SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_locks WHERE {mine}) THEN true "  # noqa: S608 - numbers of our own
            f"ELSE pg_try_advisory_lock({_KIND}, {self._number}) END"
        )

    def let_go(self) -> None:
        """End the session, and the lock with it."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None


def release_dead(tx: Connection, tables: Sequence[Table]) -> None:
    """Let the leases of workers that are dead run out. On PostgreSQL only."""
    for table in tables:
        leased = claimable(table) & table.c.lease_until.is_not(None)
        owner = func.substr(table.c.token, 1, len(holder()))
        owners = set(tx.execute(select(owner).where(leased).distinct()).scalars())
        # asked after them: a worker that claimed something was there before it did
        dead = owners - {holder(one) for one in (worker(), *tx.exec_driver_sql(_LIVING).scalars())}
        if dead:
            tx.execute(update(table).where(leased, owner.in_(dead)).values(lease_until=None))
