"""What an audience is told of all changes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_makers import SERIES, claim

from monitor.core.judge import change_id, difference, wanted
from monitor.core.types.audiences import AlertRule
from monitor.core.types.figures import Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Direction, SourceKind

BILLION = Decimal(10) ** 9


def change(
    old: str | None,
    new: str | None,
    kind: ChangeKind = ChangeKind.CHANGED,
    status: Status = Status.GUIDANCE,
    old_status: Status | None = Status.GUIDANCE,
) -> Change:
    before = claim(old) if old else None
    after = claim(new) if new else None
    identity = change_id(SERIES, kind, after, status, before)
    at = datetime(2025, 5, 1, tzinfo=UTC)
    return Change(identity, SERIES, kind, None, before, after, old_status, status, "r1", at, "because")


def test_without_rules_of_size_every_change_is_wanted() -> None:
    assert wanted(change("60..65", "64..72"), (AlertRule(),), claim("60..65")).wanted


def test_the_first_rule_that_names_the_metric_decides() -> None:
    rules = (AlertRule(metrics=("meta.capex",), drop=True), AlertRule())
    answer = wanted(change("60..65", "64..72"), rules, None)
    assert (answer.wanted, answer.code) == (False, "dropped")
    assert not wanted(change("60..65", "64..72"), (AlertRule(metrics=("llama.*",)),), None).wanted
    assert wanted(change("60..65", "64..72"), (AlertRule(metrics=("llama.*", "meta.*")),), None).wanted


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (AlertRule(min_absolute=5 * BILLION), "small"),
        (AlertRule(min_percent=Decimal(10)), "small"),
        (AlertRule(direction=Direction.LOWERED), "direction"),
        (AlertRule(kinds=frozenset({ChangeKind.NEW})), "kind"),
        (AlertRule(sources=frozenset({SourceKind.PRIMARY})), "source"),
    ],
)
def test_each_limit_keeps_a_change_back_and_says_why(rule: AlertRule, code: str) -> None:
    answer = wanted(change("70", "72"), (rule,), claim("70"))
    assert (answer.wanted, answer.code) == (False, code)
    assert answer.reason


def test_first_values_are_told_whatever_their_size() -> None:
    assert wanted(
        change(None, "2", ChangeKind.NEW, old_status=None), (AlertRule(min_absolute=5 * BILLION),), None
    ).wanted


def test_small_steps_add_up_from_the_last_value_told() -> None:
    rules = (AlertRule(min_percent=Decimal(10)),)
    last, told = claim("70"), []
    for old, new in (("70", "73"), ("73", "76"), ("76", "79"), ("79", "82")):
        if wanted(change(old, new), rules, last).wanted:
            last = claim(new)
            told.append(new)
    assert told == ["79"]


def test_a_value_that_returns_to_the_last_one_told_is_not_told() -> None:
    answer = wanted(change("73", "70"), (AlertRule(),), claim("70"))
    assert (answer.wanted, answer.code) == (False, "known")


def test_a_plan_met_exactly_and_a_withdrawal_are_told() -> None:
    met = change("350", "350", status=Status.ACTUAL, old_status=Status.TARGET)
    assert wanted(met, (AlertRule(),), claim("350")).wanted
    assert wanted(change("350", None, ChangeKind.WITHDRAWN), (AlertRule(min_percent=Decimal(5)),), claim("350")).wanted


def test_the_kind_is_also_seen_from_what_the_audience_knows() -> None:
    only_changed = AlertRule(kinds=frozenset({ChangeKind.CHANGED}))
    narrowed = change("64..72", "66..72", ChangeKind.NARROWED)
    assert wanted(narrowed, (only_changed,), claim("60..65")).wanted
    assert not wanted(narrowed, (only_changed,), claim("64..72")).wanted


def test_differences_take_the_bound_that_moved_most() -> None:
    assert difference(claim("60..65"), claim("64..72")) == (7 * BILLION, Decimal(700) / 65)
    assert difference(claim(">=650"), claim(">=1000"))[0] == 350 * BILLION
    assert difference(claim("64..72"), claim(">=72"))[0] == 8 * BILLION
    zero = Claim(Decimal(0), Decimal(0), Decimal(1), Decimal(1), claim("1").modifier)
    assert difference(zero, claim("1"))[1] == 100


@given(st.lists(st.integers(50, 99), min_size=1, max_size=12), st.integers(1, 30))
def test_an_audience_never_lags_by_more_than_its_threshold(values: list[int], percent: int) -> None:
    rules = (AlertRule(min_percent=Decimal(percent)),)
    last: Claim | None = None
    before: str | None = None
    for value in map(str, values):
        kind = ChangeKind.CHANGED if before else ChangeKind.NEW
        if wanted(change(before, value, kind), rules, last).wanted:
            last = claim(value)
        before = value
        assert last is not None
        assert difference(last, claim(value))[1] < percent or last == claim(value)
