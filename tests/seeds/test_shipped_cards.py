"""The cards that are shipped are sound, and say what their documents say."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.core.types.feeds import Article
from monitor.core.types.ledger import SeriesKey
from monitor.daemon.reading import ThreadReader
from monitor.packs.load import load_packs
from monitor.sources.cards import load_card
from monitor.sources.documents import read_document
from monitor.steps.commit import commit_article
from monitor.steps.copies import print_of
from monitor.steps.read import prepare
from monitor.steps.seed import load_seeds, read_print, seed_files
from monitor.steps.world import World
from monitor.store import ledger
from monitor.store.store import Store

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
    kept = {one.text_hash: one for one in (read_print(load_card(file).fingerprint) for file in CARDS)}
    for file in DOCUMENTS.glob("*.txt"):
        printed = print_of(read_document(file).text)
        assert kept[printed.text_hash] == printed, (
            "the rules of fingerprints changed: make the cards' fingerprints anew"
        )


@pytest.mark.skipif(not GOLD.exists(), reason="the gold figures of the documents are not kept in this repository")
def test_the_cards_hold_the_figures_that_a_person_marked():
    marked = set()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["tracked"]:
            marked.add(SeriesKey(row["metric"], row["period"] or "", row["unit"]))
    held = {figure.series for file in CARDS for figure in load_card(file).figures}
    assert held == marked


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the documents themselves are not kept in this repository")
@pytest.mark.parametrize("part", ["whole", "doubled", "first half", "with boilerplate"])
def test_the_documents_as_stories_change_nothing_once_their_cards_are_loaded(part):
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(DOCUMENTS.glob("*.txt"))}
    alter = {
        "whole": lambda text: text,
        "doubled": lambda text: f"{text}\n\n{text}",
        "first half": lambda text: text[: len(text) // 2],
        "with boilerplate": lambda text: f"Subscribe to our letter.\n\n{text}\n\nAll rights reserved.",
    }[part]
    before, after, told = asyncio.run(fed({name: alter(text) for name, text in texts.items()}))
    assert told == []
    assert after == before


async def fed(texts: dict[str, str]) -> tuple[set[SeriesKey], set[SeriesKey], list[str]]:
    """The series before and after the texts arrive as news, and what is told of them."""
    packs = load_packs()
    clock = SteadyClock()
    unused: Any = None
    settings = NoSettings()
    world = World(Store.open("sqlite://"), clock, settings, packs, unused, unused, ThreadReader(packs), unused)
    await load_seeds(world, ROOT / "seeds")
    with world.store.read() as tx:
        before = {state.key for state in ledger.states(tx)}
    told = []
    for name, text in texts.items():
        url = f"https://{name}.example/story"
        article = Article(url, url, "", text, None, clock.now(), "page", f"{name}.example")
        prepared = await prepare(world, article)
        with world.store.write() as tx:
            done = commit_article(tx, prepared, world.reader, clock.now())
        told += [f"{name}: {change.kind} {change.series} {change.new}" for change in done.changes]
    with world.store.read() as tx:
        return before, {state.key for state in ledger.states(tx)}, told


class SteadyClock:
    """Long after the seeds."""

    def now(self) -> datetime:
        return datetime(2025, 9, 1, tzinfo=UTC)


class NoSettings:
    """Nothing is configured."""

    feeds = ()
    audiences = ()
