"""Other rules read stored texts otherwise: the ledger follows, and nobody is told."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from monitor.core.types.audiences import Audience, Channel, ChannelKind
from monitor.core.types.feeds import Article
from monitor.core.types.figures import Story
from monitor.daemon.reading import ThreadReader
from monitor.packs.load import load_packs
from monitor.steps.commit import commit_article
from monitor.steps.copies import print_of, text_group
from monitor.steps.read import prepare
from monitor.steps.replay import FEED
from monitor.steps.restate import Restated, restate
from monitor.steps.world import World
from monitor.store import articles, ledger, outbox, schema
from monitor.store.store import Store

NOW = datetime(2025, 4, 30, 12, tzinfo=UTC)
TEXT = "Meta expects capital expenditures of $64-72 billion in 2025. Meta's headcount was 76,834 at the end of March."


class Clock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Settings:
    feeds = (FEED,)
    audiences = (Audience("Desk", (Channel("Desk.console", ChannelKind.CONSOLE, ("console",)),)),)


class OtherRules(ThreadReader):
    """Reads only the metrics named."""

    def __init__(self, *metrics: str) -> None:
        super().__init__(load_packs())
        self.metrics = metrics

    async def read(self, story: Story) -> Any:
        found = await super().read(story)
        return replace(found, figures=tuple(one for one in found.figures if one.metric in self.metrics))


@pytest.fixture
def world() -> World:
    packs = load_packs()
    unused: Any = None
    made = World(Store.open("sqlite://"), Clock(), Settings(), packs, unused, unused, ThreadReader(packs), unused)
    with made.store.write() as tx:
        outbox.sync_audiences(tx, Settings.audiences, NOW)
    return made


def store(world: World, reader: ThreadReader, text: str = TEXT) -> None:
    async def run() -> None:
        url = "https://one.example/story"
        article = Article(url, url, "Meta", text, "en", NOW, "page", "one.example")
        prepared = await prepare(replace(world, reader=reader), article, feed=FEED)
        await world.write(lambda tx: commit_article(tx, prepared, world.reader, NOW))

    asyncio.run(run())


def again(world: World, reader: ThreadReader) -> tuple[Restated, ...]:
    return asyncio.run(restate(replace(world, reader=reader, clock=Clock(NOW + timedelta(days=2)))))


def series(world: World) -> set[str]:
    with world.store.read() as tx:
        return {state.key.metric for state in ledger.states(tx)}


def waiting(world: World) -> int:
    with world.store.read() as tx:
        return len(outbox.pending(tx, "Desk"))


def test_the_same_rules_change_nothing(world):
    store(world, ThreadReader(load_packs()))
    before = series(world), waiting(world)
    assert again(world, ThreadReader(load_packs())) == ()
    assert (series(world), waiting(world)) == before


def test_what_other_rules_find_enters_the_ledger_and_is_not_told(world):
    store(world, OtherRules("meta.capex"))
    assert series(world) == {"meta.capex"}
    told = waiting(world)
    done = again(world, ThreadReader(load_packs()))
    assert [change.series.metric for one in done for change, _ in one.changes] == ["meta.headcount"]
    assert series(world) == {"meta.capex", "meta.headcount"}
    assert waiting(world) == told


def test_what_other_rules_do_not_find_any_more_leaves_the_ledger_and_is_not_told(world):
    store(world, ThreadReader(load_packs()))
    told = waiting(world)
    done = again(world, OtherRules("meta.capex"))
    assert len(done) == 1
    assert series(world) == {"meta.capex"}
    assert waiting(world) == told


def test_a_second_time_there_is_nothing_left_to_restate(world):
    store(world, OtherRules("meta.capex"))
    again(world, ThreadReader(load_packs()))
    assert again(world, ThreadReader(load_packs())) == ()


def test_who_watches_hears_of_each_article(world):
    store(world, ThreadReader(load_packs()))
    heard: list[str] = []
    asyncio.run(restate(world, watch=heard.append))
    assert len(heard) == 1


def test_a_text_is_recognised_again_by_the_rules_in_force(world: World) -> None:
    store(world, world.reader)
    copy = print_of(f"{TEXT} Read more of it here.")

    def recognised() -> str:
        with world.store.write() as tx:
            return text_group(tx, articles.shelf(tx, [], [], copy.fingerprint.keys), copy, "new").id

    before = recognised()
    assert before != "new"
    with world.store.write() as tx:
        tx.execute(update(schema.articles).values(fingerprint='{"rules": 1}'))
        tx.execute(delete(schema.near_keys))
    assert recognised() == "new"
    again(world, world.reader)
    assert recognised() == before
