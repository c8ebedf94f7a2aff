"""Schema versions, applied with alembic from the migrations shipped beside this module."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, inspect

from monitor.core.errors import StoreError

_HERE = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; raises StoreError when it was made by a newer program."""
    config = _config()
    script = ScriptDirectory.from_config(config)
    if revision == "head" and current(engine) == script.get_current_head():
        return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            # workers that start together take turns; the key is this product's own
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(740152091)")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise StoreError(
                "the database was made by a newer figurewatch: install that version or restore an older backup"
            ) from None


def current(engine: Engine) -> str | None:
    """The version the database is at; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The version this program works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
