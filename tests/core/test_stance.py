"""How far the speaker stands behind a value, and why the article prints it."""

from datetime import date

import pytest
from reading import figures, reading

from monitor.core.types.figures import Role, Status

AUGUST_24 = date(2024, 8, 1)


def stances(text: str, day: date, language: str = "en", title: str = "") -> list[tuple[Status, Role]]:
    return [(one.status, one.role) for one in figures(text, day, language, title) if one.metric]


def test_a_period_that_is_over_is_actual_and_one_to_come_is_guidance() -> None:
    text = (
        "Meta's revenue was $39.07 billion in the second quarter. It expects $38.5 billion to $41 "
        "billion of revenue in the third."
    )
    assert [status for status, _ in stances(text, AUGUST_24)] == [Status.ACTUAL, Status.GUIDANCE]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta's revenue was $39.07 billion, ahead of the $38.26 billion that analysts had expected."),
        (
            "es",
            (
                "Los ingresos de Meta fueron de 39.070 millones de dólares, más de los 38.260 millones que "
                "esperaban los analistas."
            ),
        ),
        ("zh", "Meta营收390.7亿美元,高于市场预期的382.6亿美元。"),
        ("ko", "메타의 매출은 390억7000만달러로, 시장 전망치 382억6000만달러를 웃돌았다."),
    ],
)
def test_what_analysts_expected_is_an_estimate_in_the_background(language: str, text: str) -> None:
    own, others = stances(text, AUGUST_24, language)
    assert own == (Status.ACTUAL, Role.NEWS)
    assert others == (Status.ESTIMATE, Role.BACKGROUND)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "Meta now plans capital expenditures of $37 billion to $40 billion in 2024; the earlier "
                "range was $35 billion to $40 billion."
            ),
        ),
        (
            "nl",
            (
                "Meta rekent voor 2024 op 37 tot 40 miljard dollar aan investeringen. Eerder was de "
                "prognose 35 tot 40 miljard dollar."
            ),
        ),
        (
            "de",
            (
                "Meta will 2024 zwischen 37 und 40 Milliarden Dollar investieren. Bislang hatte die Spanne "
                "35 bis 40 Milliarden Dollar betragen."
            ),
        ),
        (
            "fr",
            (
                "Les investissements de Meta en 2024 grimpent : 37 à 40 milliards de dollars contre 35 à "
                "40 milliards de dollars auparavant."
            ),
        ),
    ],
)
def test_the_old_range_beside_the_new_one_is_prior(language: str, text: str) -> None:
    assert [role for _, role in stances(text, AUGUST_24, language)] == [Role.NEWS, Role.PRIOR]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "A Meta elevou a projeção de investimentos de capital de US$ 60 a 65 bilhões para US$ 64 a 72 bilhões."),
        ("tr", "Meta sermaye harcaması tahminini 60-65 milyar dolardan 64-72 milyar dolara yükseltti."),
        ("vi", "Meta nâng dự báo chi tiêu vốn năm nay từ 60-65 tỷ USD lên 64-72 tỷ USD."),
    ],
)
def test_the_value_that_another_one_turned_from_is_prior(language: str, text: str) -> None:
    assert [role for _, role in stances(text, AUGUST_24, language)] == [Role.PRIOR, Role.NEWS]


CORRECTED = """
en Correction: Meta expects capital expenditures of $125-137 billion in 2026, not $125-145 billion.
de Meta erwartet 2026 Investitionen von 125 bis 137 Milliarden Dollar, nicht 125 bis 145 Milliarden Dollar.
es Meta espera gastos de capital de entre 125.000 y 137.000 millones de dólares en 2026, y no de entre 125.000 y \
145.000 millones de dólares.
ru Meta ожидает, что капитальные затраты в 2026 году составят 125–137 млрд долларов, а не 125–145 млрд долларов.
zh 更正:Meta预计2026年资本支出为1250亿至1370亿美元,而不是1250亿至1450亿美元。
"""


@pytest.mark.parametrize(("language", "text"), [line.split(" ", 1) for line in CORRECTED.strip().split("\n")])
def test_the_value_that_a_correction_takes_back_is_no_news(language: str, text: str) -> None:
    found = figures(text, date(2026, 6, 29), language, "Meta")
    (news,) = [one for one in found if one.metric and one.role is Role.NEWS]
    assert news is found[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Susan Li told analysts that Meta expects capital expenditures of $125 billion this year."),
        ("de", "Meta erwartet 2026 Investitionen von 125 Milliarden Dollar, sagte Susan Li vor Analysten."),
        ("fr", "Susan Li a indiqué aux analystes que Meta prévoit 125 milliards de dollars d'investissements en 2026."),
        (
            "es",
            "Susan Li dijo a los analistas que Meta espera gastos de capital de 125.000 millones de dólares en 2026.",
        ),
        ("zh", "Meta首席财务官对分析师表示,公司预计2026年资本支出为1250亿美元。"),
    ],
)
def test_what_the_company_tells_analysts_is_its_own_guidance(language: str, text: str) -> None:
    (figure,) = [one for one in figures(text, date(2026, 3, 1), language) if one.metric]
    assert figure.status is Status.GUIDANCE


def test_a_figure_of_an_earlier_quarter_is_background() -> None:
    text = (
        "Meta spent $8.47 billion on property and equipment in the quarter, up from $6.72 billion in the previous one."
    )
    assert [role for _, role in stances(text, AUGUST_24)] == [Role.NEWS, Role.BACKGROUND]


def test_what_a_politician_says_of_a_project_is_a_claim_with_a_speaker() -> None:
    text = "Meta's data center in Louisiana will cost $50 billion, President Trump said."
    assert stances(text, date(2025, 8, 27)) == [(Status.TARGET, Role.NEWS)]
    assert "Trump" in str(reading(text, date(2025, 8, 27)).speaker)


def test_an_outsiders_claim_deep_in_a_story_about_something_else_is_told_again() -> None:
    lead = "Meta's revenue was $59.9 billion in the fourth quarter. " + "The shares moved little after the report. " * 8
    text = lead + "\n\nIts data center in Louisiana will cost $50 billion, President Trump said."
    found = figures(text, date(2026, 1, 29), title="Meta reports record sales")
    assert {one.role for one in found if one.metric == "meta.datacenter.hyperion.cost"} == {Role.BACKGROUND}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta posted revenue of $47.5 billion vs. $44.8 billion expected."),
        ("fr", "Meta a dégagé un chiffre d'affaires de 47,5 milliards de dollars (44,8 milliards attendus)."),
        ("de", "Der Umsatz von Meta lag bei 47,5 Milliarden Dollar (erwartet: 44,8 Milliarden)."),
        ("sv", "Metas omsättning uppgick till 47,5 miljarder dollar, mot väntade 44,8 miljarder dollar."),
    ],
)
def test_what_was_expected_of_a_result_is_an_estimate(language: str, text: str) -> None:
    assert stances(text, AUGUST_24, language) == [(Status.ACTUAL, Role.NEWS), (Status.ESTIMATE, Role.BACKGROUND)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta, which employs 76,000 people, plans a new office."),
        ("es", "Meta, con 76.834 trabajadores, prepara otra sede."),
        ("de", "Meta, das rund 76.000 Mitarbeiter beschäftigt, plant eine neue Zentrale."),
    ],
)
def test_a_size_told_in_an_aside_is_background(language: str, text: str) -> None:
    assert [role for _, role in stances(text, AUGUST_24, language)] == [Role.BACKGROUND]


def test_a_size_that_a_company_reports_is_news() -> None:
    assert stances("As of June 30, Meta had 75,945 employees, up 7%.", AUGUST_24) == [(Status.ACTUAL, Role.NEWS)]


def test_another_project_than_that_of_the_title_is_background() -> None:
    text = "The campus will cost $1.5 billion.\n\nMeta is also building Hyperion, a data center of 5 gigawatts."
    found = figures(text, date(2025, 10, 16), title="Meta to build a data center in El Paso")
    roles = {one.metric: one.role for one in found if one.metric}
    assert roles["meta.datacenter.hyperion.power"] is Role.BACKGROUND
    assert roles["meta.datacenter.el_paso.cost"] is Role.NEWS


def test_the_speaker_is_the_person_who_says_it_or_the_company() -> None:
    text = "Meta AI has 500 million monthly users, Mark Zuckerberg said."
    assert reading(text, AUGUST_24).speaker == "Mark Zuckerberg"
    assert reading("Meta's revenue was $39 billion.", AUGUST_24).speaker == "Meta"


def test_cuts_that_are_announced_are_a_plan_and_those_made_a_fact() -> None:
    assert stances("Meta plans to cut 10,000 jobs.", date(2023, 3, 14)) == [(Status.TARGET, Role.NEWS)]
    assert stances("Meta has cut 11,000 jobs.", date(2022, 11, 9)) == [(Status.ACTUAL, Role.NEWS)]


@pytest.mark.parametrize("link", [", against 650 million", ", compared with 650 million before"])
def test_a_state_is_compared_with_an_earlier_one(link: str) -> None:
    now, then = figures(f"Meta AI now has 1 billion monthly users{link}.")
    assert (now.role, then.role) == (Role.NEWS, Role.BACKGROUND)
    assert then.metric == now.metric == "meta_ai.monthly_users"


def test_a_state_of_an_earlier_day_in_its_own_sentence_is_a_comparison() -> None:
    now, then = figures("Meta AI now has 1 billion monthly users. In December it had 650 million.")
    assert (now.role, then.role) == (Role.NEWS, Role.BACKGROUND)
    assert "for comparison, of" in " ".join(then.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Meta said in April that it would spend $72 billion on capex this year.",
        "Meta announced last December that its capex would be $72 billion this year.",
    ],
)
def test_what_was_said_months_ago_is_background(text: str) -> None:
    assert stances(text, date(2025, 7, 31))[0][1] is Role.BACKGROUND


def test_a_site_told_as_background_stays_so_in_the_next_sentence() -> None:
    text = (
        "Meta said last December that its data center in Lakeridge would cost $10 billion. "
        "The Lakeridge data center cost $12 billion."
    )
    assert [role for _, role in stances(text, date(2025, 7, 31))] == [Role.BACKGROUND] * 2


def test_what_the_company_denies_is_denied() -> None:
    text = "Meta denied that it would spend $100 billion on data centers this year."
    assert stances(text, date(2025, 7, 31)) == [(Status.DENIED, Role.NEWS)]


def test_a_plan_that_is_reached_is_actual() -> None:
    text = "Meta now has 1 GW of computing capacity in Prometheus."
    assert stances(text, date(2025, 7, 31)) == [(Status.ACTUAL, Role.NEWS)]


def test_according_to_names_the_speaker() -> None:
    said = figures("According to Bloomberg, Meta will spend $70 billion on capex.")[0]
    assert said.speaker == "Bloomberg"
    known = figures("据Meta称,营收470亿美元。", language="zh")[0]
    assert known.speaker == "Meta"


def test_a_later_state_is_no_comparison_because_its_date_is_recent() -> None:
    text = "Llama had 1 billion downloads. Before it had 650 million. In July 2025 it had 1.2 billion."
    assert all(one.role is not Role.PRIOR for one in figures(text))


@pytest.mark.parametrize("text", ["Meta, according to nobody else, expects capex of $70 billion."])
def test_according_may_stand_behind_the_name(text: str) -> None:
    assert figures(text)[0].speaker == "Meta"


def test_what_was_announced_last_year_belongs_to_the_number_beside_it() -> None:
    text = "Meta raised its 2026 capital expenditures to $70 billion from the $60 billion announced last year."
    assert [role for _, role in stances(text, date(2026, 3, 1))] == [Role.NEWS, Role.BACKGROUND]
