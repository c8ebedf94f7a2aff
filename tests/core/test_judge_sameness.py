"""What counts as the same value, bound by bound and by printed precision."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_makers import BN, claim

from monitor.core.judge import Likeness, compare
from monitor.core.judge.kinds import direction_of, kind_of, power_of_ten
from monitor.core.types.ledger import ChangeKind, Direction

ONE = Decimal(1)
SAME, COMPATIBLE, DIFFERENT = Likeness.SAME, Likeness.COMPATIBLE, Likeness.DIFFERENT

CASES = [
    # two numbers: their rounding intervals meet, or one is the other cut short
    ("8.2", "8.2", BN, SAME),
    ("8.2", "8.21", BN, SAME),
    ("8.21", "8.2", BN, SAME),
    ("8", "8.21", BN, SAME),
    ("8.2", "8.3", BN, DIFFERENT),
    ("8.2", "8.28", BN, SAME),  # cut after the first decimal
    ("8.2", "8.31", BN, DIFFERENT),
    ("40.58", "40.59", BN, SAME),  # one cut, one rounded, of 40.589
    ("40.58", "40.62", BN, DIFFERENT),
    ("39.071", "39.1", BN, SAME),
    ("39.071", "39.07", BN, SAME),
    ("1", "1.4", BN, DIFFERENT),  # printed to the billion, yet no rounding
    ("5", "5.2", BN, SAME),
    # written out: zeros at the end are rounding, in reason
    ("350000", "352400", ONE, SAME),
    ("350000", "400000", ONE, DIFFERENT),
    ("350000", "600000", ONE, DIFFERENT),
    ("80000", "78450", ONE, DIFFERENT),
    ("67000", "67317", ONE, SAME),
    # about and nearly
    ("~165", "164.5", BN, SAME),
    ("~165", "134.9", BN, DIFFERENT),
    ("~600000", "590000", ONE, SAME),
    ("~76000", "74067", ONE, DIFFERENT),
    ("~72", "70", BN, DIFFERENT),
    ("~1", "0.97", BN, SAME),
    ("590000", "~600000", ONE, SAME),
    ("~500000000", "~1000000000", ONE, DIFFERENT),
    ("17", "16.64", BN, SAME),
    # floors
    (">=15", "16", BN, COMPATIBLE),
    (">=15", "19.2", BN, DIFFERENT),
    (">=72", "72.22", BN, COMPATIBLE),
    ("350000", ">=350000", ONE, COMPATIBLE),
    ("350000", ">=340000", ONE, COMPATIBLE),
    ("350000", ">=400000", ONE, DIFFERENT),
    (">=340000", ">=350000", ONE, COMPATIBLE),
    (">=650000000", ">=1000000000", ONE, DIFFERENT),
    (">=1", "5", BN, DIFFERENT),
    # ceilings
    ("<=72", "64..72", BN, COMPATIBLE),
    ("64..72", "<=72", BN, COMPATIBLE),
    ("64..72", "<=75", BN, DIFFERENT),
    ("64..72", "<=70", BN, DIFFERENT),
    ("<=5", "5", BN, COMPATIBLE),
    ("5", "<=5", BN, COMPATIBLE),
    ("<=5", "3", BN, DIFFERENT),
    ("<=5", "5.4", BN, DIFFERENT),
    ("72", "<=90", BN, DIFFERENT),
    ("<=72", "<=75", BN, DIFFERENT),
    (">=340000", "<=350000", ONE, COMPATIBLE),
    ("<=350000", ">=340000", ONE, COMPATIBLE),
    # ranges, bound by bound: overlap is not equality
    ("64..72", "64..72", BN, SAME),
    ("64..72", "66..72", BN, DIFFERENT),
    ("60..65", "64..72", BN, DIFFERENT),
    ("38.5..41", "38..41", BN, SAME),  # an outlet that drops the decimals
    ("38.5..41", "37..41", BN, DIFFERENT),
    ("38..40", ">=38", BN, COMPATIBLE),
    ("38..40", ">=39", BN, COMPATIBLE),
    ("38..40", ">=45", BN, DIFFERENT),
    ("38..40", ">=30", BN, COMPATIBLE),
    (">=60", "64..72", BN, COMPATIBLE),
    (">=60", "80..90", BN, DIFFERENT),
    ("115..135", "~135", BN, COMPATIBLE),
    ("115..135", "125", BN, COMPATIBLE),
    ("115..135", "140", BN, DIFFERENT),
    ("~135", "115..135", BN, COMPATIBLE),
    ("350000", "340000..360000", ONE, COMPATIBLE),
    ("66", "60..90", BN, DIFFERENT),
]


@pytest.mark.parametrize(("old", "new", "scale", "want"), CASES)
def test_claims_compare_as_a_reader_would(old: str, new: str, scale: Decimal, want: Likeness) -> None:
    found = compare(claim(old, scale), claim(new, scale))
    assert found.likeness is want, found.reason
    assert found.reason


def test_rounding_is_explained_in_words() -> None:
    assert compare(claim("13.7"), claim("13.72")).reason == (
        "rounding: 13.7bn and 13.72bn meet at the printed precision"
    )


def test_nothing_is_the_same_as_no_value() -> None:
    nothing = claim("1")
    nothing = type(nothing)(None, None, nothing.low_step, nothing.high_step, nothing.modifier)
    assert compare(claim("1"), nothing).likeness is DIFFERENT


numbers = st.decimals(min_value="0.001", max_value="999", places=3, allow_nan=False)


def printed(value: Decimal, places: int, scale: Decimal = BN) -> str:
    return f"{value:.{places}f}"


@given(numbers, st.integers(0, 3), st.integers(0, 3))
def test_one_number_printed_at_two_precisions_of_three_digits_is_the_same(value: Decimal, a: int, b: int) -> None:
    value += 100
    assert compare(claim(printed(value, a)), claim(printed(value, b))).likeness is SAME


@given(numbers, numbers, st.integers(0, 3), st.integers(0, 3))
def test_comparing_points_does_not_depend_on_which_came_first(x: Decimal, y: Decimal, a: int, b: int) -> None:
    one, other = claim(printed(x + 1, a)), claim(printed(y + 1, b))
    assert compare(one, other).likeness is compare(other, one).likeness


@given(numbers, st.integers(0, 3), st.decimals(min_value="1.12", max_value="8", places=2))
def test_an_eighth_more_is_never_the_same_point(value: Decimal, places: int, factor: Decimal) -> None:
    value += 10
    one, other = claim(printed(value, places)), claim(printed(value * factor, places))
    assert compare(one, other).likeness is DIFFERENT


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("35..40", "37..40", ChangeKind.NARROWED),
        ("96..99", "96..98", ChangeKind.NARROWED),
        ("64..72", "66..72", ChangeKind.NARROWED),
        ("64..72", "60..65", ChangeKind.CHANGED),
        ("60..65", "64..72", ChangeKind.CHANGED),
        ("114..119", "113..118", ChangeKind.CHANGED),
        ("64..72", "60..80", ChangeKind.WIDENED),
        ("64..72", "70", ChangeKind.NARROWED),
        ("64..72", ">=72", ChangeKind.CHANGED),
        ("350", "600", ChangeKind.CHANGED),
        (">=650", ">=1000", ChangeKind.CHANGED),
    ],
)
def test_changes_are_called_by_what_happened_to_the_bounds(old: str, new: str, kind: ChangeKind) -> None:
    assert kind_of(claim(old), claim(new)) is kind


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("60..65", "64..72", Direction.RAISED),
        ("64..72", "60..65", Direction.LOWERED),
        ("350", "350", Direction.SAME),
        ("350", "350.2", Direction.SAME),
        ("60..80", "65..75", Direction.SAME),
        (">=650", ">=1000", Direction.RAISED),
        ("64..72", "72.2", Direction.RAISED),
    ],
)
def test_directions(old: str, new: str, way: Direction) -> None:
    assert direction_of(claim(old), claim(new)) is way


@pytest.mark.parametrize(
    ("old", "new", "power"),
    [
        ("53.5..56.5", "535..565", 1),
        ("270", "0.27", -3),
        ("27", "270", 1),
        ("27", "2700", 2),
        ("27", "271", 1),
        ("27", "300", 0),
        ("64..72", "<=720", 1),
        (">=35", "<=3.5", -1),
        ("64..72", "640..900", 0),
    ],
)
def test_slips_of_ten_are_seen_in_the_leading_digits(old: str, new: str, power: int) -> None:
    assert power_of_ten(claim(old), claim(new)) == power
