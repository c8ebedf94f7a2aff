"""The same alerts come of the gold stories however often and in whatever order of the day they are told."""

import asyncio
import itertools
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.core.judge import compare
from monitor.core.types.figures import Story
from monitor.core.types.ledger import Claim, SeriesKey
from monitor.daemon.reading import ThreadReader
from monitor.packs.load import load_packs
from monitor.sources.stories import load_stories
from monitor.steps.replay import replay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import gold  # noqa: E402  it is found on the path just given

DEV = ROOT.parent / "shared" / "eval" / "dev" / "stories.jsonl"


def own() -> tuple[Story, ...]:
    rows = gold.parse()[0]
    return tuple(Story(r["id"], r["title"], r["text"], date.fromisoformat(r["date"]), r["lang"]) for r in rows)


def dev() -> tuple[Story, ...]:
    if not DEV.exists():
        pytest.skip("the dev stories lie beside the project and are not here")
    return load_stories(DEV)


def alerts(stories: Sequence[Story]) -> list[str]:
    """What is told, without who told it first."""
    packs = load_packs()
    told = asyncio.run(replay(stories, ThreadReader(packs), packs))
    return sorted(f"{c.series} {c.kind} {c.new} {c.old}" for one in told for c, _ in one.alerts)


def values(stories: Sequence[Story]) -> dict[SeriesKey, list[Claim]]:
    """Which values of which series are told; whichever story comes first prints them at its own precision."""
    packs = load_packs()
    found: dict[SeriesKey, list[Claim]] = {}
    for one in asyncio.run(replay(stories, ThreadReader(packs), packs)):
        for change, _ in one.alerts:
            if change.new is not None:
                found.setdefault(change.series, []).append(change.new)
    return found


@pytest.mark.parametrize("stories", [own, dev])
def test_told_twice_over_nothing_more_is_alerted(stories):
    once = stories()
    again = tuple(replace(one, id=f"{one.id}-again") for one in once)
    assert alerts((*once, *again)) == alerts(once)


@pytest.mark.parametrize("stories", [own, dev])
def test_with_every_story_doubled_at_once_nothing_more_is_alerted(stories):
    once = stories()
    doubled = [one for story in once for one in (story, replace(story, id=f"{story.id}-double"))]
    assert alerts(doubled) == alerts(once)


@pytest.mark.parametrize("stories", [own, dev])
def test_the_order_within_a_day_does_not_matter(stories):
    once = stories()
    dice = random.Random(7)
    shuffled: list[Story] = []
    for _, day in itertools.groupby(once, key=lambda story: story.date):
        batch = list(day)
        dice.shuffle(batch)
        shuffled += batch
    before, after = values(once), values(shuffled)
    assert after.keys() == before.keys()
    for key, told in before.items():
        lost = [claim for claim in told if not any(compare(claim, one).quiet for one in after[key])]
        more = [claim for claim in after[key] if not any(compare(one, claim).quiet for one in told)]
        assert (key, lost, more) == (key, [], [])
