"""The command line: the commands' names here, the commands themselves in monitor.commands, imported when asked for."""

import os
import select
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperGroup
from typer.main import get_command

from monitor.core.errors import FigurewatchError
from monitor.daemon.last_words import last_words

# In the order of a user's life with the program: (section, {command: what it does}).
SECTIONS: dict[str, dict[str, str]] = {
    "Watch": {
        "run": "Run the daemon: poll, read, and tell what changes until stopped.",
        "once": "Do one round now, then stop.",
        "check": "Check feeds.yaml and show what would be polled and told.",
        "demo": "Run the whole product on sample feeds over loopback.",
    },
    "Sources": {
        "feeds": "List, add, pause, resume, test and discover feeds.",
        "opml": "Exchange feed lists with other readers.",
        "seeds": "List and add the documents of the baseline, which never alerts.",
    },
    "Figures": {
        "figures": "List the ledger, or the history of one metric.",
        "explain": "Say why something was told, held back or kept quiet.",
        "conflicts": "List readings that were held back, and settle them.",
        "misses": "List stories that were nearly relevant, and why they were not.",
        "read": "Print the figures in stories, documents or pages.",
        "replay": "Print the alerts that a file of stories would lead to, or restate the ledger.",
    },
    "Delivery": {
        "alerts": "List, preview, test and retry digests.",
    },
    "Care": {
        "health": "Tell whether all is well; for containers and service managers.",
        "migrate": "Bring the database to this version's form.",
        "backup": "Copy the database while it is in use.",
        "restore": "Put a backup in the database's place.",
        "gc": "Drop old texts that no figure rests on.",
    },
}
UNHEARD = 128 + 13  # what shells show for a program that ends because nobody reads its output
COMMANDS = {name: words for section in SECTIONS.values() for name, words in section.items()}


class _Lazy(TyperGroup):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the same
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"monitor.commands.{cmd_name}")
        command = get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the same
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()), col_max=12)


app = typer.Typer(
    cls=_Lazy,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"figurewatch {version('figurewatch')}")
        raise typer.Exit


@app.callback()
def figurewatch(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The configuration; also FIGUREWATCH_CONFIG.", metavar="FILE")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Watches the news on Meta's AI, GPUs and data centres and tells you the moment a figure changes.

    Exit codes: 0 ok, 1 failure (undelivered digests included), 2 wrong usage, 3 wrong configuration, 4 some feeds
    failed, 75 another daemon holds the database.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; ends in SystemExit. What goes wrong is told in words on standard error.

    SIGPIPE stays ignored, as Python leaves it: it would also end the program where a server or a worker process hangs
    up in the middle of a round.
    """
    sys.excepthook = last_words
    out = sys.stdout
    try:
        get_command(app).main(args=arguments, prog_name="figurewatch")  # app() would put its own hook in place
    except FigurewatchError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit as ended:
        broken = ended.__context__  # typer ends without a word at any pipe that breaks
        if isinstance(broken, BrokenPipeError):
            if _is_heard(out):
                last_words(type(broken), broken, broken.__traceback__)
                raise
            sys.exit(UNHEARD)  # `figurewatch figures list | head` is no failure to speak of
        raise


def _is_heard(out: TextIO) -> bool:
    """Whether somebody may still read standard output. If not, the rest of it goes nowhere without a word."""
    asked = select.poll()
    asked.register(out.fileno(), 0)  # errors and hang-ups are told in any case
    if not asked.poll(0):
        return True
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, out.fileno())
    os.close(nowhere)
    return False


if __name__ == "__main__":
    main()
