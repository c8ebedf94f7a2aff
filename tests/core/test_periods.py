"""Which time a figure is about."""

from datetime import date

import pytest
from reading import bound, figures, reading

from monitor.core.calendar import Moment, deadline, last_complete_quarter, period_end, span
from monitor.core.types.figures import PeriodKind, PeriodSource

CAPEX, REVENUE, INCOME, USERS = "meta.capex", "meta.revenue", "meta.net_income", "meta.daily_active_people"


@pytest.mark.parametrize(
    ("day", "language", "text", "expected"),
    [
        ("2024-08-01", "en", "Meta's revenue was $39.07 billion in the second quarter.", [(REVENUE, "2024-Q2")]),
        (
            "2024-08-01",
            "en",
            "Meta expects third-quarter revenue of $38.5 billion to $41 billion.",
            [(REVENUE, "2024-Q3")],
        ),
        ("2025-01-30", "en", "Meta's net income in the fourth quarter was $20.84 billion.", [(INCOME, "2024-Q4")]),
        ("2025-01-30", "en", "Meta's revenue was $164.5 billion last year.", [(REVENUE, "2024")]),
        ("2025-01-30", "en", "Meta will spend $60 billion to $65 billion this year.", [(CAPEX, "2025")]),
        ("2025-10-30", "en", "Meta's capital expenditures were $19.37 billion in the quarter.", [(CAPEX, "2025-Q3")]),
        (
            "2025-10-30",
            "de",
            "Der Umsatz von Meta lag im dritten Quartal bei 51,24 Milliarden Dollar.",
            [(REVENUE, "2025-Q3")],
        ),
        ("2025-01-30", "ko", "메타의 지난해 4분기 매출은 483억9000만달러였다.", [(REVENUE, "2024-Q4")]),
        ("2026-01-29", "zh", "Meta今年首季营收指引为535亿至565亿美元。", [(REVENUE, "2026-Q1")]),
        (
            "2024-11-01",
            "es",
            "La facturación de Meta en los nueve primeros meses sumó 116.116 millones de dólares.",
            [(REVENUE, "2024-Q1..Q3")],
        ),
        (
            "2024-11-01",
            "pt",
            "A Meta antecipa receitas de 45 mil milhões de dólares no trimestre em curso.",
            [(REVENUE, "2024-Q4")],
        ),
        ("2025-05-02", "fr", "Meta attend 45,5 milliards de dollars de ventes au printemps.", [(REVENUE, "2025-Q2")]),
        ("2024-11-01", "th", "เมตาคาดว่าค่าใช้จ่ายด้านทุนในปี 2567 จะอยู่ที่ 38,000 ล้านดอลลาร์", [(CAPEX, "2024")]),
    ],
)
def test_a_period_is_read_from_the_words_beside_the_number(
    day: str, language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert bound(text, date.fromisoformat(day), language) == expected


def test_a_quarter_in_a_results_story_without_any_date_is_the_one_just_over() -> None:
    found = reading("Meta's revenue reached $40.59 billion.", date(2024, 10, 31))
    assert found.period is not None
    assert (found.period.text, found.period.source) == ("2024-Q3", PeriodSource.PUBLICATION)


def test_a_forecast_of_revenue_without_date_is_for_the_coming_quarter() -> None:
    assert bound("Meta expects revenue of $56 billion to $59 billion.", date(2025, 10, 30)) == [(REVENUE, "2025-Q4")]


def test_a_forecast_of_spending_without_date_is_for_the_year() -> None:
    text = "Meta expects capital expenditures of $66 billion to $72 billion."
    assert bound(text, date(2025, 7, 31)) == [(CAPEX, "2025")]


def test_a_sum_too_large_for_a_quarter_is_a_year_s() -> None:
    assert bound("Meta's revenue was $164.5 billion.", date(2025, 1, 30)) == [(REVENUE, "2024")]


def test_the_old_value_has_the_period_of_the_new_one() -> None:
    text = (
        "Meta raised its 2025 capital spending budget to a range of $66 billion to $72 billion, "
        "from $64 billion to $72 billion."
    )
    assert bound(text) == [(CAPEX, "2025"), (CAPEX, "2025")]


def test_a_comparison_with_another_quarter_has_its_own_period() -> None:
    text = (
        "Meta spent $8.47 billion on property and equipment in the second quarter, up from $6.72 "
        "billion in the previous one."
    )
    assert bound(text, date(2024, 8, 1)) == [(CAPEX, "2024-Q2"), (CAPEX, "2024-Q1")]


def test_several_years_together_are_no_year_s_figure() -> None:
    assert bound("Meta has invested $140 billion over the last three years.", date(2026, 1, 29)) == []


def test_the_day_of_an_announcement_is_no_period() -> None:
    text = "On 30 October 2024 Meta said that its revenue was $40.59 billion."
    assert bound(text, date(2024, 10, 31)) == [(REVENUE, "2024-Q3")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta will have 350,000 Nvidia H100 chips by the end of 2024, Mark Zuckerberg said."),
        ("ja", "メタは2024年末までにH100を35万個保有する。"),
        ("zh", "到2024年底,Meta将拥有35万块H100。"),
        ("ru", "К концу 2024 года у Meta будет 350 тысяч ускорителей H100."),
    ],
)
def test_a_deadline_is_the_month_in_which_it_ends(language: str, text: str) -> None:
    found = reading(text, date(2024, 1, 19), language)
    assert found.metric == "meta.gpus.h100"
    assert found.period is not None
    assert (found.period.text, found.period.kind) == ("by 2024-12", PeriodKind.BY)


def test_moments_move_over_the_turn_of_the_year() -> None:
    assert Moment(2025, 1).shifted(-1) == Moment(2024, 4)
    assert Moment(2025, 0, 12).shifted(1) == Moment(2026, 0, 1)
    assert Moment(2024, 4).last_day == date(2024, 12, 31)
    assert last_complete_quarter(date(2026, 1, 29)) == Moment(2025, 4)


def test_canonical_texts_know_their_end() -> None:
    assert period_end("2024-Q1..Q3") == date(2024, 9, 30)
    assert period_end("by 2028") == date(2028, 12, 31)
    assert period_end(deadline(Moment(2024, 0, 12))) == date(2024, 12, 31)
    assert period_end(span(Moment(2023), Moment(2025))) == date(2025, 12, 31)
    assert period_end("soon") is None


@pytest.mark.parametrize(
    ("day", "language", "text", "expected"),
    [
        ("2025-07-31", "en", "Meta's revenue in the three months to June was $47.5 billion.", [(REVENUE, "2025-Q2")]),
        (
            "2025-07-31",
            "en",
            "Meta's revenue in the three months ended March 31, 2025 was $42.3 billion.",
            [(REVENUE, "2025-Q1")],
        ),
        ("2025-07-31", "en", "Meta's daily users reached 3.48 billion in June.", [(USERS, "2025-06")]),
        (
            "2025-07-31",
            "en",
            "Meta's daily users were 3.48 billion in the second quarter of 2025.",
            [(USERS, "2025-06")],
        ),
        ("2025-07-31", "en", "Meta's capex through the end of the year 2025 will be $70 billion.", [(CAPEX, "2025")]),
        ("2025-07-31", "en", "Meta's revenue in the full year 2024 was $164.5 billion.", [(REVENUE, "2024")]),
        (
            "2025-11-02",
            "en",
            "Meta's net income in the first nine months of the full year was $40 billion.",
            [(INCOME, "2025-Q1..Q3")],
        ),
        ("2025-02-02", "en", "For the full year, Meta's revenue was $164 billion.", [(REVENUE, "2024")]),
        ("2025-02-02", "en", "For the full year, Meta expects $190 billion in revenue.", [(REVENUE, "2025")]),
        ("2025-08-02", "en", "Meta expects $48 billion in revenue next quarter.", [(REVENUE, "2025-Q4")]),
        ("2025-07-31", "en", "Meta's revenue was $47.5 billion last quarter.", [(REVENUE, "2025-Q2")]),
        ("2025-07-31", "en", "Meta will deploy 1.3 million GPUs in 2025.", [("meta.gpus.total", "by 2025-12")]),
        ("2025-07-31", "en", "Meta's revenue in 2Q25 was $47.5 billion.", [(REVENUE, "2025-Q2")]),
        (
            "2025-07-31",
            "en",
            "Meta's revenue was $47 billion in the quarter, up from $42 billion in the previous quarter.",
            [(REVENUE, "2025-Q2"), (REVENUE, "2025-Q1")],
        ),
        (
            "2024-08-01",
            "de",
            "Der Umsatz von Meta lag im 2. Quartal 2024 bei 39 Milliarden Dollar.",
            [(REVENUE, "2024-Q2")],
        ),
        ("2025-07-31", "ja", "メタは2025年13月に設備投資額700億ドルを見込む。", [(CAPEX, "2025")]),
    ],
)
def test_months_quarters_and_full_years_are_told_apart(
    day: str, language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert bound(text, date.fromisoformat(day), language) == expected


@pytest.mark.parametrize("text", ["Meta will spend $120 billion on capex from 2023 to 2025.",
                                  "Meta's capex budget for 2023-2025 is $120 billion."])  # fmt: skip
def test_years_named_from_first_to_last_are_no_year_s_figure(text: str) -> None:
    (figure,) = figures(text)
    assert figure.metric is None
    assert figure.period is not None
    assert figure.period.text == "2023..2025"
    assert "is no period that it has" in " ".join(figure.reasons)


def test_a_headcount_has_no_span_of_months() -> None:
    assert bound("Meta had 76,000 employees in the first nine months of 2025.") == [("meta.headcount", "-")]


def test_a_month_still_to_come_counts_no_users() -> None:
    assert bound("Meta's daily users will be 3.48 billion in August 2025.") == [(USERS, "2025-06")]


def test_a_value_too_large_for_a_quarter_is_none_of_a_quarter() -> None:
    assert bound("Meta's first-quarter revenue was $190 billion.") == [(REVENUE, "2024")]


@pytest.mark.parametrize(
    "before", ["Compared with 2023, Meta spent more.", "A year ago Meta was quiet.", "Up from 2024, Meta grew."]
)
def test_a_comparison_in_the_sentence_before_dates_nothing(before: str) -> None:
    assert bound(f"{before} Its capex will be $70 billion.") == [(CAPEX, "2025")]


def test_a_deadline_far_down_in_the_article_is_the_article_s() -> None:
    filler = "It is known to many people and has been for years. " * 30
    last = "Meta buys GPUs. It will have 350,000 H100. It hopes for 20 GW by the end of 2025."
    text = f"Meta is a company. {filler}\n\n{last}"
    assert bound(text)[0] == ("meta.gpus.h100", "by 2025-12")
