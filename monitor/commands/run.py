"""`figurewatch run`: the daemon."""

import asyncio
import os
import sys
from types import ModuleType
from typing import Annotated, cast

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
    from monitor.config import load_config

    path = config_path(ctx, config)
    loaded = load_config(path, os.environ)  # mistakes are told in plain lines, before any log begins

    # structlog imports rich where it is installed: 5 MB for what a daemon never draws.
    sys.modules.setdefault("rich", cast("ModuleType", None))

    from monitor.daemon import logs
    from monitor.daemon.serve import Options, serve

    logs.set_up(os.environ, level="debug" if verbose else None)
    asyncio.run(serve(Options(path, os.environ, hurry), config=loaded))
