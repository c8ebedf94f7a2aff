"""Outside text made safe, short and wrapped."""

import unicodedata

import pytest
from alert_samples import CAPEX
from hypothesis import given
from hypothesis import strategies as st
from message_strategies import items, long_texts, texts

from alerts.text import clean, has_rtl, header_safe, isolate, marked, shorten, starts_rtl, width, wrap


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r\nb", "a b"),
        ("\x1b[31mred\x07", "[31mred"),
        (" two  spaces\u00a0here ", "two spaces here"),
        ("\ud83d", "\ufffd"),
        ("evil\u202egnp.exe", "evil gnp.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner belongs to the word
    ],
)
def test_cleaning_keeps_words_and_drops_commands(raw, shown):
    assert clean(raw) == shown


@given(texts, st.integers(2, 60))
def test_shortened_text_fits_and_is_clean(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == clean(short)
    short.encode()


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abe\u0301d", 4, "ab…"),
        ("ab👩\u200d🚀d", 5, "ab…"),
        ("x", 1, "x"),
    ],
)
def test_no_character_is_torn_apart(text, limit, short):
    assert shorten(text, limit) == short


def test_header_values_are_ascii_and_one_line():
    assert header_safe("a\r\nb é") == "a b ?"


@pytest.mark.parametrize(("text", "found"), [("5 GW", False), ("שלום", True), ("é", False), ("abc مرحبا", True)])
def test_right_to_left_text_is_isolated_and_other_text_left_alone(text, found):
    assert has_rtl(text) is found
    assert isolate(text) == (f"\u2068{text}\u2069" if found else text)


@pytest.mark.parametrize(("text", "first"), [("“5 שלום", True), ("“a שלום", False), ("12", False), ("", False)])
def test_the_first_strong_letter_gives_the_direction(text, first):
    assert starts_rtl(text) is first


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("\u2068a\u2069", 1), ("ｱ", 1)])
def test_width_counts_columns(text, columns):
    assert width(text) == columns


@given(texts.map(clean), st.integers(8, 40))
def test_wrapping_loses_nothing_and_breaks_only_what_may_break(text, columns):
    lines = wrap(text, columns, "  ")
    assert "".join("".join(line.split()) for line in lines) == "".join(text.split())
    for line in lines:
        assert line.startswith("  ")
        if width(line) > columns:
            assert sum(unicodedata.east_asian_width(character) in "WF" for character in line) < columns


def test_a_long_url_stays_whole_on_its_own_line():
    url = "https://long.example/" + "x" * 90
    assert wrap(f"see {url} now", 20) == ["see", url, "now"]


def test_japanese_breaks_between_characters_but_not_before_its_punctuation():
    assert wrap("これは長い文章です。次", 10) == ["これは長い", "文章です。", "次"]
    assert wrap("あいう「かき」く", 8) == ["あいう", "「かき」", "く"]


@given(items)
def test_a_marked_quote_keeps_its_number_and_its_length(item):
    piece = marked(item, 200)
    assert len(piece.before) + len(piece.number) + len(piece.after) <= 330
    start, end = item.number
    if 0 <= start < end <= len(item.quote):
        assert piece.number.strip().startswith(clean(item.quote[start:end])[:50].strip())
    else:
        assert piece.number == ""


@given(long_texts, long_texts)
def test_long_quotes_are_cut_at_their_far_ends(before, after):
    from dataclasses import replace

    quote = f"{before} 72 {after}"
    piece = marked(replace(CAPEX, quote=quote, number=(len(before) + 1, len(before) + 3)), 100)
    assert piece.number == "72"
    assert piece.before.endswith(" ") or not clean(before)


def test_the_pieces_of_a_short_quote_make_the_quote():
    piece = marked(CAPEX)
    assert piece.before + piece.number + piece.after == CAPEX.quote
    assert piece.number == "$64-72 billion"
