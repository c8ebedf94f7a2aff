"""`figurewatch explain`: why something was told, held back or kept quiet."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shared import ConfigOption, echo, now, single_command
from monitor.core.errors import FigurewatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from monitor.config import Config
    from monitor.core.types.figures import Figure, Story
    from monitor.core.types.ledger import Change
    from monitor.core.types.packs import Packs
    from monitor.store.entries import StoredEntry
    from monitor.store.ledger import Verdict

app = single_command()


@app.command()
def explain(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(help="The id of a change, a URL, a file, or - for a text on stdin.", metavar="TARGET")
    ],
    *,
    lang: Annotated[str | None, typer.Option(help="The text's language; else it is detected.")] = None,
    date: Annotated[
        datetime | None, typer.Option(help="When the text was published; else today.", formats=["%Y-%m-%d"])
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say why something was told, held back or kept quiet.

    For a change: the reading that made it, the sentence, the series before it. For a URL: what the daemon made of it,
    or, where it never saw it, what it would read there now. For a text: every number, what was read, what it was bound
    to, and why the rest was not.
    """
    from pathlib import Path

    from monitor.commands.given import is_url, packs_in_force, way_out

    if target == "-" or (not is_url(target) and Path(target).exists()):
        _explain_texts(target, lang, date, packs_in_force(ctx, config), lambda: way_out(ctx, config))
        return
    lines = _from_ledger(ctx, target, config)
    if lines:
        echo("\n".join(lines))
    elif is_url(target):
        echo("The daemon has not read this page. This is what it would read there now:")
        _explain_texts(target, lang, date, packs_in_force(ctx, config), lambda: way_out(ctx, config))
    else:
        raise FigurewatchError(f"{target}: no change of that id, no URL and no file; see `figurewatch figures history`")


def _explain_texts(
    target: str, lang: str | None, date: datetime | None, packs: "Packs", config: "Callable[[], Config | None]"
) -> None:
    from monitor.commands.given import given_stories
    from monitor.core.read import read_story
    from monitor.daemon.reading import ThreadReader

    reader = ThreadReader(packs)
    day = (date or now()).date()
    for story in given_stories(target, text=target == "-", language=lang, day=day, config=config):
        found = read_story(story, packs)
        relevance = reader.assess(story.title, "", story.text, found.language)
        word = f"relevant ({relevance.topic})" if relevance.matched else "not relevant: the daemon would not read it"
        echo(f"{story.title or story.id}  [{found.language}]")
        echo(f"  {word}; {relevance.reason}")
        echo("\n".join(figure_lines(story, found.figures)))


def figure_lines(story: "Story", figures: "Sequence[Figure]") -> list[str]:
    """Every number of a text: what was read, what it was bound to, and why."""
    from monitor.commands.read import value

    if not figures:
        return ["  no number with a unit was read"]
    lines = []
    for figure in figures:
        q = figure.quantity
        printed = " ".join(story.text[q.start : q.end].split())
        lines.append(f"  “{printed}” at {q.start}: {value(figure)}, {q.modifier}, {q.shape}")
        if figure.metric:
            period = f" {figure.period.text}" if figure.period else ""
            speaker = f", said by {figure.speaker}" if figure.speaker else ""
            lines.append(f"      is {figure.metric}{period} ({figure.status}, {figure.role}{speaker})")
        else:
            lines.append("      is bound to nothing tracked")
        lines += [f"      because {reason}" for reason in figure.reasons]
    return lines


def _from_ledger(ctx: typer.Context, target: str, config: "ConfigOption") -> list[str]:
    """What the ledger holds about a change or a page; [] when it knows neither."""
    from monitor.commands.given import is_url
    from monitor.commands.shared import load, opened
    from monitor.config import ConfigError

    try:
        settings = load(ctx, config)
    except ConfigError:
        if is_url(target):
            return []
        raise
    with opened(settings) as store, store.read() as tx:
        return page_lines(tx, target) if is_url(target) else change_lines(tx, target)


def change_lines(tx: "Connection", change_id: str) -> list[str]:
    """Why a change was told; [] when there is none of that id."""
    from monitor.core.wording import claim_text, period_text
    from monitor.store import ledger

    change = ledger.changes_of(tx, [change_id]).get(change_id)
    if change is None:
        return []
    key = change.series
    lines = [f"{key.metric} {period_text(key.period)}: {_move(change)}", f"  because {change.reason}"]
    reading = ledger.readings_of(tx, [change.reading]).get(change.reading)
    if reading is not None:
        for evidence in reading.evidence:
            lines += [f"  “{' '.join(evidence.quote.split())}”", f"    {evidence.url}"]
        lines.append(
            f"  said by {reading.speaker or 'the article'}; {reading.source} {reading.publisher}; {reading.at:%d %B %Y}"
        )
    lines.append("The series, by date:")
    for verdict in ledger.verdicts(tx, metric=key.metric):
        if verdict.reading.series == key:
            mark = "held back" if verdict.conflict else "told" if verdict.change else "quiet"
            value = claim_text(verdict.reading.claim, key.unit)
            lines.append(f"  {verdict.reading.at:%Y-%m-%d}  {value:24}  {mark}: {verdict.reason} [{verdict.code}]")
    return lines


def _move(change: "Change") -> str:
    from monitor.core.wording import claim_text

    unit = change.series.unit
    old = f"{claim_text(change.old, unit)} -> " if change.old else ""
    new = claim_text(change.new, unit) if change.new else "withdrawn"
    return f"{old}{new} ({change.kind}{', ' + change.direction if change.direction else ''}; {change.status})"


def page_lines(tx: "Connection", url: str) -> list[str]:
    """What became of a page; [] when it was never seen."""
    from monitor.core.dedup import canonical_url
    from monitor.store import articles, entries, ledger

    identity = articles.article_id(canonical_url(url))
    found = entries.by_url(tx, url) or entries.by_article(tx, identity)
    stored = articles.find(tx, [identity]).get(identity)
    lines = [line for one in found for line in _entry_lines(one)]
    if stored is None:
        return lines
    lines += [f"{stored.title}  [{stored.language}; {stored.source}; {stored.publisher}; topic {stored.topic}]"]
    verdicts = ledger.verdicts(tx, article=identity)
    lines += [f"  {_verdict(one)}" for one in verdicts]
    unbound = [figure for figure in articles.figures_of(tx, identity) if figure.metric is None]
    lines += [
        f"  “{one.quantity.text}” bound to nothing: {'; '.join(one.reasons) or 'no metric near'}" for one in unbound
    ]
    return lines


def _entry_lines(entry: "StoredEntry") -> list[str]:
    state = entry.outcome or entry.state
    return [f"{entry.entry.title}: {state}: {entry.reason or 'waits to be read'}"]


def _verdict(one: "Verdict") -> str:
    from monitor.core.wording import claim_text, period_text

    key = one.reading.series
    what = " ".join(part for part in (key.metric, period_text(key.period)) if part)
    mark = "held back" if one.conflict else f"told ({one.change})" if one.change else "quiet"
    return f"{what} {claim_text(one.reading.claim, key.unit)}: {mark}: {one.reason} [{one.code}]"
