"""`figurewatch run`: the daemon."""

from typing import Annotated

import typer

from monitor.commands.shared import ConfigOption, config_path, single_command

app = single_command()


@app.command()
def run(
    ctx: typer.Context,
    hurry: Annotated[float, typer.Option(min=0.01, max=10, help="Factor on how often due work is looked for.")] = 1.0,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
    config: ConfigOption = None,
) -> None:
    """Run the daemon: poll, read, and tell what changes, until SIGTERM or Ctrl-C.

    A saved configuration, or SIGHUP, is taken over without a restart; one with mistakes is logged and the old one
    stays in force.
    """
    from monitor.daemon.process import become

    become(config_path(ctx, config), hurry=hurry, verbose=verbose)
