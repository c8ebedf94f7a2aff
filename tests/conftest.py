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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first, so that no worker begins it when the others have ended."""

    def late(item: pytest.Item) -> int:
        group = item.get_closest_marker("xdist_group")
        if group is not None and str(group.args[0]).startswith("siege"):
            return 0
        return 1 if "test_random_kills" in item.name else 2

    items.sort(key=late)
