"""`figurewatch backup`: a copy of the database, taken while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.shared import ConfigOption, echo, load, now, opened, single_command

app = single_command()


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to; default: backups in the data directory.")] = None,
    config: ConfigOption = None,
) -> None:
    """Copy the database, also while the daemon runs."""
    from monitor.store import upkeep

    loaded = load(ctx, config)
    target = file or loaded.data_dir / "backups" / f"figurewatch-{now():%Y%m%d-%H%M%S}.db"
    with opened(loaded) as store:
        upkeep.backup(store, target)
    echo(f"backed up to {target}")
