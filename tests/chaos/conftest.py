"""Lives on each kind of database: one daemon on a SQLite file, three on a PostgreSQL."""

from collections.abc import Iterator

import pytest
from real_databases import postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of an empty, migrated PostgreSQL; None stands for a SQLite file of the test's own."""
    if request.param == "sqlite":
        yield None
    else:
        with postgres_url(*request.getfixturevalue("postgres")) as url:
            yield url
