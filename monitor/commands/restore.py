"""`figurewatch restore`: a backup in the database's place."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.shared import ConfigOption, echo, load, single_command

app = single_command()


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup made by `figurewatch backup`.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup in the database's place. The daemon must be stopped; the old database is kept beside it."""
    from sqlalchemy.engine import make_url

    from monitor.core.errors import StoreError
    from monitor.store import upkeep

    loaded = load(ctx, config)
    database = make_url(loaded.database_url).database
    if not loaded.database_url.startswith("sqlite") or not database:
        raise StoreError("only a SQLite file is restored here: use pg_restore for PostgreSQL")
    replaced = Path(database).exists()
    upkeep.restore(file, Path(database))
    beside = f"; the old one is beside it as {Path(database).name}.before-restore" if replaced else ""
    echo(f"restored {file} to {database}{beside}")
