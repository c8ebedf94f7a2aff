"""Tells a person what a demo did: which figures changed, which stories stayed quiet and why, what was sent."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from monitor.core.wording import claim_text, period_text
from monitor.demo.drive import Delivered
from monitor.demo.material import Material
from monitor.demo.outcome import Result, StoryResult

_WIDTH = 100


def report_lines(material: Material, result: Result, delivered: Delivered, out: Path) -> Iterator[str]:
    """The report, line by line."""
    languages = {one.story.language for one in result.stories if one.story.language}
    yield (
        f"{len(result.stories)} stories in {len(languages)} languages from {len(material.outlets)} feeds, "
        f"{result.requests} requests over loopback."
    )
    before = [one for one in result.stories if one.story.at < material.start]
    if before:
        yield ""
        yield f"Before the first poll: {len(before)} stories fill the ledger silently."
        for one in before:
            yield from _baseline(one)
    day: date | None = None
    for one in result.stories:
        if one.story.at < material.start:
            continue
        if one.story.at.date() != day:
            day = one.story.at.date()
            yield ""
            yield f"{day:%A} {day.day} {day:%B %Y}"
        yield from _story(one)
    yield ""
    yield from _summary(result, delivered, out)


def _baseline(one: StoryResult) -> Iterator[str]:
    for verdict in one.verdicts:
        series = verdict.reading.series
        yield f"  known    {_series(series.metric, series.period)}: {claim_text(verdict.reading.claim, series.unit)}"


def _story(one: StoryResult) -> Iterator[str]:
    where = f"{one.story.publisher or one.outlet.name} [{one.story.language or '?'}]"
    for change, reading in one.alerts:
        unit = change.series.unit
        old = f"{claim_text(change.old, unit)} -> " if change.old else ""
        new = claim_text(change.new, unit) if change.new else "withdrawn"
        kind = f"{change.kind}, {change.direction}" if change.direction else str(change.kind)
        yield f"  CHANGED  {_series(change.series.metric, change.series.period)}: {old}{new}  ({kind}; {change.status})"
        if reading.evidence:
            yield f"           {where}: “{_cut(reading.evidence[0].quote)}”"
    for verdict in one.held:
        series = verdict.reading.series
        value = claim_text(verdict.reading.claim, series.unit)
        yield f"  HELD     {_series(series.metric, series.period)}: {value}: {verdict.reason}"
        yield f"           {where}: {_cut(one.story.title)}"
    if not one.alerts and not one.held:
        yield f"  quiet    {where}: {_cut(one.story.title)}"
        yield f"           {_cut('; '.join(one.why_quiet))}"


def _summary(result: Result, delivered: Delivered, out: Path) -> Iterator[str]:
    told = sum(len(one.alerts) for one in result.stories)
    held = sum(len(one.held) for one in result.stories)
    quiet = sum(not one.alerts and not one.held for one in result.stories)
    yield f"{told} figures changed or new, {held} held back, {quiet} stories quiet."
    slack = sum(path == "/slack" for path, _ in delivered.posts)
    hooks = len(delivered.posts) - slack
    yield f"Sent: {len(delivered.mails)} mails over SMTP, {slack} Slack messages, {hooks} webhooks."
    for name, error in result.failed:
        yield f"Reported to the owner: {name}: {error}"
    yield f"In {out}: the digests as a mail client, a browser, a terminal, Slack and a program see them"
    groups: dict[str, list[str]] = {}
    for file in delivered.files:
        kind = re.sub(r"^(?:[0-9]+-[0-9a-f]+|([a-z]+)-[0-9]+)", lambda found: found[1] or "digest", file.name)
        groups.setdefault(kind, []).append(file.name)
    for names in groups.values():
        yield f"  {names[0]}" + (f" … {names[-1]} ({len(names)})" if len(names) > 1 else "")


def _series(metric: str, period: str) -> str:
    return " ".join(part for part in (metric, period_text(period)) if part)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
