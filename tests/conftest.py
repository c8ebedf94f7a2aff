"""What several rooms' tests share; it also puts this folder's helper modules (fakes, samples) on the path."""

from collections.abc import Iterator
from pathlib import Path

import examples
import pytest
from real_databases import postgres_template

from monitor.store.store import Store

examples.load()


@pytest.fixture(scope="session")
def postgres() -> Iterator[tuple[str, str]]:
    """A PostgreSQL server for the session, with a migrated database to copy."""
    with postgres_template() as found:
        yield found


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "figurewatch.db"
    store = Store.open(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path
