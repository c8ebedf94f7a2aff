"""`figurewatch replay`: the alerts that a file of stories would lead to."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.rows import alert_row, as_line, bounds
from monitor.commands.shared import ConfigOption, JsonOption, echo, load, note, single_command

if TYPE_CHECKING:
    from monitor.core.types.ledger import Change, Reading
    from monitor.daemon.wiring import Outfit
    from monitor.steps.replay import Told
    from monitor.steps.restate import Restated

app = single_command()


@app.command()
def replay(
    ctx: typer.Context,
    stories: Annotated[
        Path | None, typer.Argument(help="A .jsonl file of stories; none: the stored texts.", metavar="STORIES.jsonl")
    ] = None,
    *,
    as_json: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="Also print what stayed quiet, and why.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the alerts that a file of stories would lead to, or restate the ledger.

    The ledger is empty and thrown away afterwards; the stories come in the order of the file, and each story's date is
    the clock (today, where none has a date). With --json, one alert a line; --all adds a line with "quiet" for whatever
    told nothing.

    Without a file, the texts that the ledger rests on are read again with the rules in force, say after an upgrade;
    what they now give otherwise is restated, and nobody is told of it; their copies are recognised by today's rules.
    Stop the daemon first.
    """
    if stories is None:
        _restate(ctx, config, as_json=as_json)
        return
    from monitor.commands.given import packs_in_force
    from monitor.commands.progress import progress
    from monitor.commands.shared import now
    from monitor.daemon.reading import ThreadReader
    from monitor.sources.stories import load_stories
    from monitor.steps.replay import replay as replayed

    rows = load_stories(stories)
    if rows and not any(row.date for row in rows):
        rows = (replace(rows[0], date=now().date()), *rows[1:])  # the others follow it
    packs = packs_in_force(ctx, config)
    with progress("replaying", len(rows)) as step:
        told = asyncio.run(replayed(rows, ThreadReader(packs), packs, watch=step))
    for one in told:
        for line in _json_lines(one, every=every) if as_json else _lines(one, every=every):
            echo(line)


def _restate(ctx: typer.Context, config: Path | None, *, as_json: bool) -> None:
    """Read the stored texts again and say what came out otherwise."""
    from monitor.commands.progress import progress
    from monitor.commands.worlds import in_world
    from monitor.store import articles

    async def work(fitted: "Outfit") -> "tuple[Restated, ...]":
        from monitor.steps.restate import restate

        with fitted.world.store.lock():
            total = len(await fitted.world.read(articles.all_ids))
            with progress("reading again", total) as step:
                return await restate(fitted.world, watch=step)

    done = in_world(load(ctx, config), work)
    for one in done:
        for change, reading in one.changes:
            lines = [as_line(alert_row(one.article.url, change, reading))] if as_json else change_lines(change, reading)
            for line in lines:
                echo(line)
    changes = sum(len(one.changes) for one in done)
    note(f"{len(done)} articles read otherwise; {changes} changes restated, nobody is told")


def _json_lines(told: "Told", *, every: bool) -> list[str]:
    lines = [as_line(alert_row(told.story.id, change, reading)) for change, reading in told.alerts]
    if not every:
        return lines
    for one in told.verdicts:
        if one.change is None:
            series, claim = one.reading.series, one.reading.claim
            row = {
                "at": told.story.id,
                "quiet": one.code,
                "reason": one.reason,
                "metric": series.metric,
                "period": series.period or None,
                "unit": series.unit,
                "value": bounds(claim),
                "conflict": one.conflict is not None,
            }
            lines.append(as_line(row))
    if not told.verdicts:
        lines.append(as_line({"at": told.story.id, "quiet": told.outcome, "reason": told.reason}))
    return lines


def _lines(told: "Told", *, every: bool) -> list[str]:
    lines = [line for change, reading in told.alerts for line in change_lines(change, reading)]
    if every:
        lines += [
            f"  {'held back' if one.conflict else 'quiet'}: {series_words(one.reading)}: {one.reason} [{one.code}]"
            for one in told.verdicts
            if one.change is None
        ]
        if not told.verdicts:
            lines.append(f"  quiet: {told.reason} [{told.outcome}]")
    if not lines:
        return []
    day = f"{told.story.date.isoformat()}  " if told.story.date else ""
    return [f"{day}{told.story.id}  {told.story.title}".rstrip(), *lines]


def change_lines(change: "Change", reading: "Reading") -> list[str]:
    """A change for people: what moved from where to where, and the sentence that says so."""
    from monitor.core.wording import claim_text, period_text

    unit = change.series.unit
    old = f"{claim_text(change.old, unit)} -> " if change.old else ""
    new = claim_text(change.new, unit) if change.new else "withdrawn"
    kind = f"{change.kind}{', ' + change.direction if change.direction else ''}"
    what = " ".join(part for part in (change.series.metric, period_text(change.series.period)) if part)
    quote = " ".join(reading.evidence[0].quote.split()) if reading.evidence else ""
    return [f"  {what}: {old}{new}  ({kind}; {change.status})", f"      “{quote}”"]


def series_words(reading: "Reading") -> str:
    """A reading's series and value in words."""
    from monitor.core.wording import claim_text, period_text

    series = reading.series
    what = " ".join(part for part in (series.metric, period_text(series.period)) if part)
    return f"{what} {claim_text(reading.claim, series.unit)}"
