"""Metric packs: the shipped ones, and a user's own."""

from pathlib import Path

import pytest

from monitor.core.examples import check_metric_examples
from monitor.packs.load import PackError, load_packs

GLASSES = """
acme.glasses_sold:
  title: smart glasses that Acme sold
  unit: count
  subject: acme
  names: [Acme, Acme Corp]
  words:
    en: [glasses sold, sold glasses, smart glasses]
    de: [Brillen verkauft]
  period: [year, quarter, none]
  habit: year
  plausible: [1000, 1e8]
  examples:
    - text: Acme said that 7 million smart glasses were sold in 2025.
      date: 2026-01-30
      value: 7e6
      period: 2025
    - text: Globex said that 9 million smart glasses were sold in 2025.
      none: true
"""


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_user_s_metric_with_its_own_subject_is_read(tmp_path: Path) -> None:
    packs = load_packs(extra_metrics=(own(tmp_path, GLASSES),))
    (metric,) = (one for one in packs.binding.metrics if one.id == "acme.glasses_sold")
    assert check_metric_examples(metric, packs) == []
    assert packs.version != load_packs().version


def test_a_user_s_example_that_is_read_otherwise_is_told_in_words(tmp_path: Path) -> None:
    packs = load_packs(extra_metrics=(own(tmp_path, GLASSES.replace("value: 7e6", "value: 8e6")),))
    (metric,) = (one for one in packs.binding.metrics if one.id == "acme.glasses_sold")
    (failure,) = check_metric_examples(metric, packs)
    assert "acme.glasses_sold" in failure
    assert "7 million" in failure


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("text: Acme said that 7 million", "text: Globex said that 7 million", "7"),
        ("Acme said that 7 million smart glasses were sold in 2025.", "Acme said nothing.", "no number with a unit"),
        ("value: 7e6", "value: 7e6\n      unit: USD", "the unit is count, not USD"),
        ("period: 2025", "period: 2024", "the period is 2025, not 2024"),
        ("text: Globex said", "text: Acme said", "must not be read, but is: 9 million"),
    ],
)
def test_every_way_in_which_an_example_fails_is_told_in_words(
    tmp_path: Path, right: str, wrong: str, words: str
) -> None:
    packs = load_packs(extra_metrics=(own(tmp_path, GLASSES.replace(right, wrong)),))
    (metric,) = (one for one in packs.binding.metrics if one.id == "acme.glasses_sold")
    (failure,) = check_metric_examples(metric, packs)
    assert words in failure


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x.y: {measures: [revenue]}", "needs a unit"),
        ("x.y: {unit: money, measure: [revenue]}", "unknown key measure"),
        ("x.y: {unit: money}", "needs measures or words"),
        ("x.y: {unit: money, measures: [revenue], period: [decade]}", "period must be of"),
        ("x.y: {unit: money, measures: [revenue], plausible: [1]}", "two numbers"),
        ("x.y: {unit: money, measures: [revenue], plausible: [1, many]}", "is no number"),
        ("x.y: {unit: money, measures: [revenue], slot: site}", "needs <site> in the id"),
        ("x.y: 3", "must hold unit"),
    ],
)
def test_a_mistake_in_a_metric_file_names_place_and_remedy(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(PackError, match=word) as caught:
        load_packs(extra_metrics=(own(tmp_path, text),))
    assert "own.yaml" in str(caught.value)


def test_every_shipped_metric_is_told_apart_by_id() -> None:
    ids = [metric.id for metric in load_packs().binding.metrics]
    assert len(ids) == len(set(ids))
