"""What commands have in common: finding the configuration, opening the store, printing."""

import contextlib
import gc
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.store import Store

T = TypeVar("T")
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration; also FIGUREWATCH_CONFIG.", metavar="FILE")
]
_PORTION = 1000  # rows printed at a time
_LONG = 8  # characters; a shorter secret may be a word or number of the output, which then would be no JSON any more
_secrets: list[str] = []
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def command_group(help_text: str) -> typer.Typer:
    """A group of subcommands in this program's manner."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def single_command() -> typer.Typer:
    """A command without subcommands in this program's manner."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def config_path(ctx: typer.Context, option: Path | None) -> Path:
    """The configuration file: the command's option, the program's, the environment's, then the usual places."""
    from monitor.config import find_config

    return find_config(option or ctx.find_root().params.get("config"), os.environ, Path.cwd())


def load(ctx: typer.Context, option: Path | None) -> "Config":
    """The configuration; from now on its secrets are blanked in all that is printed. Raises ConfigError."""
    from monitor.config import load_config

    config = load_config(config_path(ctx, option), os.environ)
    _secrets[:] = [secret for secret in config.secrets if len(secret) >= _LONG]
    return config


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is sought in the block that could be thrown away, nor later among what it leaves.

    Loading libraries makes 100,000 things, all to stay: to look through them again and again, as more come, takes a
    third of the time. For commands that end soon.
    """
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if usual:
            gc.enable()


@contextlib.contextmanager
def opened(config: "Config", *, migrate: bool = True) -> Iterator["Store"]:
    """The store of a configuration. Raises StoreError."""
    from monitor.daemon.opening import open_store

    store = open_store(config, migrate=migrate)
    try:
        yield store
    finally:
        store.close()


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 feed`, `2 feeds`, `2 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def now() -> datetime:
    """This instant in UTC."""
    return datetime.now(UTC)


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


def echo(text: str = "", end: str = "\n") -> None:
    """A line on standard output; characters the terminal cannot show are replaced."""
    text = _veiled(text) + end
    try:
        typer.echo(text, nl=False)
    except UnicodeEncodeError:
        typer.echo(
            text.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii"), nl=False
        )


def note(text: str) -> None:
    """A line beside the output, on standard error."""
    typer.echo(_veiled(text), err=True)


def print_json(value: Any) -> None:
    """A value as indented JSON; dates as ISO, enumerations by value, other things as text."""
    echo(_indented(value))


def print_json_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """A list of objects as `print_json` would print it, some at a time: there may be 100,000."""
    begun = False
    for some in _portions(rows):
        echo(f"{',' if begun else '['}\n{_indented(some)[2:-2]}", end="")
        begun = True
    echo("\n]" if begun else "[]")


def _portions(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, _PORTION)):
        yield some


def _indented(value: Any) -> str:
    import orjson

    plain = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    try:  # ten times as fast as the standard library, which indents in Python
        return orjson.dumps(value, default=_json, option=plain).decode()
    except TypeError:  # half a surrogate pair, a whole number beyond 64 bits
        return json.dumps(value, ensure_ascii=False, indent=2, default=_json)


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "") -> None:
    """A table for people on a terminal; lines of tab-separated fields, without a head, for everything else."""
    cells = ([_one_line(cell) for cell in row] for row in rows)
    portions = _portions(cells)
    first = next(portions, None)
    if first is None:
        if empty:
            note(empty)
        return
    if not is_terminal():
        for some in chain([first], portions):
            echo("\n".join(map("\t".join, some)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in [[_veiled(cell) for cell in line] for some in chain([first], portions) for line in some]:
        table.add_row(*(Text(cell) for cell in line))  # Text: what feeds say is never read as markup
    Console().print(table)


def ago(moment: datetime | None, at: datetime) -> str:
    """`5 min ago`, `in 2 h`, `never`."""
    if moment is None:
        return "never"
    seconds = (at - moment).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if size >= length:
            words = f"{int(size // length)} {unit}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "now"


def as_dict(value: Any) -> dict[str, Any]:
    """A frozen value's public fields."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__ if not name.startswith("_")}


def _veiled(text: str) -> str:
    if not _secrets:
        return text
    from alerts.redact import veil

    return veil(text, _secrets)


def _one_line(cell: object) -> str:
    text = "" if cell is None else str(cell)
    if text.isprintable():  # which nearly all are, and need not be looked at letter by letter
        return " ".join(text.split())
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return as_dict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
