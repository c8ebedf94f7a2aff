"""Numbers in digits, words and ideographs, and everything that babel can format, read back."""

from collections import Counter
from decimal import Decimal

import pytest
from babel_figures import LOCALES, reread
from examples import THOROUGH
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.composing import Number
from monitor.core.digits import digits_value
from monitor.core.numerals import Numerals
from monitor.core.text import fold, lower
from monitor.core.vocabulary import vocabulary
from monitor.packs.load import load_packs

PACKS = load_packs()


def number(text: str, language: str) -> Number | None:
    folded = fold(text).translate(PACKS.language(language).variants)
    words = vocabulary(PACKS.language(language))
    token = words.scan.match(lower(folded))
    return Numerals(words, folded, lower(folded)).at(0, token.group()) if token else None


@pytest.mark.parametrize(
    ("token", "mark", "value"),
    [
        ("1,234", ".", "1234"),
        ("1.234", ",", "1234"),
        ("39,071", ",", "39.071"),
        ("0.125", ",", "0.125"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1,234,567.89", ",", "1234567.89"),
        ("12,34,567", ".", "1234567"),
        ("600'000", ".", "600000"),
        ("8,47", ".", "8.47"),
        ("3.1.2", ".", None),
        ("30.10.2025", ",", None),
        ("1,2345,6", ".", None),
    ],
)
def test_digits_with_their_marks(token: str, mark: str, value: str | None) -> None:
    read = digits_value(token, mark, "," if mark == "." else ".")
    assert (None if read is None else read[0]) == (None if value is None else Decimal(value))


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=0, max_value=4))
def test_grouped_digits_are_worth_what_was_printed_in_either_style(whole: int, places: int) -> None:
    value = Decimal(whole).scaleb(-places)
    english = f"{value:,f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    for token, mark in ((english, "."), (continental, ",")):
        read = digits_value(token, mark, "," if mark == "." else ".")
        assert read is not None
        assert read[0] == value
        assert read[1] == Decimal(1).scaleb(-places)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "two hundred and fifty thousand", "250e3"),
        ("en", "twenty-five", "25"),
        ("en", "one and a half billion", "1.5e9"),
        ("en", "1 million 250 thousand", "1.25e6"),
        ("en", "1.5 lakh crore", "1.5e12"),
        ("de", "achtundsiebzig Millionen", "78e6"),
        ("de", "siebenhundert", "700"),
        ("de", "anderthalb Milliarden", "1.5e9"),
        ("es", "mil millones", "1e9"),
        ("es", "cuarenta y dos", "42"),
        ("pt", "40 mil milhões", "40e9"),
        ("it", "2 mila miliardi", "2e12"),
        ("fr", "un milliard", "1e9"),
        ("zh", "一万五千亿", "15000e8"),
        ("zh", "一点五亿", "1.5e8"),
        ("zh", "2.5万亿", "2.5e12"),
        ("ja", "一兆二千億", "12000e8"),
        ("ja", "364億6000万", "36460e6"),
        ("ja", "百八十億", "180e8"),
        ("ko", "4억 2천만", "420e6"),
        ("ko", "598억9000만", "59890e6"),
        ("ko", "50만 9375달러", "509375"),
        ("hi", "3.5 लाख", "350e3"),
        ("ru", "1 млн 250 тыс.", "1.25e6"),
        ("vi", "4 tỷ 200 triệu", "4.2e9"),
        ("ar", "5ر1 مليار", "1.5e9"),
        ("ar", "١٣٫٧ مليار", "13.7e9"),
        ("th", "2.7 แสนล้าน", "2.7e11"),
        ("tr", "78 bin 450", "78450"),
        ("es", "78 mil 450", "78450"),
        ("es", "38 mil 890 millones", "38890000000"),
        ("es", "10 mil 2025", "10000"),
    ],
)
def test_numbers_in_words_and_scales(language: str, text: str, value: str) -> None:
    read = number(text, language)
    assert read is not None
    assert read.value == Decimal(value)


def test_a_megawatt_sign_is_no_trillion() -> None:
    read = number("500兆瓦", "zh")
    assert read is not None
    assert read.value == 500


def test_a_number_that_nobody_prints_is_left_alone() -> None:
    assert number("9" * 41, "en") is None
    assert number("一" * 41, "ja") is None


@pytest.mark.parametrize("locale", LOCALES)
def test_what_babel_formats_reads_back(locale: str) -> None:
    read, wrong = reread(locale, 1_000 if THOROUGH else 10)
    assert read - len(wrong) >= 0.99 * read, (Counter(case.kind for case in wrong), wrong[:5])
