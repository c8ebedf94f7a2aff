"""A replay tells what the daemon would have told, whatever file it is given."""

import asyncio
from collections.abc import Sequence
from datetime import date

import pytest

from monitor.core.types.figures import Story
from monitor.daemon.reading import ThreadReader
from monitor.packs.load import load_packs
from monitor.steps.replay import Told, replay

DAY = date(2025, 4, 30)
OLD = Story(
    "old", "Meta's budget", "Meta expects capital expenditures of $60-65 billion in 2025.", date(2025, 1, 30), "en"
)
NEW = Story("new", "Meta spends more", "Meta now expects capital expenditures of $64-72 billion in 2025.", DAY, "en")
GERMAN = Story(
    "de", "Meta gibt mehr aus", "Meta rechnet 2025 mit Investitionsausgaben von 64 bis 72 Milliarden Dollar.", DAY, "de"
)
SOUP = Story("soup", "Soup", "Boil 2 litres of water for 20 minutes.", DAY, "en")


def told(stories: Sequence[Story]) -> tuple[Told, ...]:
    packs = load_packs()
    return asyncio.run(replay(stories, ThreadReader(packs), packs))


def alerts(stories: Sequence[Story]) -> list[tuple[str, str, str]]:
    return [(one.story.id, str(c.kind), c.series.metric) for one in told(stories) for c, _ in one.alerts]


def test_the_first_sighting_is_new_and_the_next_value_a_change():
    assert alerts([OLD, NEW]) == [("old", "new", "meta.capex"), ("new", "changed", "meta.capex")]


def test_a_translation_is_quiet_and_says_why():
    last = told([OLD, NEW, GERMAN])[-1]
    assert last.alerts == ()
    assert [verdict.code for verdict in last.verdicts] == ["repeat"]


def test_a_story_of_something_else_is_quiet_and_says_why():
    last = told([OLD, SOUP])[-1]
    assert (last.outcome, last.verdicts) == ("irrelevant", ())
    assert last.reason


def test_the_same_story_twice_tells_nothing_more():
    again = Story("again", NEW.title, NEW.text, NEW.date, "en")
    assert alerts([OLD, NEW, again]) == alerts([OLD, NEW])


def test_every_alert_has_a_quote_that_stands_in_its_story():
    for one in told([OLD, NEW]):
        for _, reading in one.alerts:
            assert reading.evidence[0].quote in one.story.text


def test_undated_stories_follow_the_one_before():
    undated = Story("undated", NEW.title, NEW.text, None, "en")
    assert alerts([OLD, undated])[-1] == ("undated", "changed", "meta.capex")


def test_undated_stories_at_the_beginning_are_of_the_first_date():
    undated = Story("undated", OLD.title, "Meta expects capital expenditures of $60-65 billion this year.", None, "en")
    assert alerts([undated, NEW])[-1] == (NEW.id, "changed", "meta.capex")


def test_nothing_is_left_between_two_replays():
    assert alerts([OLD]) == alerts([OLD])


def test_no_stories_are_no_alerts():
    assert told([]) == ()


@pytest.mark.parametrize("ident", ["a/b", "spaces and ü", "x" * 300, "s0", "会社"])
def test_an_id_may_be_any_text(ident):
    assert alerts([Story(ident, NEW.title, NEW.text, DAY, "en")]) == [(ident, "new", "meta.capex")]


def test_who_watches_hears_of_each_story():
    heard: list[str] = []
    packs = load_packs()
    asyncio.run(replay([OLD, SOUP], ThreadReader(packs), packs, watch=heard.append))
    assert heard == ["old", "soup"]
