"""Who denies a report denies the figure that the report gives, though it stands in a clause of its own."""

from datetime import date

import pytest
from reading import figures

from monitor.core.types.figures import Status

DENIALS = """
de Meta hat einen Bericht dementiert, wonach der Konzern 2027 Investitionen von 250 Milliarden Dollar plant.
de Meta wies Berichte zurück, denen zufolge der Konzern 2027 Investitionen von 250 Milliarden Dollar plant.
en Meta denied a report, according to which the company plans capital expenditures of $250 billion in 2027.
fr Meta a démenti une information, selon laquelle le groupe prévoit 250 milliards de dollars d'investissements.
es Meta desmintió un informe, según el cual la compañía planea un gasto de capital de 250.000 millones de dólares.
it Meta ha smentito un rapporto, secondo cui il gruppo prevede investimenti per 250 miliardi di dollari.
pt A Meta negou uma reportagem, segundo a qual a empresa planeja investimentos de 250 bilhões de dólares.
pl Meta zaprzeczyła doniesieniom, według których firma planuje nakłady inwestycyjne w wysokości 250 mld dolarów.
cs Meta popřela zprávu, podle níž firma v roce 2027 plánuje investice ve výši 250 miliard dolarů.
da Meta afviser en rapport, ifølge hvilken selskabet planlægger investeringer på 250 milliarder dollar.
"""


@pytest.mark.parametrize(("language", "text"), [line.split(" ", 1) for line in DENIALS.strip().split("\n")])
def test_the_figure_of_a_report_that_is_denied_is_denied(language: str, text: str) -> None:
    (figure,) = [one for one in figures(text, date(2026, 11, 20), language) if one.metric]
    assert (figure.metric, figure.status) == ("meta.capex", Status.DENIED)


def test_what_a_report_says_that_nobody_denies_is_not_denied() -> None:
    text = "Meta hat einen Plan vorgelegt, wonach der Konzern 2027 Investitionen von 250 Milliarden Dollar vorsieht."
    (figure,) = [one for one in figures(text, date(2026, 11, 20), "de") if one.metric]
    assert figure.status is Status.GUIDANCE
