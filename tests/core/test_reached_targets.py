"""What a company already has is no word on what it wants to have."""

from datetime import date

import pytest

from monitor.core.read import read_story
from monitor.core.types.figures import PeriodKind, Status, Story
from monitor.packs.load import load_packs


@pytest.mark.parametrize(
    "owned",
    [
        "Meta currently operates 600,000 GPUs.",
        "Meta already runs 600,000 GPUs, the company said.",
        "Meta now has 600,000 GPUs in its data centers.",
    ],
)
def test_what_runs_today_is_no_target_of_the_year_that_the_next_sentence_names(owned: str) -> None:
    text = f"{owned} Meta plans to have 2 million GPUs by the end of 2027."
    found = read_story(Story("a", "Meta's fleet", text, date(2026, 10, 5), "en"), load_packs()).figures
    said = [(f.metric, f.status, f.period.kind, f.period.text) for f in found if f.period]
    assert said == [
        ("meta.gpus.total", Status.ACTUAL, PeriodKind.MONTH, "2026-10"),
        ("meta.gpus.total", Status.TARGET, PeriodKind.BY, "by 2027-12"),
    ]


def test_what_is_there_already_is_no_lower_target_of_the_same_kind_of_chip() -> None:
    text = "Meta already has 150,000 H100 GPUs. It wants 350,000 H100s by the end of 2026."
    found = read_story(Story("a", "Meta's fleet", text, date(2026, 10, 5), "en"), load_packs()).figures
    assert [(f.metric, f.period.text) for f in found if f.period] == [
        ("meta.gpus.h100", "2026-10"),
        ("meta.gpus.h100", "by 2026-12"),
    ]
