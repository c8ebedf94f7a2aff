"""`figurewatch seeds`: the documents of the baseline, kept as cards."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shared import ConfigOption, JsonOption, command_group, echo, note, print_json, print_rows
from monitor.core.errors import FigurewatchError

if TYPE_CHECKING:
    from monitor.core.types.feeds import Article

app = command_group("List and add the documents of the baseline, which never alerts.")
FolderOption = Annotated[
    Path | None, typer.Option("--seeds", help="The folder of cards; else that of the configuration.", metavar="DIR")
]


@app.command("list")
def listed(
    ctx: typer.Context, folder: FolderOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the cards and documents of the seed corpus, with the figures they hold."""
    from monitor.sources.cards import CardError, load_card
    from monitor.steps.seed import CARD_SUFFIXES, seed_files

    rows: list[tuple[str, str, str, int | None, str]] = []
    broken = []
    for file in seed_files(_folder(ctx, folder, config)):
        if file.suffix.lower() not in CARD_SUFFIXES:
            rows.append((file.name, "", "", None, "a document, read at start"))
            continue
        try:
            card = load_card(file)
        except CardError as error:
            broken.append(str(error))
            continue
        rows.append((file.name, card.date.isoformat(), card.language, len(card.figures), card.title))
    if as_json:
        keys = ("file", "date", "language", "figures", "title")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        print_rows(
            ("file", "date", "language", "figures", "title"), rows, empty="no seeds yet; figurewatch seeds add FILE"
        )
    if broken:
        raise CardError("\n".join(broken))


@app.command()
def add(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="A .txt, .md or .html file, or a URL.", metavar="FILE|URL")],
    *,
    date: Annotated[
        datetime | None, typer.Option(help="When it was published, if it does not say.", formats=["%Y-%m-%d"])
    ] = None,
    source: Annotated[str, typer.Option(help="Who published it, in words; else its site or file name.")] = "",
    title: Annotated[str, typer.Option(help="Its title, if the first line is none.")] = "",
    lang: Annotated[str | None, typer.Option(help="Its language; else it is detected.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a card that is there already.")] = False,
    folder: FolderOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a card for a document: its figures, a few words of evidence each, and how to know it again.

    The text itself is not kept. Look the card over and correct it by hand: values are in a short notation that the
    card explains. The next start of the daemon takes it in.
    """
    from monitor.commands.given import fetch_page, is_url, packs_in_force, way_out
    from monitor.core.read import read_story
    from monitor.core.types.figures import Story
    from monitor.sources.cards import write_card
    from monitor.sources.documents import read_document
    from monitor.steps.copies import print_of
    from monitor.steps.seed import card_of

    article = fetch_page(document, way_out(ctx, config)) if is_url(document) else read_document(Path(document))
    published = date.replace(tzinfo=UTC) if date else article.published
    article = replace(article, title=title or article.title, language=lang or article.language, published=published)
    day = published.date() if published else None
    reading = read_story(Story("", article.title, article.text, day, article.language), packs_in_force(ctx, config))
    article = replace(article, language=reading.language)
    name = _name(document, article)
    card = card_of(
        article, reading.figures, print_of(article.text), name=name, source=source or article.publisher or name
    )
    target = _folder(ctx, folder, config) / f"{name}.yaml"
    if target.exists() and not force:
        raise FigurewatchError(f"{target} is there already; look it over, or replace it with --force")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(write_card(card), encoding="utf-8")
    echo(str(target))
    note(
        f"{len(card.figures)} figures of {len(reading.figures)} numbers read; look the card over and correct it by hand"
    )


def _folder(ctx: typer.Context, folder: Path | None, config: Path | None) -> Path:
    """Where the cards lie: the option, the configuration's folder, ./seeds without a configuration."""
    from monitor.commands.shared import load
    from monitor.config import ConfigError

    if folder is not None:
        return folder
    try:
        return load(ctx, config).seeds_dir
    except ConfigError:
        if config is not None or not Path("seeds").is_dir():
            raise
        return Path("seeds")


def _name(document: str, article: "Article") -> str:
    """The card's name: that of the file, or date and words of the title for a page."""
    words = document if not document.startswith("http") else article.title or article.publisher
    stem = Path(words).stem if not document.startswith("http") else words
    plain = re.sub(r"[^\w]+", "-", stem.lower()).strip("-")[:60] or "seed"
    day = f"{article.published.date().isoformat()}-" if article.published and document.startswith("http") else ""
    return f"{day}{plain}"
