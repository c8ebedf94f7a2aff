"""The shipped stories are what the demo says they are."""

from collections import Counter
from datetime import date, timedelta

from monitor.core.types.figures import Story
from monitor.core.types.ledger import SourceKind
from monitor.demo.material import from_stories, shipped


def test_there_are_at_least_24_stories_in_at_least_8_languages():
    stories = [story for story in shipped().stories if not story.seed]
    assert len(stories) >= 24
    assert len({story.language for story in stories}) >= 8


def test_they_are_told_over_three_days_after_the_first_poll():
    material = shipped()
    assert len(material.days) == 3
    assert material.days[0] >= material.start
    assert any(story.at < material.start for story in material.stories if not story.seed)


def test_each_feed_format_and_each_kind_of_source_is_served():
    outlets = shipped().outlets
    assert {outlet.format for outlet in outlets} == {"rss", "atom", "json"}
    assert {outlet.kind for outlet in outlets} == {SourceKind.PRIMARY, SourceKind.PRESS, SourceKind.AGGREGATOR}
    assert {outlet.broken for outlet in outlets} == {None, "404", "html"}


def test_every_story_names_an_outlet_that_exists_and_has_an_id_of_its_own():
    material = shipped()
    outlets = {outlet.id for outlet in material.outlets}
    assert all(story.outlet in outlets for story in material.stories if not story.seed)
    assert max(Counter(story.id for story in material.stories).values()) == 1


def test_every_story_after_the_first_poll_says_what_it_must_bring_or_why_nothing():
    material = shipped()
    told = [story for story in material.stories if not story.seed and story.at >= material.start]
    assert [story.id for story in told if bool(story.alerts) == bool(story.quiet)] == []


def test_a_revised_story_reads_differently_from_its_revision_on():
    story = next(story for story in shipped().stories if story.revised is not None)
    assert story.revised_at is not None
    assert story.text_at(story.revised_at - timedelta(seconds=1)) == story.text
    assert story.text_at(story.revised_at) == story.revised


def test_any_stories_are_served_a_day_a_date_and_a_feed_a_language():
    stories = [
        Story("a", "A", "Text.", date(2024, 5, 1), "en"),
        Story("b", "B", "Text.", date(2024, 5, 3), "de"),
        Story("c", "C", "Text.", date(2024, 5, 3), None),
    ]
    material = from_stories(stories)
    assert [day.date() for day in material.days] == [date(2024, 5, 1), date(2024, 5, 3)]
    assert {outlet.id for outlet in material.outlets} == {"stories-en", "stories-de", "stories-und"}
    assert all(story.at > material.start for story in material.stories)
    assert [s.id for s in material.published("stories-de", material.days[1] + timedelta(days=1))] == ["b"]


def test_stories_of_one_day_keep_the_order_of_the_file():
    stories = [Story(name, name, "Text.", date(2024, 5, 1), "en") for name in "cab"]
    served = sorted(from_stories(stories).stories, key=lambda story: story.at)
    assert [story.id for story in served] == ["c", "a", "b"]
