"""What unnamed sources or a rumour give for a year to come is theirs: guidance is what the company says itself."""

from datetime import date

import pytest
from reading import figures

from monitor.core.types.figures import Role, Status
from monitor.packs.load import load_languages

MARCH = date(2026, 3, 1)

RUMOURS = """
en Meta is considering raising its 2026 capital expenditures to as much as $250 billion, said people close to it.
en Meta plans capital expenditures of $250 billion in 2026, according to people familiar with the matter.
en Meta plans to spend as much as $250 billion in capital expenditures in 2026, sources told Reuters.
en Meta would raise capital expenditures to $250 billion in 2026, a person with knowledge of the plans said.
en Meta will reportedly raise capital expenditures to $250 billion in 2026.
en Meta is said to be planning capital expenditures of $250 billion in 2026.
en Meta is weighing capital expenditures of $250 billion in 2026.
en People familiar with Meta's plans said the company expects capital expenditures of $250 billion in 2026.
de Meta erwägt für 2026 Investitionen von 250 Milliarden Dollar.
de Mit der Sache vertraute Personen sagten, Meta plane für 2026 Investitionen von 250 Milliarden Dollar.
fr Meta envisage des dépenses d'investissement de 250 milliards de dollars en 2026, selon une source proche du dossier.
ja 米メタは2026年の設備投資を2500億ドルに引き上げることを検討していると、事情に詳しい関係者が明らかにした。
zh 知情人士称,Meta正考虑将2026年资本支出提高至2500亿美元。
zh 據悉,Meta計劃2026年資本支出為2500億美元。
"""

OWN_WORDS = """
en Meta's finance chief said the company is considering raising its 2026 capital expenditures to $250 billion.
en Meta confirmed that it expects capital expenditures of $250 billion in 2026, as sources close to it had hinted.
en The company said it is weighing capital expenditures of $250 billion in 2026.
en Meta said, according to a report by Reuters, that it plans capital expenditures of $250 billion in 2026.
en Meta expects capital expenditures of $250 billion in 2026 and is considering a second campus.
en Meta expects capital expenditures of $250 billion in 2026, while Google is reportedly planning for more.
en Meta expects capital expenditures of $250 billion in 2026, and people familiar with the matter see a second campus.
de Meta teilte mit, dass der Konzern für 2026 Investitionen von 250 Milliarden Dollar erwägt.
fr Meta a annoncé envisager 250 milliards de dollars de dépenses d'investissement en 2026.
"""


def lines(table: str) -> list[list[str]]:
    return [line.split(" ", 1) for line in table.strip().split("\n")]


@pytest.mark.parametrize(("language", "text"), lines(RUMOURS))
def test_a_plan_that_unnamed_sources_tell_is_an_estimate_and_not_the_companys(language: str, text: str) -> None:
    (figure,) = [one for one in figures(text, MARCH, language) if one.metric]
    assert (figure.metric, figure.status, figure.role) == ("meta.capex", Status.ESTIMATE, Role.BACKGROUND)
    assert "Meta" not in (figure.speaker or "")


@pytest.mark.parametrize(("language", "text"), lines(OWN_WORDS))
def test_a_plan_that_the_company_tells_itself_stays_its_guidance(language: str, text: str) -> None:
    (figure,) = [one for one in figures(text, MARCH, language, "Meta") if one.metric]
    assert (figure.metric, figure.status) == ("meta.capex", Status.GUIDANCE)


def test_a_rumour_in_another_sentence_touches_nothing() -> None:
    text = "Meta reportedly looks for land. It expects capital expenditures of $115 billion to $135 billion in 2026."
    (figure,) = [one for one in figures(text, MARCH, "en", "Meta's plans") if one.metric]
    assert figure.status is Status.GUIDANCE


def test_the_speaker_of_a_rumour_is_who_tells_it() -> None:
    told = "Meta plans capital expenditures of $250 billion in 2026, according to people familiar with the matter."
    (figure,) = figures(told, MARCH, "en")
    assert figure.speaker == "people familiar with the matter"
    thought = "Meta is weighing capital expenditures of $250 billion in 2026, sources close to the company said."
    (figure,) = figures(thought, MARCH, "en")
    assert figure.speaker == "sources close to the company"
    (figure,) = figures("Meta reportedly plans capital expenditures of $250 billion in 2026.", MARCH, "en")
    assert figure.speaker is None


def test_the_old_guidance_beside_a_rumour_stays_the_companys() -> None:
    text = (
        "Meta is considering capital expenditures of $250 billion in 2026, up from $135 billion, "
        "people familiar with the matter said."
    )
    rumoured, old = figures(text, MARCH, "en")
    assert (rumoured.status, old.status, old.role) == (Status.ESTIMATE, Status.GUIDANCE, Role.PRIOR)


def test_every_language_that_is_bound_knows_unnamed_sources_and_rumours_and_shows_one() -> None:
    languages = load_languages()
    for code in languages.written():
        sections = languages[code].sections
        if sections.get("measures"):
            assert sections["speech"].get("sources"), code
            assert sections["speech"].get("hearsay"), code
            assert any(line.endswith(" estimate") for row in sections["figures"] for line in row["expect"]), code
