"""Figures without words of their own: what they point back to, what they are a step of, what they are meant in."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import bound, figures

from monitor.core.pointing import Told, comparable, nearest, size_of
from monitor.core.types.figures import Modifier, Quantity, Role, Shape, Status

SPRING = date(2026, 5, 4)


def quantity(low: int | None, high: int | None = None) -> Quantity:
    ends = [None if end is None else Decimal(end) for end in (low, high or low)]
    return Quantity(0, 1, "1", ends[0], ends[1], Decimal(1), Decimal(1), "USD", Modifier.EXACT, None, Shape.LEVEL)


@pytest.mark.parametrize(
    ("language", "text", "metrics"),
    [
        ("en", "Meta raised its 2026 capex by $10 billion, to between $125 billion and $145 billion.", 1),
        ("pt", "A Meta elevou em US$ 10 bilhões os investimentos de 2026, para US$ 125 bilhões a US$ 145 bilhões.", 1),
        ("zh", "Meta把今年资本支出预期上调100亿美元,至1250亿至1450亿美元。", 1),
        ("ko", "메타는 올해 자본지출 전망치를 100억달러 늘려 1250억~1450억달러로 제시했다.", 1),
        ("en", "Meta expects capex of $65 billion this year, up from $39 billion in 2024.", 2),
    ],
)
def test_the_step_that_led_to_a_value_is_no_value_itself(language: str, text: str, metrics: int) -> None:
    assert len(bound(text, SPRING, language)) == metrics


def test_an_expectation_goes_with_the_figure_that_it_comes_closest_to() -> None:
    text = (
        "Revenue at Meta was $56.3 billion and net income $22.8 billion in the quarter. "
        "Analysts had expected $55.5 billion."
    )
    *_, awaited = figures(text, SPRING)
    assert (awaited.metric, awaited.status, awaited.role) == ("meta.revenue", Status.ESTIMATE, Role.BACKGROUND)


def test_a_paragraph_may_point_back_to_the_one_before() -> None:
    first = "Meta now puts its capital spending at $125 billion to $145 billion this year."
    for second in ("Three months ago that figure was $115 billion.", "Analysts had expected $130 billion."):
        assert len(bound(f"{first}\n{second}", SPRING)) == 2
    assert len(bound(f"{first}\nThe town hopes for $130 billion.", SPRING)) == 1
    assert len(bound(f"{first}\nA quiet week followed.\nThree months ago that figure was $115 billion.", SPRING)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Meta's revenue came to $59.9 billion, just over the $58.6 billion that analysts counted on.",
        ),
        (
            "sv",
            "Metas omsättning blev 59,9 miljarder dollar, mer än de 58,6 miljarder som analytikerna räknat med.",
        ),
        ("de", "Metas Umsatz lag bei 59,9 Milliarden Dollar, etwas mehr als die 58,6 Milliarden der Analysten."),
    ],
)
def test_what_analysts_had_counted_on_is_the_expectation_of_the_figure_before_it(language: str, text: str) -> None:
    told, awaited = (one for one in figures(text, date(2026, 1, 29), language) if one.metric)
    assert (told.metric, told.role) == (awaited.metric, Role.NEWS) == ("meta.revenue", Role.NEWS)
    assert awaited.role is Role.BACKGROUND


def test_a_cue_behind_a_step_still_names_the_value_that_follows() -> None:
    text = "A Meta elevou em US$ 10 bilhões a previsão de investimentos de 2026, que vai de US$ 125 a US$ 145 bilhões."
    (one,) = (one for one in figures(text, SPRING, "pt") if one.metric)
    assert (one.metric, one.quantity.high) == ("meta.capex", 145 * 10**9)


def test_what_a_value_was_some_months_ago_is_the_old_one() -> None:
    text = (
        "Meta puts its capex at $125 billion to $145 billion this year. Three months ago that figure was $115 billion."
    )
    assert [one.role for one in figures(text, SPRING)] == [Role.NEWS, Role.PRIOR]


def test_a_sentence_that_is_but_a_number_takes_its_measure_from_the_one_before() -> None:
    told = bound("An earlier report misstated Meta's first-quarter revenue. It was $56.3 billion, not more.", SPRING)
    assert told == [("meta.revenue", "2026-Q1")]
    assert bound("Meta's first-quarter revenue grew. It was $56.3 billion of luck that the town had.", SPRING) == []
    assert (
        bound("Meta's first-quarter revenue grew by a third. The hall, says the mayor, took $56 billion.", SPRING) == []
    )


def test_a_sum_many_times_smaller_is_not_the_same_measure_of_another_time() -> None:
    text = "Meta expects capital expenditures of $130 billion this year. The canteen took $5 billion in 2024."
    assert bound(text, SPRING) == [("meta.capex", "2026")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta expects capital expenditures of 125 to 145 billion this year."),
        ("de", "Die Investitionen von Meta sollen in diesem Jahr 125 bis 145 Milliarden erreichen."),
        ("fr", "Meta prévoit des dépenses d'investissement de 125 à 145 milliards cette année."),
    ],
)
def test_where_no_currency_is_named_a_measure_says_what_is_meant(language: str, text: str) -> None:
    (one,) = figures(text, SPRING, language)
    assert (one.metric, one.quantity.unit, one.quantity.high) == ("meta.capex", "USD", 145 * 10**9)
    assert "unit taken from the metric" in one.quantity.notes


def test_a_number_that_counts_something_is_no_sum_of_money() -> None:
    assert bound("Meta AI has one billion monthly users; Llama was downloaded 1.2 billion times.", SPRING) == [
        ("meta_ai.monthly_users", "-"),
        ("llama.downloads", "-"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Analysten von Morgan Stanley erwarten, dass Meta 2027 Investitionen von 185 Milliarden Dollar tätigt."),
        ("uk", "Аналітики Morgan Stanley чекають, що капітальні витрати Meta у 2027 році сягнуть 185 млрд доларів."),
        ("pl", "Analitycy Morgan Stanley oczekują, że nakłady inwestycyjne Meta w 2027 roku sięgną 185 mld dolarów."),
    ],
)
def test_what_analysts_expect_behind_a_that_is_their_estimate(language: str, text: str) -> None:
    (one,) = figures(text, SPRING, language)
    assert (one.metric, one.status, one.role) == ("meta.capex", Status.ESTIMATE, Role.BACKGROUND)


def test_what_the_company_says_behind_a_that_is_its_own() -> None:
    (one,) = figures("Meta teilte mit, dass 2027 Investitionen von 185 Milliarden Dollar geplant sind.", SPRING, "de")
    assert (one.status, one.role) == (Status.GUIDANCE, Role.NEWS)


def test_a_participle_dates_the_number_beside_it_and_no_other() -> None:
    new, old = figures(
        "Meta raises the budget of its data center in El Paso to $10 billion from $1.5 billion announced last year.",
        SPRING,
    )
    assert new.role is Role.NEWS
    assert old.role is not Role.NEWS


def test_a_state_in_the_title_is_no_other_place_than_its_town_in_the_text() -> None:
    title = "Meta在俄克拉荷马州新建数据中心"
    (cost,) = figures("Meta宣布,将在俄克拉荷马州塔尔萨投资10亿美元建设数据中心。", SPRING, "zh", title)
    assert (cost.metric, cost.role) == ("meta.datacenter.tulsa.cost", Role.NEWS)
    (other,) = figures("Meta去年在埃尔帕索投资10亿美元建设数据中心。", SPRING, "zh", title)
    assert other.role is Role.BACKGROUND


SIZES = st.integers(min_value=1, max_value=10**12)


@given(SIZES, st.lists(SIZES, max_size=5))
def test_the_nearest_is_the_last_told_unless_another_comes_much_nearer(value: int, told: list[int]) -> None:
    found = nearest(quantity(value), [Told(place, float(size)) for place, size in enumerate(told)])
    ratios = [max(value, size) / min(value, size) for size in told]
    if found is None:
        assert all(ratio > 2 for ratio in ratios)
    elif found == len(told) - 1:
        assert ratios[found] <= 1.5 or ratios[found] == min(ratios) <= 2
    else:
        assert ratios[found] == min(ratios) <= 2
        assert ratios[-1] > 1.5


@given(SIZES, SIZES)
def test_two_values_are_comparable_both_ways(one: int, other: int) -> None:
    assert comparable(quantity(one), quantity(other)) == comparable(quantity(other), quantity(one))
    assert comparable(quantity(one), quantity(one))


def test_the_size_of_an_open_value_is_the_end_that_is_known() -> None:
    assert size_of(quantity(10, 20)) == 15
    assert size_of(quantity(None, 20)) == 20
    assert nearest(quantity(0), [Told(0, 5.0)]) is None


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        (
            "el",
            "Η Reality Labs έχασε 4,4 δισ. δολάρια, ανεβάζοντας τις ζημίες από το 2020 σε πάνω από 70 δισ. δολάρια.",
            2,
        ),
        ("bn", "২০২৫ সালে মেটার মূলধনি ব্যয় ছিল ৭২.২ বিলিয়ন ডলার, ২০২৬ সালে তা ১১৫ থেকে ১৩৫ বিলিয়ন ডলার হতে পারে।", 2),
        ("hi", "2020 से अब तक रियलिटी लैब्स का कुल घाटा 70 अरब डॉलर से अधिक हो गया है।", 1),
    ],
)
def test_the_hedge_of_a_number_and_the_time_of_a_sum_make_no_old_value(language: str, text: str, roles: int) -> None:
    found = [one.role for one in figures(text, date(2026, 1, 29), language) if one.metric]
    assert found == [Role.NEWS] * roles


def test_an_old_value_of_another_year_before_the_new_one_keeps_its_year() -> None:
    text = "Nach 72,2 Milliarden Dollar im Jahr 2025 will Meta 2026 zwischen 115 und 135 Milliarden Dollar investieren."
    told = figures(text, date(2026, 1, 29), "de")
    assert [(one.period.text if one.period else "", one.role) for one in told] == [
        ("2025", Role.NEWS),
        ("2026", Role.NEWS),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Кількість працівників Meta скоротилася на 22% — до 67 317."),
        ("fi", "Metan henkilöstömäärä supistui 22 prosenttia 67 317:ään."),
        ("en", "Meta's headcount was cut by 22% to 67,317."),
    ],
)
def test_a_headcount_that_shrank_by_a_percentage_is_a_headcount(language: str, text: str) -> None:
    (one,) = (one for one in figures(text, date(2024, 2, 2), language) if one.metric)
    assert (one.metric, one.quantity.low, one.quantity.modifier) == ("meta.headcount", 67317, Modifier.EXACT)


def test_the_year_behind_a_forecast_ties_it_to_what_was_told_before() -> None:
    text = "งบลงทุนของเมตาอยู่ที่ 7.22 หมื่นล้านดอลลาร์ในปี 2568 และคาดว่าจะอยู่ที่ 1.15-1.35 แสนล้านดอลลาร์ในปี 2569"
    assert bound(text, date(2026, 1, 29), "th") == [("meta.capex", "2025"), ("meta.capex", "2026")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Umsatz von Meta übertraf im dritten Quartal mit 40,6 Milliarden Dollar die Erwartungen."),
        ("ko", "메타의 3분기 매출은 405억9000만달러로 시장 예상치(402억9000만달러)를 웃돌았다."),
    ],
)
def test_what_beat_the_expectations_is_none_of_them(language: str, text: str) -> None:
    told, *_ = figures(text, date(2024, 10, 31), language)
    assert (told.metric, told.status, told.role) == ("meta.revenue", Status.ACTUAL, Role.NEWS)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "nl",
            "Meta hield in het kwartaal 2,71 miljard dollar winst over. Zonder die post was dat 18,64 miljard geweest.",
        ),
        (
            "de",
            "Der Gewinn von Meta sank auf 2,71 Milliarden Dollar. Ohne die Steuer wären es 18,64 Milliarden gewesen.",
        ),
        ("en", "Meta's net income fell to $2.71 billion. Without the charge it would have been $18.64 billion."),
    ],
)
def test_what_it_would_have_been_is_no_figure(language: str, text: str) -> None:
    assert [metric for metric, _ in bound(text, date(2025, 10, 30), language)] == ["meta.net_income"]


def test_a_suppliers_own_sales_are_not_the_company_s() -> None:
    title = "AMD to supply chips to Meta"
    assert bound("Nvidia had sales of $215.9 billion in its fiscal year.", SPRING, title=title) == []
    assert bound(
        "Meta, which buys from Nvidia, had sales of $56.3 billion in the first quarter.", SPRING, title=title
    ) == [("meta.revenue", "2026-Q1")]


def test_a_month_that_is_a_limit_lies_ahead() -> None:
    text = "D'ici à décembre, Meta disposera de plus de 1,3 million de processeurs graphiques."
    assert bound(text, date(2025, 1, 25), "fr") == [("meta.gpus.total", "by 2025-12")]


def test_a_range_of_spending_without_a_time_is_a_year_s() -> None:
    text = "Meta's capital expenditures, pegged so far at $30 billion to $37 billion, worry its owners."
    assert bound(text, date(2024, 4, 25)) == [("meta.capex", "2024")]


def test_more_by_a_third_names_no_step() -> None:
    text = "Meta verdiente im dritten Quartal mit 15,7 Milliarden Dollar ein Drittel mehr als im Vorjahr."
    assert bound(text, date(2024, 10, 31), "de") == [("meta.net_income", "2024-Q3")]


def test_a_region_named_afterwards_moves_no_site() -> None:
    text = (
        "Meta levanta el centro de datos Hyperion.\n"
        "El complejo tendrá una capacidad de más de dos gigavatios. Oracle prepara un campus en Wisconsin."
    )
    assert bound(text, date(2025, 10, 22), "es", "Meta y su Hyperion") == [("meta.datacenter.hyperion.power", "-")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Excluding the one-time charge, Meta's net income would have been $18.64 billion."),
        ("en", "Meta's net income would have been $18.64 billion without the tax charge."),
        ("de", "Ohne die einmalige Steuerbelastung hätte der Nettogewinn von Meta 18,64 Milliarden Dollar betragen."),
        ("fr", "Hors charge fiscale, le bénéfice net de Meta aurait atteint 18,64 milliards de dollars."),
        ("ja", "一時的な税金費用を除くと、メタの純利益は186億4000万ドルだった。"),
        ("zh", "剔除一次性税费,Meta净利润为186.4亿美元。"),
    ],
)
def test_a_profit_without_a_charge_is_not_the_one_reported(language: str, text: str) -> None:
    assert bound(text, date(2025, 10, 30), language) == []


def test_a_charge_left_out_of_the_profit_leaves_the_rest_as_it_is() -> None:
    text = "Without the tax charge Meta earned $18.64 billion, a net income on paper, on revenue of $51.24 billion."
    assert bound(text, date(2025, 10, 30)) == [("meta.revenue", "2025-Q3")]
    text = "Meta's net income fell to $2.71 billion; it would have been $18.64 billion without the tax charge."
    assert [one.quantity.text for one in figures(text, date(2025, 10, 30)) if one.metric] == ["$2.71 billion"]


def test_what_is_left_out_without_a_charge_near_it_leaves_the_profit_as_it_is() -> None:
    text = "Without further detail, Meta said net income was $18.64 billion after a one-time tax charge."
    assert [one.quantity.text for one in figures(text, date(2025, 10, 30)) if one.metric] == ["$18.64 billion"]
