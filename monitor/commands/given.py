"""What a user gives a command to read: a stories file, a document, a URL, or standard input."""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.core.errors import FigurewatchError
from monitor.core.types.feeds import Article
from monitor.core.types.figures import Story
from monitor.sources.stories import load_stories, parse_stories

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.config import Config
    from monitor.core.types.packs import Packs

MAX_BYTES = 64 * 1024 * 1024
_ROWS = frozenset({".jsonl", ".ndjson", ".json"})


class GivenError(FigurewatchError):
    """What was given cannot be read; the message says what can."""

    exit_code = 2


def packs_in_force(ctx: typer.Context, option: Path | None) -> "Packs":
    """The shipped packs with the user's own metrics and topics, where there is a configuration that can be used."""
    from monitor.commands.shared import config_path, load, note
    from monitor.config import ConfigError
    from monitor.daemon.knowing import packs_of
    from monitor.packs.load import load_packs

    if option is None and not config_path(ctx, option).exists():
        return load_packs()
    try:
        return packs_of(load(ctx, option))
    except ConfigError as error:
        if option is not None:
            raise
        note(f"only the built-in metrics are used: {error.lines()[0]}")
        return load_packs()


def is_url(given: str) -> bool:
    """Whether the user gave an address rather than a file."""
    return given.startswith(("http://", "https://"))


def way_out(ctx: typer.Context, option: Path | None) -> "Config | None":
    """The configuration as far as a request needs it (proxy, private hosts); None where there is none to be used."""
    from monitor.commands.shared import config_path, load
    from monitor.config import ConfigError

    if option is None and not config_path(ctx, option).exists():
        return None
    try:
        return load(ctx, option)
    except ConfigError:
        if option is not None:
            raise
        return None


def given_stories(
    given: str,
    *,
    text: bool = False,
    language: str | None = None,
    day: date | None = None,
    config: "Callable[[], Config | None]" = lambda: None,
) -> tuple[Story, ...]:
    """The stories behind `given`: "-" is standard input (JSON Lines, or one plain text with `text`).

    A .jsonl file holds stories, any other file is one document, a URL is fetched. `language` and `day` stand in where
    a story does not say; without either it is of today. `config` is asked when a page is to be fetched.
    Raises FigurewatchError.
    """
    rows = not text and (given == "-" or Path(given).suffix.lower() in _ROWS) and not is_url(given)
    if is_url(given):
        stories: tuple[Story, ...] = (as_story(fetch_page(given, config())),)
    elif given == "-":
        stories = _from_stdin(text=text)
    elif rows:
        stories = load_stories(Path(given))
    else:
        from monitor.sources.documents import read_document

        stories = (as_story(read_document(Path(given))),)
    day = day or datetime.now(UTC).date()
    return tuple(Story(one.id, one.title, one.text, one.date or day, one.language or language) for one in stories)


def as_story(article: Article) -> Story:
    """An article as a story to read."""
    day = article.published.date() if article.published else None
    return Story(article.url, article.title, article.text, day, article.language)


def fetch_page(url: str, config: "Config | None") -> Article:
    """The article at `url`, through the product's own guarded fetch function. Raises FigurewatchError."""
    return asyncio.run(_fetched(url, config))


async def _fetched(url: str, config: "Config | None") -> Article:
    from monitor.daemon.wiring import transport_of
    from monitor.sources.address import Guard
    from monitor.sources.client import WebTransport
    from monitor.sources.http import ARTICLE_LIMITS, HttpFetcher, Request
    from monitor.sources.workers import Workers

    fetcher, workers = HttpFetcher(transport_of(config) if config else WebTransport(Guard())), Workers(1)
    try:
        page = await fetcher.fetch(Request(url, limits=ARTICLE_LIMITS))
        return await workers.extract(page.body, page.content_type, page.url, now=datetime.now(UTC))
    finally:
        await workers.aclose()
        await fetcher.aclose()


def _from_stdin(*, text: bool) -> tuple[Story, ...]:
    if sys.stdin.isatty():
        typed = "a text" if text else "stories as JSON Lines"
        print(f"reading {typed} from the terminal; end with Ctrl-D", file=sys.stderr)
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise GivenError(f"standard input: more than {MAX_BYTES // 2**20} MiB; give the stories in smaller parts")
    try:
        body = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GivenError(f"standard input: not UTF-8 at byte {error.start}; convert it to UTF-8") from None
    return (Story("stdin", "", body),) if text else parse_stories(body, "stdin.jsonl")
