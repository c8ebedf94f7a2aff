"""Claims survive being written down, with the precision they were printed with."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.notation import read_claim, write_claim
from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim


def claim(low, high, step, modifier):
    one = Decimal(step)
    return Claim(None if low is None else Decimal(low), None if high is None else Decimal(high), one, one, modifier)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("39.071e9", claim(39_071_000_000, 39_071_000_000, 1_000_000, Modifier.EXACT)),
        ("15e9", claim(15_000_000_000, 15_000_000_000, 1_000_000_000, Modifier.EXACT)),
        ("~600e3", claim(600_000, 600_000, 1_000, Modifier.APPROX)),
        (">=350e3", claim(350_000, None, 1_000, Modifier.AT_LEAST)),
        ("<=72e9", claim(None, 72_000_000_000, 1_000_000_000, Modifier.AT_MOST)),
        ("64e9..72e9", claim(64_000_000_000, 72_000_000_000, 1_000_000_000, Modifier.RANGE)),
        ("76834", claim(76_834, 76_834, 1, Modifier.EXACT)),
        ("2.5", claim("2.5", "2.5", "0.1", Modifier.EXACT)),
    ],
)
def test_claims_are_written_as_people_would(text, expected):
    assert read_claim(text) == expected
    assert write_claim(expected) == text


def test_thousands_may_be_parted_when_a_person_writes_them():
    assert read_claim("350,000") == read_claim("350_000") == read_claim("350000")


@pytest.mark.parametrize("text", ["", "about 5", "5..", "7..5", "1e999", "--5", "5e9 USD", "?", "1" * 60])
def test_what_is_not_in_the_notation_is_refused(text):
    assert read_claim(text) is None


def test_a_claim_without_ends_is_a_question_mark():
    assert write_claim(claim(None, None, 1, Modifier.RANGE)) == "?"


@given(
    st.integers(1, 10**15),
    st.integers(0, 12),
    st.sampled_from([Modifier.EXACT, Modifier.APPROX, Modifier.AT_LEAST, Modifier.AT_MOST]),
)
def test_every_claim_reads_back_with_value_and_step(digits, zeros, modifier):
    step = Decimal(1).scaleb(zeros)
    value = digits * step
    low = None if modifier is Modifier.AT_MOST else value
    high = None if modifier is Modifier.AT_LEAST else value
    written = Claim(low, high, step, step, modifier)
    assert read_claim(write_claim(written)) == written


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    assert read_claim(text) is None or isinstance(read_claim(text), Claim)
