"""Reads what the polls found: page, relevance and figures outside any transaction, then all of it into the ledger."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.dedup import canonical_url
from monitor.core.errors import StoreError
from monitor.core.types.feeds import Article, Entry, Feed
from monitor.core.types.figures import Story
from monitor.core.types.ledger import SourceKind
from monitor.sources.address import home_of
from monitor.sources.domain import publisher_of
from monitor.steps.commit import REFETCH_AFTER, Committed, Prepared, commit_article, commit_articles
from monitor.steps.copies import print_of
from monitor.steps.ports import Progress, Relevance, Unreadable
from monitor.steps.runner import Fault, caught
from monitor.steps.world import World
from monitor.store import articles, entries
from monitor.store.articles import Refetch
from monitor.store.claims import new_token
from monitor.store.entries import Ended, StoredEntry
from monitor.store.schema import entries as table

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What one call of `read_due` or `refetch_due` did."""

    read: int = 0  # entries that came to an end
    articles: int = 0  # of them, relevant ones that were new
    postponed: int = 0
    parked: int = 0
    changes: int = 0
    looked: int = 0  # articles looked at again

    def __add__(self, other: "ReadReport") -> "ReadReport":
        return ReadReport(self.read + other.read, self.articles + other.articles, self.postponed + other.postponed,
                          self.parked + other.parked, self.changes + other.changes,
                          self.looked + other.looked)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ended:
    """An entry that needs no article: why, and which stored article it led to, if any."""

    outcome: str
    reason: str
    article: str | None = None


@dataclass(frozen=True, slots=True)
class _Later:
    """An entry whose page may be had later."""

    due_at: datetime
    reason: str


_Result = Prepared | _Ended | _Later | Fault


async def read_due(world: World, limit: int = 16) -> ReadReport:
    """Read at most `limit` waiting entries, oldest publication first; they are committed together."""
    token, now = new_token(), world.clock.now()
    claimed = await world.write(lambda tx: entries.take_due(tx, now, limit, token))
    world.crash_point("read.after-claim")
    if not claimed:
        return ReadReport()
    try:
        known = await world.read(lambda tx: articles.find(tx, [_identity(one) for one in claimed if one.entry.url]))
        results = await asyncio.gather(*(
            caught(world, "read", one.entry.title or one.entry.key, _prepare(world, one, known)) for one in claimed
        ))  # fmt: skip
        return await _commit_all(world, token, sorted(zip(claimed, results, strict=True), key=_publication))
    except StoreError:
        await world.give_back(table, token)
        raise


async def refetch_due(world: World, limit: int = 8) -> ReadReport:
    """Look again at articles in the ledger that are due for it: corrections are news."""
    token, now = new_token(), world.clock.now()
    due = await world.write(lambda tx: articles.take_refetches(tx, now, limit, token))
    if not due:
        return ReadReport()
    stored = await world.read(lambda tx: articles.find(tx, [one.article for one in due]))
    done = await asyncio.gather(*(_look_again(world, token, one, stored[one.article]) for one in due))
    return sum(done, ReadReport())


def _identity(one: StoredEntry) -> str:
    return articles.article_id(canonical_url(one.entry.url or ""))


def _publication(pair: tuple[StoredEntry, _Result]) -> tuple[datetime, int]:
    stored, result = pair
    published = result.article.published if isinstance(result, Prepared) else None
    return published or stored.entry.published or stored.seen_at, stored.id


async def _prepare(world: World, stored: StoredEntry, known: Collection[str]) -> _Result:
    """Everything that can be done to an entry without the database."""
    entry, feed = stored.entry, world.feed(stored.feed)
    if entry.url and _identity(stored) in known:
        return _Ended("known", "this page is in the ledger's evidence already", _identity(stored))

    why = [_Ended("irrelevant", "nothing of it could be read")]

    def gate(title: str, text: str) -> bool:
        found = world.reader.assess(title or entry.title, entry.summary, text, entry.language)
        why[0] = _unwatched(found)
        return found.matched

    try:
        article = await world.articles.fetch(entry, gate)
    except Unreadable as error:
        if not error.permanent and stored.tries < len(RETRY_AFTER):
            wait = max(RETRY_AFTER[stored.tries], error.wait or timedelta())
            return _Later(world.clock.now() + wait, error.words)
        article = _from_feed(stored)
        if article is None:
            return _Ended("unreadable", error.words)
    if article is None:
        return why[0]
    found = world.reader.assess(article.title or entry.title, entry.summary, article.text, article.language)
    if not found.matched:
        return _unwatched(found)
    article = replace(article, published=article.published or entry.published)
    if entry.url is None and feed is not None:  # the feed is where a reader finds it, and whose word it is
        where = home_of(feed.url) if feed.secret else feed.url
        article = replace(article, url=where, publisher=article.publisher or publisher_of(feed.url))
    return await prepare(world, article, feed=feed, topic=found.topic, background=stored.background)


async def prepare(
    world: World, article: Article, *, feed: Feed | None = None, topic: str | None = None, background: bool = False
) -> Prepared:
    """Read an article's figures and its print: all that `commit_article` needs."""
    now = world.clock.now()
    article = replace(article, canonical_url=canonical_url(article.canonical_url or article.url))
    day = (article.published or now).date()
    reading = await world.reader.read(Story(article.url, article.title, article.text, day, article.language))
    return Prepared(
        article=replace(article, language=reading.language),
        figures=reading.figures,
        print=await asyncio.to_thread(print_of, article.text),
        source=feed.kind if feed else SourceKind.PRESS,
        seen_at=now,
        feed=feed.id if feed else None,
        topic=topic,
        background=background,
    )


def _unwatched(found: Relevance) -> _Ended:
    """Not about anything watched; a near miss is kept apart, so that users can see what their topics let go."""
    return _Ended("near-miss" if found.near_miss else "irrelevant", found.reason)


def _from_feed(stored: StoredEntry) -> Article | None:
    """What the feed itself says, for a page that cannot be had; None when that is next to nothing."""
    entry = stored.entry
    text = entry.content or entry.summary or entry.title
    if not text:
        return None
    url = entry.url or f"urn:figurewatch:entry:{entry.key}"
    return Article(url, url, entry.title, text, entry.language, entry.published, "feed", entry.publisher or "")


async def _commit_all(world: World, token: str, pairs: Sequence[tuple[StoredEntry, _Result]]) -> ReadReport:
    """Commit a batch as one transaction; if anything unforeseen happens in it, each entry as its own."""
    world.crash_point("read.before-commit")
    whole = await caught(world, "commit", f"{len(pairs)} entries", _commit(world, token, pairs))
    if isinstance(whole, Fault):
        whole = ReadReport()
        for stored, result in pairs:
            one = await caught(
                world, "commit", stored.entry.title or stored.entry.key, _commit(world, token, [(stored, result)])
            )
            if isinstance(one, Fault):
                await _commit(world, token, [(stored, one)])
                one = ReadReport(parked=1)
            whole += one
    world.crash_point("read.after-commit")
    return whole


async def _commit(world: World, token: str, pairs: Sequence[tuple[StoredEntry, _Result]]) -> ReadReport:
    def work(tx: Connection) -> ReadReport:
        held = entries.still_held(tx, [stored.id for stored, _ in pairs], token)
        mine = [(stored, result) for stored, result in pairs if stored.id in held]
        return _commit_held(tx, world, token, mine)

    report = await world.write(work)
    for number, (stored, _) in enumerate(pairs, 1):
        world.watch(Progress("read", number, len(pairs), stored.entry.title))
    return report


def _commit_held(tx: Connection, world: World, token: str, pairs: Sequence[tuple[StoredEntry, _Result]]) -> ReadReport:
    batch = [(stored, result) for stored, result in pairs if isinstance(result, Prepared)]
    done = commit_articles(tx, [result for _, result in batch], world.reader, world.clock.now())
    ended = [
        Ended(stored.id, one.outcome, one.reason, one.article) for (stored, _), one in zip(batch, done, strict=True)
    ]
    postponed = parked = 0
    for stored, result in pairs:
        if isinstance(result, _Later):
            entries.retry_later(tx, token, stored.id, result.due_at, result.reason)
            postponed += 1
        elif isinstance(result, Fault):
            entries.park(tx, token, stored.id, result.words)
            parked += 1
        elif isinstance(result, _Ended):
            ended.append(Ended(stored.id, result.outcome, result.reason, result.article))
    entries.finish(tx, token, ended)
    fresh = sum(one.outcome != "known" for one in done)
    return ReadReport(len(ended), fresh, postponed, parked, sum(len(one.changes) for one in done))


async def _look_again(world: World, token: str, due: Refetch, stored: articles.StoredArticle) -> ReadReport:
    """Fetch an article again; a text that changed is read and judged like a new one."""
    fetched = await caught(world, "read again", stored.url, _fetch_again(world, stored))
    now = world.clock.now()
    stage = due.stage + 1
    gap = REFETCH_AFTER[stage] - REFETCH_AFTER[due.stage] if stage < len(REFETCH_AFTER) else None
    next_at = now + gap if gap is not None else None

    def work(tx: Connection) -> Committed | None:
        done = None
        if articles.finish_refetch(tx, token, due.article, next_at) and isinstance(fetched, Prepared):
            done = commit_article(tx, fetched, world.reader, now)
        return done

    done = await world.write(work)
    updated = done is not None and done.outcome == "updated"
    return ReadReport(articles=int(updated), changes=len(done.changes) if done else 0, looked=1)


async def _fetch_again(world: World, stored: articles.StoredArticle) -> Prepared | None:
    """The article as it reads now; None when it cannot be had this time, which tells nothing."""
    entry = Entry(stored.id, None, stored.url, stored.title, "", "", stored.published, stored.language)
    try:
        article = await world.articles.fetch(entry, lambda _title, _text: True)
    except Unreadable:
        return None
    if article is None:
        return None
    same = replace(article, canonical_url=stored.canonical_url, published=stored.published)
    feed = world.feed(stored.feed) if stored.feed else None
    prepared = await prepare(world, same, feed=feed, topic=stored.topic)
    return replace(prepared, identity=stored.id, source=stored.source)
