"""The cards that are shipped are sound, and say what their documents say."""

import json
from pathlib import Path

import pytest

from monitor.core.types.ledger import SeriesKey
from monitor.packs.load import load_packs
from monitor.sources.cards import load_card
from monitor.steps.copies import print_of
from monitor.steps.seed import read_print, seed_files

ROOT = Path(__file__).resolve().parents[2]
CARDS = [file for file in seed_files(ROOT / "seeds") if file.suffix == ".yaml"]
DOCUMENTS = ROOT.parent / "shared" / "seeds"
GOLD = ROOT.parent / "shared" / "eval" / "seeds" / "gold_figures.jsonl"


def test_there_are_five():
    assert len(CARDS) == 5


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.stem)
def test_a_card_is_sound(file):
    card = load_card(file)
    assert card.id == file.stem
    assert card.figures
    assert read_print(card.fingerprint).fingerprint.hashes
    for figure in card.figures:
        assert figure.printed in figure.evidence
        assert len(figure.evidence) <= 80


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.stem)
def test_a_card_names_metrics_that_are_tracked(file):
    tracked = {metric.id for metric in load_packs().binding.metrics if metric.tracked}
    for figure in load_card(file).figures:
        name = figure.series.metric
        parts = name.split(".")
        family = {".".join([*parts[:2], f"<{kind}>", *parts[3:]]) for kind in ("site", "plant", "supplier", "cluster")}
        assert name in tracked or family & tracked, name


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the documents themselves are not kept in this repository")
def test_each_card_knows_its_document_again():
    prints = {read_print(load_card(file).fingerprint).text_hash for file in CARDS}
    assert {print_of(file.read_text(encoding="utf-8")).text_hash for file in DOCUMENTS.glob("*.txt")} == prints


@pytest.mark.skipif(not GOLD.exists(), reason="the gold figures of the documents are not kept in this repository")
def test_the_cards_hold_the_figures_that_a_person_marked():
    marked = set()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["tracked"]:
            marked.add(SeriesKey(row["metric"], row["period"] or "", row["unit"]))
    held = {figure.series for file in CARDS for figure in load_card(file).figures}
    assert held == marked
