"""Seeds fill the ledger silently, are known again in any form, and can be corrected."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from monitor.core.notation import read_claim
from monitor.core.read import read_story
from monitor.core.types.feeds import Article, Feed
from monitor.core.types.figures import Story
from monitor.core.types.ledger import SourceKind
from monitor.daemon.reading import ThreadReader
from monitor.packs.load import load_packs
from monitor.sources.cards import CardError, load_card, write_card
from monitor.steps.commit import commit_article
from monitor.steps.copies import print_of
from monitor.steps.read import prepare
from monitor.steps.replay import FEED
from monitor.steps.seed import (
    card_of,
    card_prepared,
    load_seeds,
    period_kind,
    read_print,
    seed_files,
    write_print,
)
from monitor.steps.world import World
from monitor.store import articles, ledger, outbox
from monitor.store.store import Store

TEXT = """Meta counts its cards

Meta will own about 350,000 of Nvidia's H100 processors by the end of 2024, Mark Zuckerberg said on Thursday.

Together with other chips that makes almost 600,000 H100 equivalents of compute by the end of 2024, he said in a video.

He merged two research groups, so that both work towards one aim, and left open what the cards cost the company."""
DAY = date(2024, 1, 19)
NOW = datetime(2025, 1, 1, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOW


class Settings:
    feeds: tuple[Feed, ...] = (FEED,)
    audiences = ()


@pytest.fixture
def world() -> World:
    packs = load_packs()
    unused = None
    return World(Store.open("sqlite://"), Clock(), Settings(), packs, unused, unused, ThreadReader(packs), unused)


def article(text: str = TEXT, url: str = "https://one.example/cards") -> Article:
    return Article(
        url, url, text.split("\n", maxsplit=1)[0], text, "en", datetime.combine(DAY, time(), UTC), "page", "one.example"
    )


def card(text: str = TEXT):
    figures = read_story(Story("", "", text, DAY, "en"), load_packs()).figures
    return card_of(article(text), figures, print_of(text), name="cards", source="one.example")


def put(folder: Path, one=None) -> Path:
    file = folder / "cards.yaml"
    file.write_text(write_card(one or card()), encoding="utf-8")
    return file


def load(world: World, folder: Path):
    return asyncio.run(load_seeds(world, folder))


def states(world: World) -> dict[str, str]:
    with world.store.read() as tx:
        return {s.key.metric: f"{s.claim.low}" for s in ledger.states(tx)}


def changes(world: World) -> list:
    with world.store.read() as tx:
        return ledger.recent_changes(tx)


def tell(world: World, text: str, url: str):
    """Let an article arrive as a feed would bring it."""

    async def run():
        late = replace(article(text, url), published=NOW)
        prepared = await prepare(world, late, feed=FEED)
        return await world.write(lambda tx: commit_article(tx, prepared, world.reader, NOW))

    return asyncio.run(run())


def test_a_card_holds_the_figures_and_a_few_words_of_each_but_not_the_text():
    one = card()
    assert {figure.series.metric for figure in one.figures} >= {"meta.gpus.h100", "meta.gpus.h100_equivalent"}
    for figure in one.figures:
        assert figure.printed in figure.evidence
        assert len(figure.evidence) < 100
    assert "merged two research groups" not in write_card(one)


def test_a_document_without_a_date_gives_no_card():
    undated = replace(article(), published=None)
    with pytest.raises(Exception, match="give --date YYYY-MM-DD"):
        card_of(undated, (), print_of(TEXT), name="cards", source="")


def test_a_print_survives_being_written_down():
    for text in (TEXT, "", "短い文。", TEXT * 20):
        assert read_print(write_print(print_of(text))) == print_of(text)


@pytest.mark.parametrize("text", ["", "1 abc 1 5", "2 abc one 5", "2 abc 1 5\nkeys ###"])
def test_a_damaged_fingerprint_is_refused_with_the_remedy(text):
    with pytest.raises(CardError, match="make the card anew"):
        card_prepared(replace(card(), fingerprint=text), "cards.yaml", NOW)


def test_cards_fill_the_ledger_without_a_change(world, tmp_path):
    put(tmp_path)
    report = load(world, tmp_path)
    assert (report.loaded, report.known, report.problems) == (("cards.yaml",), (), ())
    assert states(world)["meta.gpus.h100"] == "350000"
    assert changes(world) == []


def test_a_second_start_knows_them(world, tmp_path):
    put(tmp_path)
    load(world, tmp_path)
    before = states(world)
    assert load(world, tmp_path).known == ("cards.yaml",)
    assert states(world) == before


def test_an_unchanged_folder_is_not_read_again(world, tmp_path, monkeypatch):
    put(tmp_path)
    load(world, tmp_path)
    monkeypatch.setattr("monitor.steps.seed.load_card", None)
    assert load(world, tmp_path).known == ("cards.yaml",)


def test_a_folder_with_a_mistake_is_read_and_complained_of_each_time(world, tmp_path):
    put(tmp_path)
    (tmp_path / "broken.yaml").write_text("nonsense: [")
    assert load(world, tmp_path).problems == load(world, tmp_path).problems != ()


def test_a_card_corrected_by_hand_replaces_what_it_said_and_tells_nothing(world, tmp_path):
    file = put(tmp_path)
    load(world, tmp_path)
    one = load_card(file)
    corrected = read_claim("~360e3")
    assert corrected is not None
    figures = tuple(
        replace(figure, claim=corrected) if figure.series.metric == "meta.gpus.h100" else figure
        for figure in one.figures
    )
    put(tmp_path, replace(one, figures=figures))
    assert load(world, tmp_path).loaded == ("cards.yaml",)
    assert states(world)["meta.gpus.h100"] == "360000"
    assert changes(world) == []


@pytest.mark.parametrize(
    "text",
    [TEXT, TEXT + "\n\n" + TEXT, "Sign up for our letter.\n\n" + TEXT, "\n\n".join(TEXT.split("\n\n")[1:3])],
    ids=["the seed itself", "doubled", "with boilerplate", "an excerpt"],
)
def test_a_story_that_is_a_seed_or_a_part_of_one_changes_nothing(world, tmp_path, text):
    put(tmp_path)
    load(world, tmp_path)
    before = states(world)
    done = tell(world, text, "https://two.example/copy")
    assert done.outcome == "copy"
    assert done.changes == ()
    assert states(world) == before


def test_a_late_copy_s_relative_dates_are_those_of_its_original(world, tmp_path):
    text = TEXT.replace("by the end of 2024", "by the end of the year")
    put(tmp_path, card(text))
    load(world, tmp_path)
    before = states(world)
    assert tell(world, text, "https://two.example/archive").changes == ()
    assert states(world) == before


def test_a_copy_with_other_numbers_is_news(world, tmp_path):
    put(tmp_path)
    load(world, tmp_path)
    done = tell(world, TEXT.replace("350,000", "450,000"), "https://two.example/copy")
    assert [str(change.kind) for change in done.changes] == ["changed"]


def test_documents_are_read_as_they_are_dropped(world, tmp_path):
    (tmp_path / "story.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<html><body><article><p>{TEXT}</p></article></body></html>", encoding="utf-8")
    (tmp_path / "README.md").write_text("About this folder: 5 billion dollars", encoding="utf-8")
    report = load(world, tmp_path)
    assert report.loaded == ("page.html", "story.txt")
    assert states(world)["meta.gpus.h100"] == "350000"
    assert changes(world) == []


def test_a_broken_file_is_told_and_stops_no_other(world, tmp_path):
    put(tmp_path)
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    report = load(world, tmp_path)
    assert report.loaded == ("cards.yaml",)
    assert [words.split(":")[0].split("/")[-1] for words in report.problems] == ["broken.yaml", "binary.txt"]


def test_a_missing_folder_is_an_empty_one(world, tmp_path):
    assert load(world, tmp_path / "none").loaded == ()
    assert seed_files(tmp_path / "none") == ()


def test_a_seed_counts_as_seed_and_is_never_fetched_again(world, tmp_path):
    put(tmp_path)
    load(world, tmp_path)
    with world.store.read() as tx:
        stored = articles.find(tx, ["seed:cards"])["seed:cards"]
        assert (stored.source, stored.background) == (SourceKind.SEED, True)
    with world.store.write() as tx:
        assert articles.take_refetches(tx, datetime(2099, 1, 1, tzinfo=UTC), 10, "token") == []
        assert outbox.waiting_for(tx) == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2025", "year"), ("2025-Q2", "quarter"), ("2024-06", "month"), ("by 2024-12", "by"), ("2024-Q1..Q3", "span")],
)
def test_the_kind_of_a_period_is_read_off_its_text(text, kind):
    assert period_kind(text) == kind
