"""What a number measures, and whose it is."""

from datetime import date

import pytest
from reading import bound, figures, reading

from monitor.core.types.figures import Role

JANUARY_24 = date(2024, 1, 22)


def metrics(text: str, language: str = "en", title: str = "", day: date = date(2025, 7, 31)) -> list[str]:
    return [metric for metric, _ in bound(text, day, language, title)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Microsoft will spend $80 billion on data centers this year."),
        ("fr", "Microsoft va consacrer 80 milliards de dollars à ses centres de données."),
        ("zh", "阿里巴巴宣布三年投入3800亿元建设云和AI。"),
        ("ko", "오픈AI가 5000억달러를 투자해 데이터센터를 짓는다."),
        ("es", "El corredor cruzó la meta y ganó 50.000 euros."),
        ("pl", "Na mecie biegu zebrano 2 mln dolarów."),
    ],
)
def test_what_others_spend_is_never_meta_s(language: str, text: str) -> None:
    assert metrics(text, language) == []


def test_an_article_that_names_two_companies_binds_each_to_its_own() -> None:
    text = (
        "Meta reported revenue of $47.5 billion. Microsoft posted revenue of $76.4 billion, and its "
        "profit was $27.2 billion."
    )
    assert metrics(text) == ["meta.revenue"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta's revenue was $47.5 billion, compared with $96 billion at Google."),
        ("de", "Metas Umsatz betrug 47,5 Milliarden Dollar, verglichen mit 96 Milliarden Dollar bei Google."),
        ("fr", "Le chiffre d'affaires de Meta a atteint 47,5 milliards de dollars, contre 96 milliards chez Google."),
        ("es", "Los ingresos de Meta sumaron 47.500 millones de dólares, frente a los 96.000 millones de Google."),
    ],
)
def test_a_number_led_to_a_rival_by_its_own_preposition_is_the_rival_s(language: str, text: str) -> None:
    assert metrics(text, language) == ["meta.revenue"]


def test_a_rival_named_in_passing_does_not_take_the_figure() -> None:
    assert metrics("Meta, which competes with Google, spent $17 billion on property and equipment.") == ["meta.capex"]


def test_the_title_tells_whom_a_text_without_name_is_about() -> None:
    assert metrics("Quarterly revenue rose to $47.5 billion.", title="Meta beats the forecasts") == ["meta.revenue"]
    assert metrics("Quarterly revenue rose to $47.5 billion.", title="Oracle beats the forecasts") == []


@pytest.mark.parametrize(
    "text",
    [
        "Meta's shares closed at $695.21.",
        "Meta earned $7.14 per share.",
        "Meta's market value rose to $1.7 trillion.",
        "Meta was fined $1.3 billion over data transfers.",
        "Zuckerberg's fortune grew to $260 billion.",
        "Meta's advertising revenue was $46.6 billion.",
        "Meta's operating income was $20.4 billion.",
        "Meta bought back $9.8 billion of its own shares.",
        "Meta paid $14.3 billion for a stake in Scale AI.",
    ],
)
def test_what_is_not_tracked_stays_unbound_and_says_why(text: str) -> None:
    (figure,) = (one for one in figures(text) if one.quantity.unit == "USD")
    assert figure.metric is None
    assert figure.reasons


def test_a_division_s_loss_is_not_the_company_s() -> None:
    text = "Meta's revenue was $47.5 billion. Its Reality Labs division lost $4.53 billion."
    assert metrics(text) == ["meta.revenue", "meta.reality_labs.operating_loss"]


def test_losses_summed_over_the_years_are_a_metric_of_their_own() -> None:
    text = "Reality Labs, Meta's metaverse division, has lost about $70 billion since 2020."
    assert metrics(text) == ["meta.reality_labs.cumulative_loss"]


def test_users_of_the_assistant_are_not_the_people_of_the_family() -> None:
    text = "Meta AI has almost 1 billion monthly users. Some 3.48 billion people use one of Meta's apps every day."
    assert metrics(text) == ["meta_ai.monthly_users", "meta.daily_active_people"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meta will own 350,000 H100 GPUs.", "meta.gpus.h100"),
        ("Meta's computing power will be equivalent to 600,000 H100 GPUs.", "meta.gpus.h100_equivalent"),
        ("Meta will end the year with more than 1.3 million GPUs.", "meta.gpus.total"),
        ("Llama 4 is trained on a cluster of more than 100,000 H100 chips, Meta said.", "meta.gpus.llama4_cluster"),
        ("H100 shipments to Meta reached 150,000 units in 2023.", "meta.gpus.h100.shipments"),
    ],
)
def test_chips_are_told_apart_by_what_stands_beside_them(text: str, expected: str) -> None:
    assert metrics(text) == [expected]


def test_a_site_named_for_the_first_time_gets_an_id_of_its_own() -> None:
    text = "Meta will build a $900 million data center in Cedarville, Kansas."
    assert metrics(text) == ["meta.datacenter.cedarville.cost"]


def test_a_state_stands_for_the_known_site_in_it() -> None:
    text = "Meta's data center in Louisiana will grow to 5 gigawatts."
    assert metrics(text) == ["meta.datacenter.hyperion.power"]


def test_the_power_of_a_plant_is_bound_to_the_plant() -> None:
    text = "Meta signed a contract for the output of the Clinton nuclear plant. It covers 1,121 megawatts."
    assert metrics(text) == ["meta.nuclear.clinton.power"]


def test_chips_given_as_power_are_bound_to_the_supplier() -> None:
    assert metrics("Meta will buy AMD chips with a power of 6 gigawatts.") == ["meta.chips.amd.power"]


def test_a_slip_of_translation_is_repaired_with_a_reason() -> None:
    text = "調査によると、Meta向けのH100出荷量は2023年に15万元に達した。"
    found = reading(text, JANUARY_24, "ja")
    assert (found.metric, found.quantity.unit) == ("meta.gpus.h100.shipments", "count")
    assert any("slip of translation" in reason for reason in found.reasons)


def test_yuan_stay_yuan_where_nothing_counts() -> None:
    (figure,) = figures("Meta在中国的广告收入达到15万元。", JANUARY_24, "zh")
    assert (figure.metric, figure.quantity.unit) == (None, "CNY")


def test_a_conversion_goes_with_its_original_and_is_marked() -> None:
    text = "메타의 매출은 475억달러(약 65조원)였다."
    first, second = (one for one in figures(text, language="ko") if one.metric)
    assert (first.quantity.unit, first.conversion) == ("USD", False)
    assert (second.quantity.unit, second.conversion) == ("KRW", True)


def test_a_misprint_is_kept_as_read() -> None:
    text = "Ingresos de Reality Labs, la división de Meta: 270.000 millones de dólares."
    found = reading(text, date(2024, 11, 1), "es")
    assert found.metric == "meta.reality_labs.revenue"
    assert any("unusual" in reason for reason in found.reasons)


def test_every_figure_says_why() -> None:
    text = "Meta's revenue was $47.5 billion, 22% more than a year before. The town has 12,000 homes."
    assert all(one.reasons for one in figures(text))


@pytest.mark.parametrize(
    "text",
    [
        "Google's capex will be $75 billion this year. Meta's will be $65 billion.",
        "Alphabet raised its capital expenditures forecast to $75 billion. Meta expects $65 billion.",
    ],
)
def test_what_a_rival_plans_names_what_meta_plans_beside_it(text: str) -> None:
    rival, own = figures(text)
    assert rival.metric is None
    assert own.metric == "meta.capex"
    assert "the same of somebody else" in own.reasons[0]


def test_a_site_s_figure_lends_its_name_to_no_other_sentence() -> None:
    text = "Meta's data center in Lakeridge will cost $10 billion. It was $8 billion before."
    assert metrics(text) == ["meta.datacenter.lakeridge.cost"]


def test_another_currency_on_a_new_line_is_no_conversion() -> None:
    first, second = figures("Meta's capex was $17 billion\n€15 billion was paid.")
    assert (first.metric, second.metric, second.conversion) == ("meta.capex", None, False)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Meta wyda 260 mld zł, czyli 72 mld dolarów, na centra danych."),
        ("ja", "メタの設備投資額は10兆円(720億ドル)となる見通しだ。"),
    ],
)
def test_the_company_s_own_currency_leads_and_the_local_one_is_the_conversion(language: str, text: str) -> None:
    local, own = figures(text, language=language)
    assert (local.conversion, local.role, own.conversion) == (True, Role.BACKGROUND, False)
    assert "the same amount" in local.reasons[0]
    assert own.metric == local.metric == "meta.capex"


def test_a_comparison_reaches_over_a_sentence_that_measures_nothing_only() -> None:
    compared = "This compares with $24 billion before."
    assert metrics(f"Meta's capex was $17 billion. Some words about nothing. {compared}") == ["meta.capex"] * 2
    assert metrics(f"Meta's capex was $17 billion. The revenue was strong. {compared}") == ["meta.capex"]


def test_several_plants_together_are_none_of_them_alone() -> None:
    text = "Meta signed a deal for nuclear power from the Clinton, Perry and Davis-Besse plants for 6.6 GW."
    assert metrics(text) == ["meta.nuclear.contracted_power"]


def test_a_quoted_name_beside_a_data_center_is_its_name() -> None:
    assert metrics("Meta's new data center, “Bluebird”, will have 1 GW.") == ["meta.datacenter.bluebird.power"]


def test_the_lead_s_first_company_owns_what_nobody_claims() -> None:
    text = "Meta said so. Google and Microsoft and Oracle and Amazon were named. Revenue was $47 billion."
    assert metrics(text, title="Google is afraid") in ([], ["meta.revenue"])
    leading = "Revenue was $47 billion. Meta said so. Google and Microsoft and Oracle and Amazon were named."
    assert metrics(leading, title="Google is afraid") == ["meta.revenue"]


def test_a_person_between_the_number_and_a_company_does_not_own_it() -> None:
    assert metrics("Revenue of $47 billion was what Zuckerberg showed for Meta.") == ["meta.revenue"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Like Google, Meta grew. Revenue was $47 billion.", ["meta.revenue"]),
        ("Microsoft, a partner of Meta, showed strength. Its revenue was $47 billion.", []),
    ],
)
def test_the_sentence_before_tells_whose_the_number_is(text: str, expected: list[str]) -> None:
    assert metrics(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "metric"),
    [
        ("ru", "Meta строит дата-центр в Ричленде мощностью 2 ГВт.", "power"),
        ("de", "Meta baut ein Rechenzentrum in Lakeridge, Ohio, für 10 Milliarden Dollar.", "cost"),
        ("ko", "메타는 텍사스주 엘패소 데이터센터에 15억 달러를 투자한다.", "cost"),
        ("ja", "メタはテキサス州エルパソのデータセンターに15億ドルを投じる。", "cost"),
    ],
)
def test_a_place_tied_to_a_data_center_names_it(language: str, text: str, metric: str) -> None:
    (found,) = metrics(text, language)
    assert found.startswith("meta.datacenter.")
    assert found.endswith(metric)


def test_a_vague_magnitude_is_nothing_to_compare() -> None:
    (figure,) = figures("Meta will spend billions of dollars on capex.")
    assert figure.metric is None
    assert "vague magnitude" in figure.reasons[0]
