"""What beat the forecasts has happened, whatever the rest of the sentence looks forward to."""

from datetime import date

from monitor.core.read import read_story
from monitor.core.types.figures import Status, Story
from monitor.packs.load import load_packs


def test_revenue_that_beat_forecasts_is_of_the_quarter_that_ended() -> None:
    text = (
        "Meta will spend up to $72 billion this year, mostly on data centers for artificial intelligence, "
        "after first-quarter revenue of about $42.3 billion beat Wall Street's forecasts."
    )
    spent, earned = read_story(Story("s", "Meta", text, date(2025, 4, 30), "en"), load_packs()).figures
    assert (spent.metric, spent.period.text if spent.period else "") == ("meta.capex", "2025")
    assert (earned.metric, earned.period.text if earned.period else "") == ("meta.revenue", "2025-Q1")
    assert (spent.status, earned.status) == (Status.GUIDANCE, Status.ACTUAL)
