"""Cues: what is found where, and that looking words up changes nothing against trying every cue at every place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import cues
from monitor.core.cues import CueIndex, Hit, is_wide, plain
from monitor.core.read import matcher_of
from monitor.core.text import Letters
from monitor.packs.load import load_packs

PACKS = load_packs()
MATCHER = matcher_of(PACKS.binding)
LANGUAGES = ("en", "de", "ar", "zh", "ko", "th")


def find(index: CueIndex, text: str) -> list[tuple[str, str]]:
    return [(text[hit.start : hit.end], hit.group) for hit in index.find(plain(text, Letters({})), text)]


def test_a_cue_is_found_as_a_whole_word_and_with_any_ending_only_where_a_star_says_so() -> None:
    index = CueIndex([("m.spend", ["spend", "invest*"]), ("m.site", ["data cent*", "centr* di calcolo"])])
    assert find(index, "They spend; he spends. It invests.") == [("spend", "m.spend"), ("invests", "m.spend")]
    assert find(index, "data-centres, data  center") == [("data-centres", "m.site"), ("data  center", "m.site")]
    assert find(index, "un centro di calcolo, il centro") == [("centro di calcolo", "m.site")]


def test_a_name_needs_its_capital_and_the_longest_of_a_kind_wins() -> None:
    index = CueIndex([("e.meta", ["Meta", "Meta Platforms"]), ("m.word", ["meta"])])
    assert find(index, "meta") == [("meta", "m.word")]
    assert find(index, "Meta Platforms") == [("Meta Platforms", "e.meta"), ("Meta", "m.word")]


def test_the_end_of_a_compound_is_found_within_words() -> None:
    assert find(CueIndex([("m.site", ["*zentrum"])]), "Rechenzentrum und Zentrumsnähe") == [
        ("zentrum", "m.site"),
        ("Zentrum", "m.site"),
    ]


def test_a_cue_that_begins_with_a_mark_is_found_behind_its_word() -> None:
    index = CueIndex([("s.guidance", ["'ll"]), ("p.by_after", ["-ig"])])
    for text, places in (("we'll spend", [(2, 5)]), ("'llama'", []), ("2028-ig épül", [(4, 7)]), ("2028-igen", [])):
        assert [(hit.start, hit.end) for hit in index.find(text, text)] == places


def test_writing_without_spaces_is_searched_letter_by_letter_up_to_the_end() -> None:
    index = CueIndex([("m.a", ["投资"]), ("m.b", ["资"])])
    assert find(index, "总投资") == [("投资", "m.a")]
    assert find(index, "资") == [("资", "m.b")]


def test_particles_written_onto_a_word_do_not_hide_it() -> None:
    index = CueIndex([("m.a", ["شركة ميتا"])], clitics=["و", "ال"])
    assert find(index, "والشركة") == []
    assert find(index, "وشركة الميتا") == [("شركة الميتا", "m.a")]
    assert find(index, "الو") == []


def test_a_stretch_that_begins_or_ends_inside_a_word_holds_no_half_of_it() -> None:
    index = CueIndex([("m.a", ["vest", "in"])])
    text = "invest in"
    assert index.find(text, text, 2, 6) == []
    assert index.find(text, text, 2, 9) == [Hit(7, 9, "m.a", "in")]
    assert index.find(text, text, 0, 2) == []
    assert CueIndex([("m.a", ["投资"])]).find("投资", "投资", 0, 1) == []


def slowly(index: CueIndex, low: str, raw: str) -> list[Hit]:
    """Every cue tried at every beginning of a word, at every letter that needs none, and behind every particle."""
    every = [cue for table in (index._begun, index._starred, index._together) for own in table.values() for cue in own]
    every = sorted(every, key=lambda cue: cue.rank)
    places = [found.start() for found in re.finditer(rf"(?<![{cues._SPACED}])[{cues._SPACED}]", low)]
    if index._clitics:
        marks = [index._clitics.match(low, place) for place in places]
        places += [mark.end() for mark in marks if mark and mark.end() < len(low)]
    places += [place for place, char in enumerate(low) if is_wide(char)]
    hits = [
        Hit(place, end, cue.group, cue.cue)
        for place in sorted(set(places))
        for cue in every
        if low.startswith(cue.head, place) and (end := index._match(cue, low, raw, place, len(low)))
    ]
    for mark in index._marked:
        places = [found.start() for found in re.finditer(re.escape(mark.head), low)]
        ends = [(place, index._match(mark, low, raw, place, len(low))) for place in places]
        hits += [Hit(place, end, mark.group, mark.cue) for place, end in ends if end]
    for group, cue, needle in index._inner:
        hits += [Hit(found.start(), found.end(), group, cue) for found in re.finditer(re.escape(needle), low)]
    return cues._longest(hits)


def written(language: str) -> list[str]:
    """Cues of a language as they may stand in a text."""
    index = MATCHER.words(language).cues
    tables = (index._begun, index._starred, index._together)
    told = {cue.cue for table in tables for own in table.values() for cue in own}
    return sorted(told | {cue for _, cue, _ in index._inner} | {mark.cue for mark in index._marked})


WRITTEN = {language: written(language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.data())
def test_looking_words_up_finds_what_trying_every_cue_finds(language: str, data: st.DataObject) -> None:
    words = st.sampled_from(WRITTEN[language]).map(lambda cue: cue.replace("*", data.draw(st.sampled_from(["", "s"]))))
    gap = st.sampled_from([" ", "-", "  ", "\n", ", ", "", " ال", "و", "x"])
    text = "".join(data.draw(st.lists(st.one_of(words, gap, st.text(max_size=3)), max_size=16)))
    index = MATCHER.words(language).cues
    low = plain(text, MATCHER.variants)
    assert index.find(low, text) == slowly(index, low, text)
