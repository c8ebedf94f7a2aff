"""Forms that newsrooms use now and then, and those that only look like a figure, a name or a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from reading import bound, figures, packs

from monitor.core.examples import check_metric_examples
from monitor.core.language import detect_language, languages
from monitor.core.types.binding import MetricExample

MAY = date(2025, 5, 1)


def values(text: str, language: str = "en") -> list[str]:
    """Each figure as text, low end, high end and unit."""
    return [
        f"{q.text} = {'' if q.low is None else f'{q.low:f}'}..{'' if q.high is None else f'{q.high:f}'} {q.unit}"
        for q in (one.quantity for one in figures(text, MAY, language))
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Meta spent 75 USD million.", ["75 USD million = 75000000..75000000 USD"]),
        ("en", "It cost 75 USD hundred.", ["75 USD = 75..75 USD"]),
        ("en", "The ticket costs 15 dollars 50.", ["15 dollars 50 = 15.5..15.5 USD"]),
        ("de", "Das kostet 15 Dollar und 15.", ["15 Dollar und 15 = 15.15..15.15 USD"]),
        ("zh", "裁员500余名。", ["500余 = 500.. count"]),
        (
            "fr",
            "Il faut plus de la d'un de la de 5 milliards d'euros.",
            ["5 milliards d'euros = 5000000000..5000000000 EUR"],
        ),
        ("en", "half of a million dollars", ["half of a million dollars = 500000.0..500000.0 USD"]),
        ("ko", "직원 500명, 회원 30억 명", ["500명 = 500..500 count", "30억 명 = 3000000000..3000000000 count"]),
        ("ko", "값은 원 500억이다.", ["원 500억 = 50000000000..50000000000 KRW"]),
        ("en", "half of a of a million dollars", ["half of a of a million dollars = 500000.0..500000.0 USD"]),
        ("en", "900 to 3 billion dollars", ["3 billion dollars = 3000000000..3000000000 USD"]),
        ("zh", "数兆瓦", ["数兆瓦 = 1000000..10000000 W"]),
        ("ko", "50만 93 사람", ["50만 = 500000..500000 count", "93 사람 = 93..93 count"]),
        ("zh", "五5亿", ["5亿 = 500000000..500000000 count"]),
        ("en", "about 500 or more jobs", ["500 or more = 500.. count"]),  # a bound says more than "about"
        ("en", "It costs 15 dollars and 5 of them are left.", ["15 dollars = 15..15 USD"]),
        ("zh", "数千亿兆瓦", ["数千亿兆瓦 = 100000000000000000..1000000000000000000 W"]),
    ],
)
def test_amounts_that_end_in_another_way_than_most(language: str, text: str, expected: list[str]) -> None:
    assert values(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta paid dollars 40 for it."),
        ("en", "It is 40m long."),
        ("en", "The price is 1 . 6 billion dollars."),  # marks in the air: six billion would be wrong
        ("en", "Version 1234,567,890 was sold."),
        ("en", "An-hour, l'b; a"),
        ("ko", "수경 재배"),  # hydroponics, and not tens of ten quadrillions
        ("ko", "50만 93"),
    ],
)
def test_what_only_looks_like_an_amount_of_money_is_none(language: str, text: str) -> None:
    assert not [line for line in values(text, language) if line.endswith(("USD", "KRW", "W"))]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Meta grew from 7% to 3.58 billion dollars.", ["percent", "USD"]),  # a percentage and a sum are no range
        ("Meta grew from 7% to 3.58 billion.", ["percent", "count"]),
        ("Profit was 16.6 billion dollars. Analysts had hoped for 15.9 billion.", ["USD", "USD"]),
        ("It paid 3 dollars. The total of 5 million stays.", ["USD", "count"]),
        ("The total was 5 million in costs; 3 dollars.", ["USD", "USD"]),  # told by the word behind it alone
    ],
)
def test_a_number_without_a_unit_has_the_one_of_its_surroundings(text: str, units: list[str]) -> None:
    assert [one.quantity.unit for one in figures(text, MAY)] == units


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Llama was downloaded 20 million times in July alone.", [None]),  # a part of the time is no total
        ("The plant makes 2 gigawatts at Clinton for Meta. That is 3 gigawatts.", ["meta.nuclear.clinton.power", None]),
        ("AMD and Meta have a deal. The chip maker delivers 6 gigawatts.", ["meta.chips.amd.power"]),
    ],
)
def test_a_sentence_without_a_name_goes_on_only_where_nothing_speaks_against_it(
    text: str, metrics: list[str | None]
) -> None:
    assert [one.metric for one in figures(text, MAY)] == metrics


def test_what_is_set_beside_a_new_value_of_the_same_year_is_the_old_one() -> None:
    text = "Meta's capital expenditures will be $70 billion in 2025, against $66 billion."
    assert [one.role.value for one in figures(text, MAY)] == ["news", "prior"]


def test_an_outsider_far_from_the_number_does_not_say_it() -> None:
    text = (
        "Meta's Hyperion data center will cost $10 billion, it said, and all of the people who live there in the "
        "fields by the river and in the woods beyond it and on the hills are glad, as the Governor knows."
    )
    (one,) = figures(text, MAY)
    assert "overnor" not in (one.speaker or "")


def test_a_comparison_across_another_measures_word_takes_no_metric_over() -> None:
    text = (
        "Meta's capex was $72 billion. In a market in which debt has become a thing that many talk of when they meet "
        "in the halls of the fair and in which nobody knows a thing, it compares with $39 billion a year earlier."
    )
    assert [metric for metric, _ in bound(text, MAY)] == ["meta.capex"]


def test_a_bound_of_its_own_in_brackets_stays() -> None:
    found = [one.quantity.modifier.value for one in figures("It is over $5 billion (more than 4 billion euros).", MAY)]
    assert found == ["at_least", "at_least"]


def test_a_sentence_ends_behind_a_russian_scale_where_the_next_word_has_a_capital() -> None:
    text = "Выручка составила 64 млрд. В третьем квартале Мета заработала 5 млрд долларов."
    assert bound(text, MAY, "ru") == [("meta.revenue", "2025-Q1"), ("meta.net_income", "2024-Q3")]


def test_a_time_that_is_also_the_number_counts_for_it() -> None:
    assert bound("Meta's revenue of a quarter billion dollars", MAY) == [("meta.revenue", "2025-Q1")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Meta baut ein Rechenzentrum in Bergheim mit 2 GW."),  # any noun has a capital
        ("en", "Meta will build a data center; in Lakeridge, of 2 GW."),
    ],
)
def test_a_place_that_nothing_ties_to_the_site_does_not_name_it(language: str, text: str) -> None:
    assert bound(text, MAY, language) == []


def test_a_percentage_long_after_the_word_of_change_is_a_change() -> None:
    (one,) = figures("The share price rose sharply yesterday 5%.", MAY)
    assert one.quantity.shape.value == "change"


@pytest.mark.parametrize(
    ("language", "text", "site"),
    [
        ("en", "Meta will build a 2 GW data center in Lakeridge.", "lakeridge"),  # and none by the name of GW
        ("zh", "Meta在路易丝州布莱克伍德建设的数据中心将使用2吉瓦电力。", "布莱克伍德"),
        ("th", "Meta จะสร้างศูนย์ข้อมูลในรัฐเลคริดจ์ 2 กิกะวัตต์", "เลคร"),
        ("ko", "메타는 벨필드에 2GW 데이터센터를 짓는다.", "벨필드"),
    ],
)
def test_a_site_that_nobody_knows_yet_has_the_name_of_its_place(language: str, text: str, site: str) -> None:
    assert [metric for metric, _ in bound(text, MAY, language)] == [f"meta.datacenter.{site}.power"]


def test_two_years_that_are_no_span_are_two_years() -> None:
    assert bound("Meta's capital expenditures of $5 billion fell from 2024-2022.", MAY)[0][1] != "2022..2024"


def test_nine_months_are_no_period_of_people_counted() -> None:
    assert bound("Meta's daily active people in the first nine months of 2024 were 3.4 billion.", MAY) == [
        ("meta.daily_active_people", "2025-03")
    ]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Instead of $66 billion, Meta now plans to spend $70 billion on capital expenditures.", ["prior", "news"]),
        ("Instead of $66, Meta now plans to spend $70 billion on capital expenditures.", ["news"]),  # not plausible
        ("After debt of $66 billion previously, Meta now plans $70 billion for capital expenditures.", ["news"]),
    ],
)
def test_an_old_value_before_the_new_one_is_of_the_same_metric_unless_it_has_words_of_its_own(
    text: str, roles: list[str]
) -> None:
    assert [one.role.value for one in figures(text, MAY) if one.metric == "meta.capex"] == roles


def test_a_growth_of_a_site_is_no_second_size_of_it() -> None:
    text = "The capacity of Meta's Hyperion data center grew to 5 GW. The capacity of Hyperion grew by 2 GW."
    assert [one.metric for one in figures(text, MAY)] == ["meta.datacenter.hyperion.power", None]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta's revenue in Q 1 was $42 billion."),
        ("ja", "メタの売上高は1四半期に423億ドル。"),
        ("zh", "Meta 1季度营收423亿美元。"),
    ],
)
def test_a_quarter_written_with_its_number_apart_is_that_quarter(language: str, text: str) -> None:
    assert bound(text, MAY, language) == [("meta.revenue", "2025-Q1")]


def test_a_site_of_a_part_of_the_company_is_the_companys() -> None:
    text = "Reality Labs' Hyperion data center will cost $10 billion."
    assert bound(text, MAY) == [("meta.datacenter.hyperion.cost", "-")]


def test_an_expectation_beaten_is_the_first_number_behind_its_word() -> None:
    text = "Meta's revenue of $50 billion beat the consensus of $49 billion and $48 billion of last year, expected."
    found = [(f"{one.quantity.low:.1e}", one.status.value) for one in figures(text, MAY)]
    assert found == [("5.0e+10", "actual"), ("4.9e+10", "estimate"), ("4.8e+10", "actual")]


def test_a_plan_beside_the_year_just_closed_leaves_both_news() -> None:
    text = "Meta expects capital expenditures of $115 billion in 2026, up from $72 billion in 2025."
    found = figures(text, date(2026, 1, 29))
    assert [(one.period.text, one.role.value) for one in found if one.period] == [("2026", "news"), ("2025", "news")]


def test_a_word_of_turning_far_from_both_values_turns_nothing() -> None:
    text = "Meta relève ses dépenses de 60 milliards, à un total de, 72 milliards de dollars."
    assert {one.role.value for one in figures(text, MAY, "fr")} == {"news"}


@pytest.mark.parametrize(
    "text",
    [
        "Alphabet raised its capex forecast to $91 billion. Microsoft expects $80 billion.",
        "Alphabet raised its capex forecast to $91 billion. Meta expects $7.",  # nowhere near
        "Alphabet raised its capex forecast to $91 billion. Meta has a bond worth $70 billion.",
    ],
)
def test_what_stands_beside_another_companys_figure_is_not_metas_for_that(text: str) -> None:
    assert bound(text, MAY) == []


def test_a_rate_in_the_title_is_no_rate_in_the_text() -> None:
    assert bound("Meta will spend $10 billion.", MAY, title="Meta in the metaverse, each year")[0][0] == "meta.capex"


def test_russian_is_told_by_its_words_where_no_letter_tells() -> None:
    assert detect_language("Компания потратит 65 миллиардов долларов") == "ru"


def test_an_example_of_a_metric_with_a_slot_may_name_any_slot() -> None:
    metric = next(one for one in packs().binding.metrics if one.id == "meta.datacenter.<site>.power")
    text = "Meta will build a 2 GW data center in Lakeridge."
    good = MetricExample(text, "en", MAY, Decimal(2 * 10**9), Decimal(2 * 10**9), "W")
    assert check_metric_examples(replace(metric, examples=(good,)), packs()) == []
    (wrong,) = check_metric_examples(replace(metric, examples=(replace(good, low=Decimal(3)),)), packs())
    assert "2000000000..2000000000" in wrong


def test_a_clause_behind_a_dash_does_not_make_the_number_before_it_old() -> None:
    text = "Meta expects capital expenditures of $35 billion to $40 billion — earlier it had named $30 billion."
    assert figures(text, MAY)[0].role.value == "news"


def test_a_word_very_far_from_a_number_does_not_say_what_it_is() -> None:
    text = f"Meta's capital expenditures {'were on the minds of those who came and ' * 30}then there were $70 billion."
    assert [one.metric for one in figures(text, MAY)] == [None]


def test_a_long_paragraph_in_another_language_of_the_same_script_has_its_own() -> None:
    english = "Meta said on Tuesday that it will build more data centers in the coming years and hire people for them."
    german = "Der Konzern will für die Rechenzentren in diesem Jahr 70 Milliarden Dollar ausgeben, wie er sagte. " * 4
    assert [code for _, code in languages(f"{english}\n\n{german}", "en")] == ["en", "de"]
