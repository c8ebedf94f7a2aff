"""The judge's small parts: periods as days, values in words, what stands beside a reading."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from judge_makers import SERIES, Ledger, claim, reading

from monitor.core.judge import SeriesHistory, claim_words, difference, judge_readings, judge_resolution, resolve, wanted
from monitor.core.judge.decide import withdrawals
from monitor.core.judge.sameness import precision
from monitor.core.judge.spans import days_of, is_closed, is_over, may_be_same
from monitor.core.types.audiences import AlertRule
from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import MetricRules, SeriesKey, SourceKind


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-Q1..Q3", date(2024, 1, 1), date(2024, 9, 30)),
        ("2023..2025", date(2023, 1, 1), date(2025, 12, 31)),
        ("by 2030", date(2030, 1, 1), date(2030, 12, 31)),
        ("by 2024-12", date(2024, 12, 1), date(2024, 12, 31)),
    ],
)
def test_periods_cover_days(period: str, first: date, last: date) -> None:
    assert days_of(period) == (first, last)


@pytest.mark.parametrize("period", ["", "soon", "2025-13", "x..2025", "0000"])
def test_what_is_no_period_covers_none(period: str) -> None:
    assert days_of(period) is None
    assert is_over(period, date(2025, 1, 1))
    assert not is_closed(period, date(2025, 1, 1))


def test_a_target_may_be_met_some_weeks_early_and_a_year_may_not() -> None:
    assert is_over("by 2024-12", date(2024, 11, 20))
    assert not is_over("2024", date(2024, 11, 20))
    assert not is_closed("by 2024-12", date(2026, 1, 1))
    assert is_closed("2024", date(2025, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("by 2024-12", "2024", True),
        ("by 2024", "by 2024-12", True),
        ("2024-06", "2024-Q2", True),
        ("", "2025", True),
        ("2024-Q1", "2024-Q2", False),
        ("2024", "2025", False),
        ("2024-Q1..Q3", "2024", True),
        ("2024-06", "2025-Q2", False),
        ("soon", "2025", False),
    ],
)
def test_two_texts_may_mean_one_time(one: str, other: str, same: bool) -> None:
    assert may_be_same(one, other) is same
    assert may_be_same(other, one) is same


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("13.72", "USD", "13.72bn USD"),
        ("64..72", "USD", "64bn to 72bn USD"),
        ("<=72", "USD", "up to 72bn USD"),
        (">=0.35", "count", "over 350m"),
        ("~0.0006", "count", "about 600,000"),
        ("5", "W", "5 GW"),
        ("0.3", "W", "300 MW"),
        ("0.00002", "W", "20 kW"),
        ("0.00000005", "W", "50 W"),
        ("1200", "USD", "1.2tn USD"),
    ],
)
def test_values_in_words(text: str, unit: str, words: str) -> None:
    assert claim_words(claim(text), unit) == words


def test_no_value_in_words() -> None:
    nothing = replace(claim("1"), low=None, high=None)
    assert claim_words(nothing) == "no value"
    assert difference(claim("1"), nothing) == (Decimal(0), Decimal(0))


def test_exact_numbers_and_ranges_say_more_than_bounds() -> None:
    assert precision(claim(">=72")) < precision(claim("~72")) < precision(claim("72")) < precision(claim("72.2"))


# ---- rules that need a little ledger


def test_a_first_poll_holds_nothing_back_in_public() -> None:
    rules = MetricRules(SERIES.metric, (Decimal(10**9), Decimal(10**11)))
    decisions = Ledger(r=rules).each(reading("640..720", 0, background=True))
    assert (decisions[0].change, decisions[0].conflict) == (None, None)


def test_an_impossible_old_value_fills_nothing() -> None:
    rules = MetricRules(SERIES.metric, (Decimal(10**9), Decimal(10**11)))
    decisions = Ledger(r=rules).add(reading("64..72", 0, article="a"), reading("640", 0, article="a", role=Role.PRIOR))
    assert [d.code for d in decisions] == ["new", "prior"]


def test_an_empty_claim_is_no_value() -> None:
    one = reading("64", 0)
    empty = replace(one, id="r-empty", claim=replace(one.claim, low=None, high=None))
    assert Ledger().add(empty)[0].code == "no-value"


def test_one_reading_given_twice_gets_one_decision() -> None:
    one = reading("64..72", 0)
    first, second = judge_readings({}, (one, one), {})
    assert first == second


def test_a_first_value_that_two_sources_confirm_is_told_though_it_came_too_early() -> None:
    decisions = Ledger().each(reading("50.3", 200, status=Status.ACTUAL), reading("50.3", 201, status=Status.ACTUAL))
    assert [d.code for d in decisions] == ["conflict-too-early", "confirmed"]
    assert decisions[1].change is not None


def test_a_rumour_confirmed_by_a_second_outlet_is_an_ordinary_change() -> None:
    decisions = Ledger().each(
        reading("64..72", 0, source=SourceKind.PRIMARY), reading("62..70", 1), reading("62..70", 1.5)
    )
    assert [str(d.change.kind) for d in decisions if d.change] == ["new", "changed"]


def test_reported_values_confirmed_by_two_correct_the_first() -> None:
    series = SeriesKey("meta.revenue", "2024-Q4", "USD")
    decisions = Ledger().each(
        reading("48.4", 0, series=series, status=Status.ACTUAL),
        reading("46.8", 1, series=series, status=Status.ACTUAL),
        reading("46.8", 2, series=series, status=Status.ACTUAL),
    )
    assert [str(d.change.kind) for d in decisions if d.change] == ["new", "corrected"]


def test_the_number_just_told_is_held_for_a_site_and_told_when_a_person_accepts_it() -> None:
    site = SeriesKey("meta.datacenter.hyperion.cost", "", "USD")
    rules = {site.metric: MetricRules(site.metric, extra=(("family", "true"),))}
    other = Ledger().add(reading("115..135", 0))[0].change
    assert other is not None
    one = reading("115..135", 1, series=site)
    (decision,) = judge_readings({}, (one,), rules, (replace(other, series=site), other))
    assert decision.conflict is not None
    history = SeriesHistory((one,), (), (decision.conflict,))
    accepted = judge_resolution(history, resolve(decision.conflict, accept=True, by="it is so"), rules[site.metric])
    assert accepted.change is not None
    assert judge_readings({}, (reading("27", 1, series=site),), rules, (other,))[0].code == "new"
    assert judge_readings({}, (reading(">=115", 1, series=site),), rules, (other,))[0].code == "new"
    assert judge_readings({}, (reading("116..135", 1, series=site),), rules, (other,))[0].code == "new"


def test_a_value_of_another_period_told_later_or_by_analysts_says_nothing() -> None:
    other = replace(SERIES, period="")
    ledger = Ledger()
    ledger.add(reading("64..72", 9, series=other))
    assert ledger.add(reading("64..72", 0))[0].code == "new"
    ledger = Ledger()
    ledger.add(reading("58.1", 0, series=other, status=Status.ESTIMATE))
    assert ledger.add(reading("58.1", 1))[0].code == "new"


def test_a_series_without_a_period_is_named_so() -> None:
    ledger = Ledger()
    ledger.add(reading("64..72", 0, series=replace(SERIES, period="")))
    assert ledger.add(reading("64..72", 1))[0].reason == "64bn to 72bn USD is known without a period"


def test_one_article_may_give_one_value_to_two_periods() -> None:
    decisions = Ledger().add(
        reading("64..72", 0, article="a"), reading("64..72", 0, article="a", series=replace(SERIES, period="2026"))
    )
    assert [d.code for d in decisions] == ["new", "new"]


def test_other_units_and_metrics_never_make_a_conversion() -> None:
    power = SeriesKey("meta.capex", "2025", "W")
    assert Ledger().add(reading("5", 0, series=power), reading("64..72", 0, number_at=50))[1].code == "new"


def test_what_is_printed_still_is_not_withdrawn() -> None:
    ledger = Ledger()
    one = reading("27", 0, article="a")
    ledger.add(one)
    assert withdrawals(ledger.histories, "a", (one,), one.seen_at) == ()
    assert withdrawals(ledger.histories, "b", (), one.seen_at) == ()


def test_an_audience_without_a_matching_rule_hears_nothing() -> None:
    change = Ledger().add(reading("64..72", 0))[0].change
    assert change is not None
    assert wanted(change, (), None).code == "no-rule"
    assert wanted(change, (AlertRule(sources=frozenset()),), None, SourceKind.SEED).wanted


def test_an_impossible_value_waits_for_the_company_however_many_print_it() -> None:
    rules = MetricRules(SERIES.metric, (Decimal(10**9), Decimal(10**11)))
    decisions = Ledger(r=rules).each(
        *(reading("640", day) for day in range(4)), reading("640", 5, source=SourceKind.PRIMARY)
    )
    assert [d.code for d in decisions] == ["conflict-implausible", *["conflict-repeat"] * 3, "confirmed"]


def test_a_value_told_of_another_unit_is_not_this_one() -> None:
    site = SeriesKey("meta.datacenter.hyperion.power", "", "W")
    rules = {site.metric: MetricRules(site.metric, extra=(("family", "true"),))}
    other = Ledger().add(reading("115..135", 0))[0].change
    assert other is not None
    assert judge_readings({}, (reading("115..135", 1, series=site),), rules, (other,))[0].code == "new"


def test_a_bound_under_another_period_is_no_sign_of_a_misread_one() -> None:
    ledger = Ledger()
    ledger.add(reading(">=64", 0))
    assert ledger.add(reading(">=64", 1, series=replace(SERIES, period="2026")))[0].code == "new"
