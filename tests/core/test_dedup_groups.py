"""Articles of one story, across languages, by the figures they share."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.core.dedup import StoryFacts, facts_of, same_story
from monitor.core.read import read_story
from monitor.core.types.figures import Figure, Modifier, Quantity, Role, Shape, Status, Story
from monitor.packs.load import load_packs

SEEDS = Path(__file__).parents[3] / "shared" / "eval" / "seeds" / "stories.jsonl"

AT = datetime(2024, 1, 19, tzinfo=UTC)


def figure(value: str, unit: str = "count", metric: str | None = "meta.gpus.h100", **more: object) -> Figure:
    number = Decimal(value)
    fields = {"low": number, "high": number, "shape": Shape.LEVEL, "vague": False, **more}
    quantity = Quantity(
        0, 1, value, low_step=Decimal(1), high_step=Decimal(1), unit=unit, modifier=Modifier.EXACT, **fields
    )
    return Figure(quantity, metric, None, Status.TARGET, Role.NEWS, None, value, 0, "en", (), "")


def story(*figures: Figure, days: float = 0, group: str = "") -> StoryFacts:
    facts, bound = facts_of(figures)
    return StoryFacts(AT + timedelta(days=days), facts, bound, group)


def test_two_shared_figures_within_days_make_one_story() -> None:
    japanese = story(figure("350000"), figure("600000"), figure("13720000000", "USD"))
    chinese = story(figure("350000"), figure("600000"), figure("15000000000", "USD"), days=2)
    assert same_story(japanese, chinese) == "they share 2 figures within days"


def test_roundings_of_one_figure_are_shared() -> None:
    one = story(figure("39071000000", "USD"), figure("8470000000", "USD"))
    other = story(figure("39100000000", "USD"), figure("8470000000", "USD"))
    assert same_story(one, other)


def test_weeks_apart_they_are_two_stories() -> None:
    one = story(figure("350000"), figure("600000"))
    assert same_story(one, story(figure("350000"), figure("600000"), days=20)) is None


def test_one_figure_or_untracked_figures_are_not_enough() -> None:
    one = story(figure("350000"), figure("80", metric=None))
    assert same_story(one, story(figure("350000"))) is None
    loose = story(figure("350000", metric=None), figure("600000", metric=None))
    assert same_story(loose, loose) is None


def test_copies_are_one_story_without_figures() -> None:
    assert same_story(story(group="g1"), story(group="g1")) == "one is a copy of the other"


def test_vague_small_and_whole_percent_figures_are_no_facts() -> None:
    facts, _ = facts_of(
        [
            figure("10000000000", "USD", vague=True),
            figure("3"),
            figure("41", "percent"),
            figure("405", shape=Shape.NAME),
            figure("5000000000", "W", low=None),
        ]
    )
    assert facts == {"W:500e7"}


@pytest.mark.skipif(not SEEDS.exists(), reason="the evaluation stories are not beside this checkout")
def test_the_two_seeds_of_one_announcement_are_one_story_and_the_others_are_not() -> None:
    packs = load_packs()
    told = {}
    for line in SEEDS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        day = date.fromisoformat(row["date"])
        read = read_story(Story(row["id"], row["title"], row["text"], day, None), packs)
        told[row["id"]] = StoryFacts(datetime.combine(day, time(), UTC), *facts_of(read.figures))
    pairs = [(a, b) for a in told for b in told if a < b and same_story(told[a], told[b])]
    assert pairs == [("000", "001")]
