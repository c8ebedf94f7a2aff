"""Every test here runs on each kind of database the product keeps its data in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_databases import KINDS, postgres_url

from monitor.store.store import Store


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database."""
    if request.param == "memory":
        yield "sqlite://"
    elif request.param == "sqlite":
        path = tmp_path / "figurewatch.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
    else:
        with postgres_url(*request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store."""
    found = Store.open(database_url)
    yield found
    found.close()
