"""The judge by its stories: what is told, what stays quiet, what is held back, and the words it gives."""

from dataclasses import replace
from decimal import Decimal

import pytest
from judge_makers import SERIES, Ledger, claim, reading

from monitor.core.judge import (
    SeriesHistory,
    judge_readings,
    judge_resolution,
    resolve,
    rulings,
    settle,
    timeline,
    withdrawals,
)
from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import ChangeKind, Direction, MetricRules, SeriesKey, SourceKind

HEADCOUNT = SeriesKey("meta.headcount", "", "count")
ONE = Decimal(1)


def told(decisions) -> list[tuple[str, str | None, str]]:
    """Kind, old and new of what was told, in billions."""
    return [(str(d.change.kind), text(d.change.old), text(d.change.new)) for d in decisions if d.change is not None]


def text(value) -> str | None:
    if value is None:
        return None
    ends = ["" if end is None else f"{(end / 10**9).normalize():f}" for end in (value.low, value.high)]
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


# ---- one series tells the whole story of a figure


def test_a_years_guidance_is_told_step_by_step_until_the_actual() -> None:
    ledger = Ledger()
    decisions = ledger.each(
        reading("60..65", 0),
        reading("64..72", 80),
        reading("66..72", 170),
        reading("70..72", 260),
        reading("72.2", 370, status=Status.ACTUAL),
    )
    assert told(decisions) == [
        ("new", None, "60..65"),
        ("changed", "60..65", "64..72"),
        ("narrowed", "64..72", "66..72"),
        ("narrowed", "66..72", "70..72"),
        ("changed", "70..72", "72.2"),
    ]
    last = decisions[-1].change
    assert last is not None
    assert (last.old_status, last.status, last.direction) == (Status.GUIDANCE, Status.ACTUAL, Direction.RAISED)
    assert "guidance 70bn to 72bn USD is replaced by the actual 72.2bn USD" in last.reason


def test_an_actual_at_the_very_value_of_its_target_is_told_once_with_no_direction() -> None:
    series = SeriesKey("meta.gpus.h100", "by 2025-12", "count")
    ledger = Ledger()
    plan = reading("350000", 0, series=series, scale=ONE, status=Status.TARGET)
    done = reading("350000", 340, series=series, scale=ONE, status=Status.ACTUAL)
    again = reading("350000", 341, series=series, scale=ONE, status=Status.ACTUAL)
    decisions = ledger.each(plan, done, again)
    assert [d.change.kind for d in decisions if d.change] == [ChangeKind.NEW, ChangeKind.CHANGED]
    assert decisions[1].change is not None
    assert decisions[1].change.direction is Direction.SAME


def test_an_actual_that_only_bounds_the_guidance_replaces_it() -> None:
    decisions = Ledger().each(reading("64..72", 0), reading(">=72", 370, status=Status.ACTUAL))
    assert told(decisions) == [("new", None, "64..72"), ("changed", "64..72", "72..")]


def test_an_actual_figure_of_a_year_still_running_is_the_plan_retold() -> None:
    decisions = Ledger().each(reading("64..72", 0), reading("64..72", 30, status=Status.ACTUAL))
    assert [d.code for d in decisions] == ["new", "repeat"]


def test_a_range_said_to_be_actual_after_the_year_is_the_old_guidance() -> None:
    decisions = Ledger().each(reading("66..72", 0), reading("66..72", 400, status=Status.ACTUAL))
    assert decisions[1].change is None


def test_guidance_after_the_actual_is_quiet() -> None:
    decisions = Ledger().each(reading("72.2", 370, status=Status.ACTUAL), reading("66..72", 371))
    assert [d.code for d in decisions] == ["new", "after-actual"]


def test_a_project_whose_plan_is_read_as_fact_has_not_changed() -> None:
    series = SeriesKey("meta.datacenter.hyperion.power", "", "W")
    decisions = Ledger().each(
        reading("5", 0, series=series, status=Status.TARGET), reading("5", 3, series=series, status=Status.ACTUAL)
    )
    assert [d.code for d in decisions] == ["new", "repeat"]


def test_an_article_that_quotes_old_and_new_tells_both_though_the_ledger_is_empty() -> None:
    decisions = Ledger().add(reading("64..72", 0, article="a"), reading("60..65", 0, article="a", role=Role.PRIOR))
    assert told(decisions) == [("changed", "60..65", "64..72")]
    assert [d.code for d in decisions] == ["changed", "prior"]


def test_the_old_value_an_article_quotes_counts_where_the_ledger_missed_a_step() -> None:
    ledger = Ledger()
    ledger.add(reading("60..65", 0))
    decisions = ledger.add(reading("66..72", 170, article="b"), reading("64..72", 170, article="b", role=Role.PRIOR))
    assert told(decisions) == [("narrowed", "64..72", "66..72")]


def test_a_prior_value_of_long_ago_does_not_hide_the_last_one() -> None:
    ledger = Ledger()
    ledger.each(reading("60..65", 0), reading("64..72", 80))
    decisions = ledger.add(reading("66..72", 170, article="b"), reading("60..65", 170, article="b", role=Role.PRIOR))
    assert told(decisions) == [("narrowed", "64..72", "66..72")]


def test_background_and_prior_fill_silently_and_later_news_of_the_value_repeats_it() -> None:
    decisions = Ledger().each(reading("60..65", 0, role=Role.BACKGROUND), reading("60..65", 2), reading("64..72", 80))
    assert told(decisions) == [("changed", "60..65", "64..72")]


def test_a_passing_mention_of_the_same_day_does_not_make_the_report_old_news() -> None:
    decisions = Ledger().each(
        reading("64..72", 0, role=Role.BACKGROUND), reading("64..72", 0.5), reading("64..72", 0.6)
    )
    assert told(decisions) == [("new", None, "64..72")]


def test_background_never_moves_a_series() -> None:
    decisions = Ledger().each(reading("64..72", 80), reading("10", 90, role=Role.BACKGROUND))
    assert decisions[1].code == "background"
    assert decisions[1].change is None


def test_news_of_the_day_is_told_though_a_background_mention_came_first() -> None:
    ledger = Ledger()
    decisions = ledger.each(reading("64..72", 0, article="m", role=Role.BACKGROUND), reading("64..72", 0, article="n"))
    assert told(decisions) == [("new", None, "64..72")]


def test_news_of_the_day_is_told_though_an_article_without_news_called_the_value_old() -> None:
    ledger = Ledger()
    lone = reading("64..72", 0, article="m", role=Role.PRIOR, background=True)
    assert told(ledger.each(lone, reading("64..72", 0, article="n"))) == [("new", None, "64..72")]


def test_the_first_poll_and_the_seeds_fill_silently() -> None:
    decisions = Ledger().each(
        reading("60..65", 0, background=True),
        reading("60..65", 1),
        reading("64..72", 80, source=SourceKind.SEED),
        reading("64..72", 81),
    )
    assert told(decisions) == []
    assert decisions[0].code == "silent"


def test_what_has_no_quote_is_never_told() -> None:
    decisions = Ledger().each(reading("60..65", 0, quoted=False))
    assert told(decisions) == []


# ---- quiet


@pytest.mark.parametrize(
    ("known", "again", "code"),
    [
        ("64..72", "64..72", "repeat"),
        ("64..72", "<=72", "bound"),
        ("64..72", ">=64", "bound"),
        ("64..72", "70", "inside"),
        ("13.72", "13.7", "rounding"),
        ("13.72", "14", "rounding"),
        ("40.589", "40.58", "truncation"),
        ("~165", "164.5", "about"),
        (">=72", "72.22", "covered"),
        ("72.22", ">=72", "weaker"),
    ],
)
def test_other_words_for_a_known_value_are_quiet_with_their_reason(known: str, again: str, code: str) -> None:
    decisions = Ledger().each(reading(known, 0), reading(again, 1))
    assert decisions[1].change is None
    assert decisions[1].code == code
    assert decisions[1].reason


def test_the_same_article_read_again_says_nothing() -> None:
    one = reading("64..72", 0)
    decisions = Ledger().each(one, one)
    assert decisions[1].code == "repeat"


def test_an_old_value_told_again_is_quiet() -> None:
    decisions = Ledger().each(reading("60..65", 0), reading("64..72", 80), reading("60..65", 90), reading("<=65", 91))
    assert [d.code for d in decisions] == ["new", "changed", "old-value", "old-value"]


def test_the_company_may_come_back_to_a_value_after_months() -> None:
    decisions = Ledger().each(
        reading("60..65", 0), reading("64..72", 80), reading("60..65", 270, source=SourceKind.PRIMARY)
    )
    assert told(decisions)[-1] == ("changed", "64..72", "60..65")


def test_an_article_may_report_the_way_back_by_quoting_both() -> None:
    ledger = Ledger()
    ledger.each(reading("60..65", 0), reading("64..72", 80))
    decisions = ledger.add(reading("60..65", 170, article="b"), reading("64..72", 170, article="b", role=Role.PRIOR))
    assert told(decisions) == [("changed", "64..72", "60..65")]


def test_analysts_estimates_neither_tell_nor_settle() -> None:
    decisions = Ledger().each(reading("58", 0, status=Status.ESTIMATE), reading("59.9", 1))
    assert [d.code for d in decisions] == ["estimate", "new"]
    assert told(decisions) == [("new", None, "59.9")]


def test_estimates_are_the_value_where_only_others_count() -> None:
    shipments = SeriesKey("meta.gpus.h100.shipments", "2023", "count")
    ledger = Ledger(s=MetricRules(shipments.metric, extra=(("third_party", "true"),)))
    decisions = ledger.each(
        reading("150000", 0, series=shipments, scale=ONE, status=Status.ESTIMATE),
        reading("150000", 1, series=shipments, scale=ONE, status=Status.ESTIMATE),
        reading("173000", 2, series=shipments, scale=ONE, status=Status.ACTUAL, source=SourceKind.PRIMARY),
        reading("150000", 3, series=shipments, scale=ONE, status=Status.ESTIMATE),
    )
    assert [d.code for d in decisions] == ["new", "repeat", "actual", "estimate"]


def test_what_is_denied_is_no_value() -> None:
    decisions = Ledger().each(reading("64..72", 0), reading("100", 1, status=Status.DENIED))
    assert decisions[1].code == "denied"


def test_what_only_grows_does_not_shrink() -> None:
    downloads = SeriesKey("llama.downloads", "", "count")
    ledger = Ledger(d=MetricRules(downloads.metric, cumulative=True))
    decisions = ledger.each(
        reading(">=0.65", 0, series=downloads, status=Status.ACTUAL),
        reading(">=1", 370, series=downloads, status=Status.ACTUAL),
        reading("0.35", 380, series=downloads, status=Status.ACTUAL),
    )
    assert told(decisions) == [("new", None, "0.65.."), ("changed", "0.65..", "1..")]
    assert decisions[2].code == "cumulative"


def test_a_conversion_in_the_same_article_is_quiet_whatever_its_place() -> None:
    euros = replace(SERIES, unit="EUR")
    dollars_first = Ledger().add(
        reading("64..72", 0, article="a", number_at=5), reading("59..66", 0, article="a", series=euros, number_at=40)
    )
    assert [d.code for d in dollars_first] == ["new", "conversion"]


def test_a_figure_in_another_currency_than_the_known_one_is_a_conversion() -> None:
    won = replace(SERIES, unit="KRW")
    decisions = Ledger().each(reading("64..72", 0), reading("93000..104000", 1, series=won))
    assert decisions[1].code == "conversion"


def test_the_home_currency_of_a_metric_makes_every_other_a_conversion() -> None:
    ledger = Ledger(c=MetricRules(SERIES.metric, extra=(("currency", "USD"),)))
    decisions = ledger.each(reading("59..66", 0, series=replace(SERIES, unit="EUR")), reading("64..72", 1))
    assert told(decisions) == [("new", None, "64..72")]


def test_a_value_known_under_a_better_read_period_is_quiet() -> None:
    by = SeriesKey("meta.gpus.h100", "by 2025-12", "count")
    loose = SeriesKey("meta.gpus.h100", "2025", "count")
    decisions = Ledger().each(
        reading("350000", 0, series=by, scale=ONE, status=Status.TARGET),
        reading("350000", 1, series=loose, scale=ONE, status=Status.TARGET),
    )
    assert decisions[1].code == "other-period"


def test_two_quarters_may_have_one_value() -> None:
    first, second = (SeriesKey("meta.reality_labs.operating_loss", f"2024-Q{n}", "USD") for n in (1, 2))
    decisions = Ledger().each(
        reading("4.4", 0, series=first, status=Status.ACTUAL), reading("4.4", 90, series=second, status=Status.ACTUAL)
    )
    assert [d.code for d in decisions] == ["new", "new"]


# ---- late arrivals


def test_an_older_article_that_arrives_late_is_not_told() -> None:
    decisions = Ledger().each(reading("64..72", 80), reading("60..65", 0))
    assert told(decisions) == [("new", None, "64..72")]
    assert decisions[1].code == "older"
    assert "64bn to 72bn USD was published later" in decisions[1].reason


def test_a_late_article_that_is_still_the_newest_of_its_value_is_told() -> None:
    decisions = Ledger().each(
        reading("60..65", 90), reading("60..65", 0), reading("64..72", 80)
    )  # 60-65 was retold in May, first told in January, and 64-72 was told in April
    assert told(decisions) == [("new", None, "60..65"), ("changed", "60..65", "64..72")]


# ---- conflicts


def test_a_slip_of_ten_is_held_until_a_second_source_says_it() -> None:
    ledger = Ledger()
    decisions = ledger.each(
        reading("53.5..56.5", 0, publisher="a.example"),
        reading("535..565", 1, publisher="b.example"),
        reading("535..565", 1, publisher="b.example", article="b2"),
        reading("535..565", 2, publisher="c.example"),
    )
    assert [d.code for d in decisions] == ["new", "conflict-factor-ten", "conflict-repeat", "confirmed"]
    assert decisions[1].conflict is not None
    assert decisions[3].change is not None
    assert decisions[3].change.kind is ChangeKind.CORRECTED
    assert decisions[3].conflict is not None
    assert decisions[3].conflict.resolved


def test_ten_copies_of_one_text_are_one_source() -> None:
    ledger = Ledger()
    ledger.add(reading("27", 0))
    copies = [reading("270", 1, publisher=f"p{n}.example", group="agency", article=f"c{n}") for n in range(10)]
    assert told(ledger.each(*copies)) == []


def test_a_value_the_metric_cannot_have_is_held_and_the_right_one_corrects_it() -> None:
    series = SeriesKey("meta.reality_labs.revenue", "2024-Q3", "USD")
    rules = MetricRules(series.metric, (Decimal(10**7), Decimal(20 * 10**9)))
    decisions = Ledger(r=rules).each(
        reading("270", 0, series=series, status=Status.ACTUAL),
        reading("0.27", 1, series=series, status=Status.ACTUAL),
    )
    assert decisions[0].code == "conflict-implausible"
    assert told(decisions) == [("corrected", "270", "0.27")]


def test_growth_to_ten_times_over_a_year_is_no_slip() -> None:
    users = SeriesKey("meta_ai.monthly_users", "", "count")
    decisions = Ledger().each(
        reading("0.1", 0, series=users, status=Status.ACTUAL), reading("1", 300, series=users, status=Status.ACTUAL)
    )
    assert told(decisions)[-1] == ("changed", "0.1", "1")


def test_one_outlet_against_the_companys_own_figure_is_held_and_a_second_company_page_resolves_it() -> None:
    ledger = Ledger()
    decisions = ledger.each(
        reading("64..72", 0, source=SourceKind.PRIMARY),
        reading("62..70", 1),
        reading("62..70", 1.5, source=SourceKind.PRIMARY),
    )
    assert [d.code for d in decisions] == ["new", "conflict-fresh", "changed"]


def test_reported_values_of_finished_periods_that_disagree_are_held() -> None:
    series = SeriesKey("meta.revenue", "2024-Q4", "USD")
    decisions = Ledger().each(
        reading("48.4", 0, series=series, status=Status.ACTUAL),
        reading("46.8", 40, series=series, status=Status.ACTUAL),
    )
    assert decisions[1].code == "conflict-actual"


def test_the_same_number_in_another_currency_is_a_swap_to_be_held() -> None:
    decisions = Ledger().each(reading("64..72", 0), reading("64..72", 1, series=replace(SERIES, unit="EUR")))
    assert decisions[1].code == "conflict-currency"
    assert decisions[1].conflict is not None


def test_a_person_may_accept_or_reject_what_was_held() -> None:
    ledger = Ledger()
    ledger.each(reading("53.5..56.5", 0), reading("535..565", 1))
    history = ledger.histories[SERIES]
    accepted = judge_resolution(history, resolve(history.conflicts[0], accept=True, by="the filing says so"))
    assert accepted.change is not None
    assert text(accepted.change.new) == "535..565"
    rejected = judge_resolution(history, resolve(history.conflicts[0], accept=False, by="a misprint"))
    assert rejected.change is None
    assert rejected.conflict is not None
    assert rejected.conflict.resolved == "rejected by hand: a misprint"


# ---- edits


def test_an_edited_article_corrects_what_it_said() -> None:
    ledger = Ledger()
    first = reading("27", 0, article="a", status=Status.TARGET)
    edited = reading("29", 0, article="a", status=Status.TARGET, seen=1)
    decisions = ledger.each(first, edited)
    assert told(decisions) == [("new", None, "27"), ("corrected", "27", "29")]
    settled = settle(ledger.histories[SERIES].readings)
    assert settled is not None
    assert settled.claim == claim("29")


def test_an_edit_is_no_correction_where_others_say_the_same_still() -> None:
    ledger = Ledger()
    ledger.each(reading("27", 0, article="a"), reading("27", 0.5, article="b"), reading("29", 0, article="a", seen=1))
    assert [str(c.kind) for c in ledger.histories[SERIES].changes] == ["new"]


def test_a_figure_edited_away_is_withdrawn_once() -> None:
    ledger = Ledger()
    first = reading("27", 0, article="a")
    ledger.add(first)
    gone = withdrawals(ledger.histories, "a", (), first.seen_at.replace(hour=5))
    assert len(gone) == 1
    decisions = ledger.add(*gone)
    change = decisions[0].change
    assert change is not None
    assert (change.kind, change.new, change.old) == (ChangeKind.WITHDRAWN, None, claim("27"))
    assert settle(ledger.histories[SERIES].readings) is None
    assert ledger.add(*gone)[0].change is None
    assert withdrawals(ledger.histories, "a", (), first.seen_at.replace(hour=6)) == ()


def test_a_withdrawn_value_told_by_another_later_is_new_again() -> None:
    ledger = Ledger()
    first = reading("27", 0, article="a")
    ledger.add(first)
    ledger.add(*withdrawals(ledger.histories, "a", (), first.seen_at.replace(hour=5)))
    assert told(ledger.each(reading("29", 3))) == [("new", None, "29")]


# ---- identities


def test_ids_depend_on_content_alone() -> None:
    one, other = (Ledger().each(reading("60..65", 0), reading("64..72", 80)) for _ in range(2))
    assert [d.change.id for d in one if d.change] == [d.change.id for d in other if d.change]
    assert len({d.change.id for d in one if d.change}) == 2


def test_every_decision_gives_a_reason() -> None:
    ledger = Ledger()
    decisions = ledger.each(reading("60..65", 0), reading("64..72", 80), reading("60..65", 81), reading("650..700", 90))
    assert all(d.reason and d.code for d in decisions)


# ---- what belongs to something else


def test_the_value_just_told_of_the_company_is_not_a_sites() -> None:
    site = SeriesKey("meta.datacenter.hyperion.cost", "", "USD")
    ledger = Ledger(s=MetricRules(site.metric, extra=(("family", "true"),)))
    told_before = ledger.add(reading("115..135", 0))[0].change
    assert told_before is not None
    one = reading("115..135", 1, series=site)
    (decision,) = judge_readings(ledger.histories, (one,), ledger.rules, (told_before,))
    assert decision.code == "conflict-other-metric"
    assert decision.conflict is not None
    history = SeriesHistory((one,), (), (decision.conflict,))
    assert timeline(history.readings, None, rulings(history)).settled is None


def test_a_place_in_another_script_with_the_value_just_told_is_the_same_place() -> None:
    place, again = (SeriesKey(f"meta.datacenter.{name}.cost", "", "USD") for name in ("hobbs", "홉스"))
    family = (("family", "true"),)
    ledger = Ledger(s=MetricRules(place.metric, extra=family), t=MetricRules(again.metric, extra=family))
    told_before = ledger.add(reading("3.2", 0, series=place))[0].change
    assert told_before is not None
    for value, code in (("3.2", "other-script"), ("4.5", "new")):
        one = reading(value, 1, series=again)
        (decision,) = judge_readings(ledger.histories, (one,), ledger.rules, (told_before,))
        assert decision.code == code


def test_a_range_known_for_one_year_is_not_anothers_until_more_sources_say_so() -> None:
    other = replace(SERIES, period="2026")
    ledger = Ledger()
    ledger.add(reading("38..40", 0))
    first = ledger.add(reading("38..40", 1, series=other))[0]
    assert (first.code, first.change) == ("other-period", None)
    assert ledger.add(reading("38..40", 2, series=other))[0].code == "new"


def test_what_was_put_aside_does_not_count_in_its_series() -> None:
    other = replace(SERIES, period="2026")
    ledger = Ledger()
    ledger.each(reading("38..40", 0), reading("38..40", 1, series=other))
    decision = ledger.add(reading("60..65", 9, series=other))[0]
    assert told([decision]) == [("new", None, "60..65")]


def test_a_plan_for_a_finished_year_is_no_news() -> None:
    first = Ledger().each(reading("64..72", 400))
    assert first[0].code == "past-plan"
    later = Ledger().each(reading("64..72", 0), reading("115..135", 400))
    assert later[1].code == "conflict-past-plan"


def test_a_plan_known_only_after_its_year_is_still_replaced_by_the_actual() -> None:
    decisions = Ledger().each(reading("64..72", 400), reading("72.2", 401, status=Status.ACTUAL))
    assert told(decisions) == [("changed", "64..72", "72.2")]


def test_an_exact_actual_of_a_year_still_running_is_held() -> None:
    decisions = Ledger().each(reading("50.3", 200, status=Status.ACTUAL))
    assert decisions[0].code == "conflict-too-early"
    assert decisions[0].conflict is not None


def test_jobs_cut_while_the_year_runs_are_reported_at_once() -> None:
    cuts = SeriesKey("meta.layoffs", "2025", "count")
    ledger = Ledger()
    decisions = ledger.each(
        reading("3600", 0, series=cuts, scale=ONE, status=Status.ACTUAL),
        reading("3600", 1, series=cuts, scale=ONE, status=Status.TARGET),
        reading("5000", 60, series=cuts, scale=ONE, status=Status.TARGET),
        reading("5000", 61, series=cuts, scale=ONE, status=Status.ACTUAL),
    )
    assert [d.code for d in decisions] == ["new", "repeat", "changed", "repeat"]
    assert decisions[0].change is not None
    assert decisions[0].change.status is Status.ACTUAL


def test_the_companys_own_figure_corrects_a_slip_that_others_printed() -> None:
    decisions = Ledger().each(reading("270", 0), reading("27", 1, source=SourceKind.PRIMARY))
    assert told(decisions) == [("new", None, "270"), ("corrected", "270", "27")]


def test_a_value_that_moved_away_in_silence_and_came_back_is_not_told_again() -> None:
    decisions = Ledger().each(
        reading("64..72", 0),
        reading("66..72", 40, background=True),
        reading("64..72", 41, article="back"),
        reading("60..65", 41, article="back", role=Role.PRIOR),
    )
    assert told(decisions) == [("new", None, "64..72")]
