"""Every language file carries sentences with their figures; each must be read as it says."""

from datetime import date
from typing import Any

import pytest

from monitor.core.examples import check_metric_examples
from monitor.core.notation import write_claim
from monitor.core.read import read_story
from monitor.core.types.figures import Figure, Role, Status, Story
from monitor.core.types.ledger import Claim
from monitor.packs.load import load_languages, load_packs

LANGUAGES = load_languages()
CASES = [
    pytest.param(code, example, id=f"{code}-{number}")
    for code in LANGUAGES.written()
    for number, example in enumerate(LANGUAGES[code].sections.get("figures", ()))
]


def written(figure: Figure) -> str:
    q = figure.quantity
    claim = Claim(q.low, q.high, q.low_step, q.high_step, q.modifier)
    stance = " prior" if figure.role is Role.PRIOR else " estimate" if figure.status is Status.ESTIMATE else ""
    return f"{figure.metric} {figure.period.text if figure.period else '-'} {write_claim(claim)} {q.unit}{stance}"


def value(text: str) -> tuple[str, ...]:
    """The notation with its number normalised: 66e9..72e9 and 66000e6..72000e6 are the same value."""
    words = text.split(" ")
    at = next(i for i, word in enumerate(words) if word[-1:].isdigit() and (i > 1) and "-" not in word and i > 1)
    sign = "".join(char for char in words[at] if char in "<>=~")
    ends = tuple(str(float(end)) for end in words[at].lstrip("<>=~").split(".."))
    return (*words[:at], sign, *ends, *words[at + 1 :])


@pytest.mark.parametrize(("code", "example"), CASES)
def test_a_sentence_of_a_language_file_is_read_as_it_says(code: str, example: dict[str, Any]) -> None:
    day = example["date"] if isinstance(example["date"], date) else date.fromisoformat(str(example["date"]))
    figures = read_story(Story("example", "", example["text"], day, code), load_packs()).figures
    bound = [value(written(figure)) for figure in figures if figure.metric]
    assert bound == [value(text) for text in example["expect"]], [figure.reasons for figure in figures]


def test_the_promised_languages_have_words_for_binding() -> None:
    promised = set("en zh ja ko pt es fr de it nl sv pl ru uk tr ar fa he hi id vi th".split())
    assert {code for code in LANGUAGES.written() if LANGUAGES[code].sections.get("measures")} >= promised


def test_every_written_language_with_measures_has_examples() -> None:
    bare = [
        c
        for c in LANGUAGES.written()
        if LANGUAGES[c].sections.get("measures") and not LANGUAGES[c].sections.get("figures")
    ]
    assert not bare


@pytest.mark.parametrize("metric", [m for m in load_packs().binding.metrics if m.examples], ids=lambda m: m.id)
def test_the_examples_of_a_metric_hold(metric: Any) -> None:
    assert check_metric_examples(metric, load_packs()) == []
