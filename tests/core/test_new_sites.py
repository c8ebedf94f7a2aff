"""A site that no list knows is named by the story itself."""

from datetime import date

import pytest

from monitor.core.read import read_story
from monitor.core.types.figures import Story
from monitor.packs.load import load_packs


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Meta will build a data center in Lakeridge, Ohio, for $1.2 billion.", "meta.datacenter.lakeridge.cost"),
        ("The Lakeridge data center of Meta will cost $1.2 billion.", "meta.datacenter.lakeridge.cost"),
        ("Meta's data center in Ohio will cost $1.2 billion.", "meta.datacenter.prometheus.cost"),
        ("Meta's data center in Richland Parish, Louisiana, will cost $12 billion.", "meta.datacenter.hyperion.cost"),
    ],
)
def test_a_town_wins_over_the_state_of_a_known_site(text: str, metric: str) -> None:
    found = read_story(Story("s", "Meta builds", text, date(2025, 4, 29), "en"), load_packs()).figures
    assert [figure.metric for figure in found] == [metric]


def test_a_title_names_the_town_that_its_story_is_about() -> None:
    text = "The Lakeridge data center will cost $1.2 billion and draw 400 megawatts."
    story = Story("s", "Meta picks Lakeridge, Ohio, for a data center", text, date(2025, 4, 29), "en")
    found = read_story(story, load_packs()).figures
    assert [(figure.metric, figure.role.value) for figure in found] == [
        ("meta.datacenter.lakeridge.cost", "news"),
        ("meta.datacenter.lakeridge.power", "news"),
    ]


def test_capital_expenditures_that_include_finance_leases_are_no_financing() -> None:
    text = (
        "Meta's capital expenditures, including principal payments on finance leases, were $13.69 billion "
        "for the first quarter of 2025."
    )
    found = read_story(Story("s", "Meta reports", text, date(2025, 4, 30), "en"), load_packs()).figures
    assert [(f.metric, f.period.text if f.period else "") for f in found] == [("meta.capex", "2025-Q1")]
