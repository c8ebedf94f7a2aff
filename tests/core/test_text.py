"""Folding, sentences and paragraphs keep offsets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import Letters, fold, lower, paragraphs, sentences


@given(st.text())
def test_folding_and_lower_case_keep_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(lower(text)) == len(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１．０７５３", "1.0753"),
        ("٣٥٠", "350"),
        ("१२", "12"),
        ("12\u202f500", "12 500"),
        ("\u200f5", " 5"),
        ("−5’000", "-5'000"),
        ("١٣٫٧", "13.7"),
        ("میلیارد", "ميليارد"),
    ],
)
def test_variants_of_digits_spaces_and_letters_become_plain(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet="abcdef"), st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg")))
def test_letters_are_replaced_as_translate_does_it_even_where_one_stands_for_another(
    text: str, table: dict[str, str]
) -> None:
    codes = {ord(char): plain for char, plain in table.items()}
    assert Letters(codes).plain(text) == text.translate(codes)


def test_a_text_of_many_odd_letters_is_folded_like_one_of_few() -> None:
    text = "".join(map(chr, range(0xFF01, 0xFF5F)))
    assert fold(text) == "".join(map(fold, text))


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("It spent $1.5 billion. It will spend more.", ["It spent $1.5 billion.", "It will spend more."]),
        ("Rund 1,5 Mrd. Euro kostet es. Das ist viel.", ["Rund 1,5 Mrd. Euro kostet es.", "Das ist viel."]),
        ("売上高は1兆円。利益は減った。", ["売上高は1兆円。", "利益は減った。"]),
        ("यह बड़ा है। निवेश बढ़ा।", ["यह बड़ा है।", "निवेश बढ़ा।"]),
        ("Title\n\nBody text", ["Title", "Body text"]),
        ("Mark E. Zuckerberg said so. He left!", ["Mark E. Zuckerberg said so.", "He left!"]),
        ("Доход 64 млрд. В июле он вырос.", ["Доход 64 млрд.", "В июле он вырос."]),
        ("The U.S. plant opened.", ["The U.S. plant opened."]),
        ("Am 30. Juli stieg es. Im 3. Quartal fiel es.", ["Am 30. Juli stieg es.", "Im 3. Quartal fiel es."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expect: list[str]) -> None:
    assert [text[s.start : s.end] for s in sentences(text)] == expect


@given(st.text())
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    spans = sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join(text[s.start : s.end] for s in spans).split() == text.split() or "".join(
        "".join(text[s.start : s.end] for s in spans).split()
    ) == "".join(text.split())


def test_paragraphs_are_the_lines_that_hold_anything() -> None:
    text = " one \n\n\ntwo"
    assert [text[p.start : p.end] for p in paragraphs(text)] == ["one", "two"]


def test_a_letter_that_grows_in_lower_case_becomes_its_plain_letter() -> None:
    assert lower("İSTANBUL") == "istanbul"


@given(st.text(alphabet="a \n\r\t\x0b\x1c\x85\u2028\u3000b"))
def test_paragraphs_are_the_lines_without_the_space_around_them(text: str) -> None:
    lines = [line.strip() for line in text.split("\n")]
    assert [text[span.start : span.end] for span in paragraphs(text)] == [line for line in lines if line]
