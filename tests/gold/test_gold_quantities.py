"""Scores of the quantity reader: on sentences of our own in every language, and on the evaluation sets where they lie.

The floors in tests/baseline.json only rise: a change that reads less fails here.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from quantity_notation import meant, same_ends

from monitor.core.quantities import read_quantities
from monitor.core.types.figures import Quantity
from monitor.packs.load import load_packs

HERE = Path(__file__).parent
FLOORS: dict[str, float] = json.loads((HERE.parent / "baseline.json").read_text(encoding="utf-8"))["quantities"]
SHARED = HERE.parents[2] / "shared" / "eval"
PACKS = load_packs()


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def shared(name: str) -> list[dict[str, Any]]:
    if not SHARED.is_dir():
        pytest.skip("the evaluation sets do not lie beside this checkout")
    return rows(SHARED / name)


def score_own() -> tuple[dict[str, float], dict[str, Counter[str]]]:
    """Recall of values and units, share of right hedges, precision; and the counts by language."""
    by: dict[str, Counter[str]] = {}
    for row in rows(HERE / "quantities.jsonl"):
        left = list(read_quantities(row["text"], row["lang"], PACKS))
        count = by.setdefault(row["lang"], Counter())
        count["read"] += len(left)
        for answer in map(meant, row["expect"]):
            hit = next((one for one in left if same_ends(one, answer)), None)
            count["gold"] += 1
            if hit:
                left.remove(hit)
                count["found"] += 1
                count["hedged"] += hit.modifier == answer[3]
    total = sum(by.values(), Counter())
    scores = {
        "own.recall": total["found"] / total["gold"],
        "own.precision": total["found"] / total["read"],
        "own.modifiers": total["hedged"] / total["found"],
    }
    return scores, by


def test_the_sentences_cover_every_written_language() -> None:
    gold = rows(HERE / "quantities.jsonl")
    assert len(gold) >= 150
    assert set(PACKS.languages.written()) <= {row["lang"] for row in gold}


@pytest.mark.parametrize("key", ["own.recall", "own.precision", "own.modifiers"])
def test_the_sentences_read_no_worse_than_before(key: str) -> None:
    assert score_own()[0][key] >= FLOORS[key]


def test_no_language_falls_far_behind() -> None:
    behind = {code: count for code, count in score_own()[1].items() if count["found"] < 0.8 * count["gold"]}
    assert not behind


@pytest.mark.parametrize("name", ["seeds", "dev"])
def test_stories_of_the_evaluation_sets_read_no_worse_than_before(name: str) -> None:
    found = hedged = total = 0
    stories = {row["id"]: row for row in shared(f"{name}/stories.jsonl")}
    read = {id_: read_quantities(row["text"], row["lang"], PACKS) for id_, row in stories.items()}
    for gold in shared(f"{name}/gold_figures.jsonl"):
        hit = next((one for one in read[gold["story"]] if _matches(one, gold)), None)
        total += 1
        found += hit is not None
        hedged += hit is not None and hit.modifier.value == gold["modifier"]
    assert found / total >= FLOORS[f"{name}.recall"]
    assert hedged / found >= FLOORS[f"{name}.modifiers"]


def _matches(one: Quantity, gold: dict[str, Any]) -> bool:
    if not (one.start < gold["char_end"] and gold["char_start"] < one.end and one.unit == gold["unit"]):
        return False
    ends = (one.low or one.high, one.high or one.low)
    wanted = (gold["value_low"], gold["value_high"])
    wanted = (wanted[0] if wanted[0] is not None else wanted[1], wanted[1] if wanted[1] is not None else wanted[0])
    return all(a is not None and abs(float(a) - b) <= 0.006 * abs(b) for a, b in zip(ends, wanted, strict=True))


def test_money_cases_of_five_languages_read_no_worse_than_before() -> None:
    right = gold = said = 0
    for code in ("de", "en", "ko", "pt", "zh"):
        for case in shared(f"recognizers/{code}.jsonl"):
            left = [
                one for one in read_quantities(case["text"], code, PACKS) if len(one.unit) == 3 and one.unit.isupper()
            ]
            said += len(left)
            gold += len(case["expect"])
            for want in case["expect"]:
                hit = next((one for one in left if _money(one, want)), None)
                if hit:
                    left.remove(hit)
                    right += 1
    assert 2 * right / (gold + said) >= FLOORS["money.value_and_unit"]


def _money(one: Quantity, want: dict[str, Any]) -> bool:
    value = one.low if one.low is not None else one.high
    overlaps = one.start < want["end"] and want["start"] < one.end
    close = value is not None and abs(float(value) - want["value"]) <= 1e-6 * max(1.0, abs(want["value"]))
    return overlaps and close and want["unit"] in {None, one.unit}
