"""Topic files: what they may hold, and what a mistake in one says."""

from pathlib import Path
from typing import Any

import pytest

from monitor.packs.load import PackError, load_packs, load_topic
from monitor.packs.topic import build_topic

GOOD: dict[str, Any] = {"id": "x", "subject": {"any": ["Llama"]}, "about": {"any": {"en": ["wool"], "*": ["hay"]}}}


def test_bare_lists_are_for_every_language() -> None:
    topic = build_topic(GOOD)
    assert topic.subject.any == (("*", ("Llama",)),)
    assert topic.about.any == (("en", ("wool",)), ("*", ("hay",)))
    assert (topic.title, topic.within) == ("x", 250)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subjects": {}}, "unknown key 'subjects'"),
        ({"within": 0}, "within: 0"),
        ({"within": True}, "within: True"),
        ({"subject": []}, "subject must hold keys and values"),
        ({"subject": {"some": []}}, "unknown key 'some'"),
        ({"about": {"any": {}}}, "at least one word"),
        ({"about": {"any": "wool"}}, "about.any must be a list"),
        ({"about": {"any": {"en": "wool"}}}, "about.any.en must be a list"),
        ({"about": {"any": {"no": [False]}}}, "put it in quotes"),
        ({"about": {"any": ["*"]}}, "would stand for anything"),
        ({"examples": [{"text": "a"}]}, "example 1: needs a text, and match"),
        ({"examples": "a"}, "examples must be a list"),
    ],
)
def test_a_mistake_names_its_place_and_remedy(change: dict[str, Any], words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        build_topic({**GOOD, **change})


def test_a_missing_part_is_named() -> None:
    with pytest.raises(ValueError, match="about is missing"):
        build_topic({"id": "x", "subject": {"any": ["a"]}})


def test_topics_of_the_users_own_come_before_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "llamas.yaml"
    path.write_text("id: llamas\nsubject: {any: [Llama]}\nabout: {any: [wool]}\n", encoding="utf-8")
    assert [topic.id for topic in load_packs(extra_topics=(path,)).topics] == ["llamas", "meta"]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("id: x\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"broken\.yaml: subject is missing"):
        load_topic(path)
    with pytest.raises(PackError, match=r"gone\.yaml"):
        load_topic(tmp_path / "gone.yaml")
