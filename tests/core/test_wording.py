"""Values, periods and differences read as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim
from monitor.core.wording import (
    absolute,
    claim_text,
    difference_text,
    metric_words,
    percent,
    percent_text,
    period_text,
    value_text,
)


def claim(low: str | None, high: str | None, modifier: Modifier = Modifier.EXACT) -> Claim:
    bounds = [None if one is None else Decimal(one) for one in (low, high)]
    return Claim(bounds[0], bounds[1], Decimal(1), Decimal(1), modifier)


@pytest.mark.parametrize(
    ("low", "high", "modifier", "unit", "words"),
    [
        ("64e9", "72e9", Modifier.RANGE, "USD", "$64-72bn"),
        ("950e6", "1.2e9", Modifier.RANGE, "USD", "$950m to $1.2bn"),
        ("13.72e9", "13.72e9", Modifier.EXACT, "USD", "$13.72bn"),
        ("39.071e9", "39.071e9", Modifier.EXACT, "BRL", "R$39.071bn"),
        ("5e9", "5e9", Modifier.EXACT, "CHF", "5bn CHF"),
        ("350000", "350000", Modifier.EXACT, "count", "350,000"),
        ("3350000000", "3350000000", Modifier.EXACT, "count", "3.35 billion"),
        ("600000", "600000", Modifier.APPROX, "count", "about 600,000"),
        ("340000", None, Modifier.AT_LEAST, "count", "over 340,000"),
        (None, "1.5e9", Modifier.AT_MOST, "W", "up to 1.5 GW"),
        ("370e6", "370e6", Modifier.EXACT, "m2", "370m m²"),
        ("74", "74", Modifier.EXACT, "percent", "74%"),
        ("2.5", "2.5", Modifier.EXACT, "times", "2.5×"),
        ("500", "500", Modifier.EXACT, "W", "500 W"),
        ("-4e9", "-4e9", Modifier.EXACT, "USD", "-$4bn"),
        (None, None, Modifier.EXACT, "USD", "no value"),
        ("4.5e9", "4.5e9", Modifier.EXACT, "Wh", "4.5 GWh"),
    ],
)
def test_a_claim_reads_as_people_write_it(
    low: str | None, high: str | None, modifier: Modifier, unit: str, words: str
) -> None:
    assert claim_text(claim(low, high, modifier), unit) == words


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("", ""),
        ("2025", "2025"),
        ("2025-Q2", "Q2 2025"),
        ("2024-06", "June 2024"),
        ("2024-H1", "first half of 2024"),
        ("by 2024-12", "by the end of 2024"),
        ("by 2024", "by the end of 2024"),
        ("by 2024-06", "by the middle of 2024"),
        ("by 2024-05", "by May 2024"),
        ("2024-Q1..Q3", "Q1 to Q3 2024"),
        ("2023..2025", "2023 to 2025"),
    ],
)
def test_a_period_reads_as_people_write_it(period: str, words: str) -> None:
    assert period_text(period) == words


def test_a_difference_names_both_bounds_when_they_moved_apart() -> None:
    assert difference_text(claim("60e9", "65e9"), claim("64e9", "72e9"), "USD") == "+$4bn to +$7bn"


def test_a_difference_between_a_range_and_a_point_names_the_nearer_bound_first() -> None:
    assert difference_text(claim("39.5e9", "41.8e9"), claim("42.31e9", "42.31e9"), "USD") == "+$510m to +$2.81bn"


def test_a_difference_is_said_once_when_both_bounds_moved_alike() -> None:
    assert difference_text(claim("340000", "340000"), claim("350000", "350000"), "count") == "+10,000"


def test_a_bound_that_stayed_is_said_to_have_stayed() -> None:
    assert difference_text(claim("64e9", "72e9"), claim("66e9", "72e9"), "USD") == "+$2bn to ±0"


def test_a_share_moves_by_points() -> None:
    assert difference_text(claim("10", "10"), claim("12", "12"), "percent") == "+2 points"


def test_nothing_is_said_of_a_difference_that_is_none() -> None:
    assert difference_text(claim("5", "5"), claim("5", "5"), "count") is None


def test_nothing_is_said_of_a_difference_without_an_old_value() -> None:
    assert difference_text(None, claim("1", "1"), "count") is None
    assert percent_text(None, claim("1", "1")) is None
    assert absolute(None, claim("1", "1")) is None


def test_a_floor_is_compared_with_a_ceiling_by_what_they_state() -> None:
    assert percent(claim("100", None), claim(None, "110")) == 10
    assert absolute(claim("100", None), claim(None, "110")) == 10


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("100", "109", "+9 %"), ("1000", "996", "-0.4 %"), ("100", "250", "+150 %"), ("0", "5", None), ("7", "7", None),
     ("1000000", "1000001", None)],
)  # fmt: skip
def test_a_percentage_is_rounded_for_reading(old: str, new: str, words: str | None) -> None:
    assert percent_text(claim(old, old), claim(new, new)) == words


def test_an_unnamed_metric_is_still_readable() -> None:
    assert metric_words("meta.gpus.h100") == "Meta GPUs H100"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16, places=3),
       st.sampled_from(["USD", "W", "m2", "count", "percent", "times", "XAU", "Wh"]))  # fmt: skip
def test_every_value_has_words_with_a_digit(value: Decimal, unit: str) -> None:
    words = value_text(value, unit)
    assert any(letter.isdigit() for letter in words)
    assert "E" not in words.replace("EUR", "")
