"""`figurewatch read`: the figures in stories, documents or pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.rows import as_line, figure_row
from monitor.commands.shared import ConfigOption, JsonOption, echo, single_command

if TYPE_CHECKING:
    from monitor.core.types.figures import Figure, Story

app = single_command()


@app.command()
def read(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(help="A .jsonl file of stories, a document (.txt, .md, .html), a URL, or - for stdin.")
    ] = "-",
    *,
    as_json: JsonOption = False,
    text: Annotated[bool, typer.Option("--text", help="What is given is one plain text, not JSON Lines.")] = False,
    lang: Annotated[str | None, typer.Option(help="Language of stories that do not say; else it is detected.")] = None,
    date: Annotated[
        datetime | None,
        typer.Option(help="Publication date of stories that do not say; else today.", formats=["%Y-%m-%d"]),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Print the figures in stories, documents or pages.

    With --json, offsets are code points into each story's text; null ends are open. Standard input is JSON Lines
    unless --text says that it is one text.
    """
    from monitor.commands.given import given_stories, packs_in_force, way_out
    from monitor.commands.progress import progress
    from monitor.core.read import read_story

    day = date.date() if date else None
    stories = given_stories(source, text=text, language=lang, day=day, config=lambda: way_out(ctx, config))
    packs = packs_in_force(ctx, config)
    with progress("reading", len(stories)) as step:
        for story in stories:
            found = read_story(story, packs)
            step(story.id)
            if as_json:
                for figure in found.figures:
                    echo(as_line(figure_row(story.id, figure)))
            else:
                echo("\n".join(story_lines(story, found.language, found.figures)))


def story_lines(story: "Story", language: str, figures: "tuple[Figure, ...]") -> list[str]:
    """A story's figures for people: bound ones first said in full, the others counted."""
    bound = [figure for figure in figures if figure.metric is not None]
    head = f"{story.id}  {story.title}".rstrip()
    lines = [f"{head}  [{language}{', ' + story.date.isoformat() if story.date else ''}]"]
    lines += [f"  {line}" for figure in bound for line in figure_lines(figure)]
    rest = len(figures) - len(bound)
    if rest:
        lines.append(f"  {rest} other number{'s' if rest > 1 else ''} bound to nothing tracked (figurewatch explain)")
    if not figures:
        lines.append("  no figures")
    return lines


def figure_lines(figure: "Figure") -> list[str]:
    """One figure in two lines: what it is, and the sentence it stands in."""
    from monitor.core.wording import period_text

    period = period_text(figure.period.text) if figure.period else ""
    what = " ".join(part for part in (figure.metric or "unbound", period) if part)
    stance = ", ".join(str(part) for part in (figure.status, figure.role, figure.speaker) if part)
    return [f"{what}: {value(figure)}  ({stance})", f"    “{shortened(figure)}”"]


def value(figure: "Figure") -> str:
    """The value in words, with its hedge."""
    from monitor.core.types.ledger import Claim
    from monitor.core.wording import claim_text

    q = figure.quantity
    return claim_text(Claim(q.low, q.high, q.low_step, q.high_step, q.modifier), q.unit)


def shortened(figure: "Figure", width: int = 160) -> str:
    """The quote in one line, cut around the number where it is long."""
    quote = figure.quote
    start = figure.quantity.start - figure.quote_start
    if len(quote) > width:
        begin = max(0, min(start - width // 2, len(quote) - width))
        quote = ("…" if begin else "") + quote[begin : begin + width] + ("…" if begin + width < len(quote) else "")
    return " ".join(quote.split())
