"""A stories file is read leniently where nothing is at stake and refused with its line where something is."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.types.figures import Story
from monitor.sources.stories import StoriesError, load_stories, parse_stories


def test_a_row_becomes_a_story_and_other_keys_are_ignored():
    row = '{"id": "a", "title": "T", "text": "x", "date": "2025-04-30", "lang": "de", "split": "dev"}'
    assert parse_stories(row) == (Story("a", "T", "x", date(2025, 4, 30), "de"),)


def test_language_date_and_title_may_be_missing_or_null():
    assert parse_stories('{"id": "a", "text": "x", "lang": null}') == (Story("a", "", "x", None, None),)


def test_rows_without_an_id_are_numbered_after_the_file():
    stories = parse_stories('{"text": "x"}\n\n{"text": "y"}\n', "hard_cases.jsonl")
    assert [story.id for story in stories] == ["hard-00", "hard-01"]


def test_a_text_may_hold_line_separators_of_unicode():
    assert parse_stories('{"id": "a", "text": "x\u2028y\x85z"}')[0].text == "x\u2028y\x85z"


def test_lone_surrogates_are_replaced_one_for_one_so_that_offsets_hold():
    assert parse_stories('{"id": "a", "text": "x\\ud800y"}')[0].text == "x\ufffdy"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "stories.jsonl:2: "),
        ("[1]", "not an object"),
        ('{"id": "b"}', "text: missing"),
        ('{"id": "b", "text": 5}', "text: int"),
        ('{"id": "b", "text": "x", "date": "soon"}', "date: 'soon' is no date"),
        ('{"id": "a", "text": "x"}', "'a' stands twice"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_remedy(line, said):
    with pytest.raises(StoriesError) as caught:
        parse_stories('{"id": "a", "text": "x"}\n' + line)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(StoriesError, match=r"none\.jsonl: No such file"):
        load_stories(tmp_path / "none.jsonl")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path):
    file = tmp_path / "latin.jsonl"
    file.write_bytes(b'{"text": "caf\xe9"}')
    with pytest.raises(StoriesError, match="not UTF-8 at byte 13"):
        load_stories(file)


@given(st.text())
def test_no_text_breaks_the_parser_in_another_way(text):
    try:
        stories = parse_stories(text)
    except StoriesError:
        return
    assert all(isinstance(story, Story) for story in stories)
