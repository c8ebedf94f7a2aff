"""`figurewatch migrate`: the database in this version's form."""

import typer

from monitor.commands.shared import ConfigOption, echo, load, opened, single_command

app = single_command()


@app.command()
def migrate(ctx: typer.Context, config: ConfigOption = None) -> None:
    """Bring the database to this version's form; the daemon does it at its start as well."""
    with opened(load(ctx, config), migrate=False) as store, store.lock():
        store.migrate()
    echo("the database is up to date")
