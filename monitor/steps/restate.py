"""Reads the stored texts again with the rules in force and brings the ledger in line: restated, never told.

A rule that changed is not the world that changed: what is read otherwise now is stored with its reason, and what is not
read any more is taken back, but no audience hears of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.core.article import to_readings
from monitor.core.types.figures import Figure, Story
from monitor.core.types.ledger import Change, Reading, SourceKind
from monitor.steps.commit import judge_into
from monitor.steps.copies import print_of
from monitor.steps.world import World
from monitor.store import articles, ledger
from monitor.store.articles import StoredArticle


@dataclass(frozen=True, slots=True)
class Restated:
    """What reading one article again came to: readings that are new or taken back, and the changes they make."""

    article: StoredArticle
    readings: tuple[Reading, ...]
    changes: tuple[tuple[Change, Reading], ...]


async def restate(world: World, *, watch: Callable[[str], None] = lambda _id: None) -> tuple[Restated, ...]:
    """Read every stored article again, oldest first; gives those where the rules in force read otherwise.

    Seed cards are left alone: their figures are a person's word. `watch` hears of each article that is done.
    """
    done = []
    for name in await world.read(articles.all_ids):
        one = await _again(world, name)
        if one is not None:
            done.append(one)
        watch(name)
    return tuple(done)


async def _again(world: World, name: str) -> Restated | None:
    stored, text = await world.read(lambda tx: (articles.find(tx, [name]).get(name), articles.text_of(tx, name)))
    if stored is None or text is None or stored.source is SourceKind.SEED:
        return None
    day = (stored.published or stored.seen_at).date()
    figures = (await world.reader.read(Story(stored.url, stored.title, text, day, stored.language))).figures
    found = (await asyncio.to_thread(print_of, text)).fingerprint

    def work(tx: Connection) -> Restated | None:
        articles.replace_print(tx, name, found)
        return _commit(tx, world, stored, figures)

    return await world.write(work)


def _commit(tx: Connection, world: World, stored: StoredArticle, figures: tuple[Figure, ...]) -> Restated | None:
    now = world.clock.now()
    incoming = to_readings(
        figures,
        article_id=stored.id,
        url=stored.url,
        published=stored.published or stored.seen_at,
        seen_at=now,
        source=stored.source,
        publisher=stored.publisher,
        text_group=stored.text_group,
        background=stored.background,
    )
    if stored.text_group != stored.id:
        told = ledger.series_in_group(tx, stored.text_group)
        incoming = tuple(one for one in incoming if one.series in told)
    _, changes, fresh = judge_into(tx, incoming, stored, world.reader, now, again=True, restated=True)
    articles.replace_figures(tx, stored.id, stored.version, figures)
    if not fresh:
        return None
    by_id = ledger.readings_of(tx, {change.reading for change in changes})
    return Restated(stored, fresh, tuple((change, by_id[change.reading]) for change in changes))
