"""Articles, their texts and their fingerprints: what makes a story the same story."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from monitor.core.types.figures import Figure
from monitor.core.types.ledger import SourceKind
from monitor.store.claims import claim, held
from monitor.store.rows import figure_from_json, figure_json
from monitor.store.schema import articles, figures, near_keys, readings, refetches, texts
from monitor.store.types import json_text
from monitor.store.upsert import insert_new, insert_plain, mark

LEASE = timedelta(minutes=10)
COMMON = 64
_KEYS_A_QUERY = 500

# built once: putting a statement of so many columns together costs more than running it
_BY_ID = select(articles).where(articles.c.id.in_(bindparam("wanted", expanding=True)))
_BY_HASH = select(articles).where(articles.c.text_hash.in_(bindparam("wanted", expanding=True)))
_BY_HASH = _BY_HASH.order_by(articles.c.seen_at.desc())


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article without its text. `feed` and `topic` are None for seeds; `version` counts its texts."""

    id: str
    url: str
    canonical_url: str
    title: str
    language: str | None
    published: datetime | None
    origin: str
    publisher: str
    source: SourceKind
    feed: str | None
    seen_at: datetime
    topic: str | None
    background: bool
    text_hash: str
    text_group: str
    version: int
    fingerprint: Any  # see rows.fingerprint_json


@dataclass(frozen=True, slots=True)
class Refetch:
    """An article to look at again. `stage` counts the looks already had."""

    article: str
    stage: int
    due_at: datetime


def article_id(canonical_url: str) -> str:
    """The identity of an article: a digest of its canonical URL."""
    return hashlib.blake2b(canonical_url.encode("utf-8", "replace"), digest_size=12).hexdigest()


def find(tx: Connection, ids: Iterable[str]) -> dict[str, StoredArticle]:
    """The stored articles of these ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: _stored(row) for row in tx.execute(_BY_ID, {"wanted": wanted})}


@dataclass(slots=True)
class Shelf:
    """What is stored that may be the same as the articles of one batch; it grows as the batch is taken in."""

    by_id: dict[str, StoredArticle]
    by_text: dict[str, StoredArticle]
    by_key: dict[int, list[str]]

    def near(self, keys: Iterable[int]) -> list[tuple[str, int]]:
        """The articles that share fingerprint keys, with the number shared, most first."""
        shared = Counter(article for key in keys for article in self.by_key.get(key, ()))
        return sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))

    def put(self, stored: StoredArticle, keys: Iterable[int]) -> None:
        """The rest of the batch sees this article too."""
        self.by_id[stored.id] = stored
        self.by_text.setdefault(stored.text_hash, stored)
        for key in keys:
            self.by_key.setdefault(key, []).append(stored.id)


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article to store: as it will stand, with its text, its keys and what was read. `new`: no earlier version."""

    stored: StoredArticle
    text: str
    keys: tuple[int, ...]
    figures: Sequence[Figure]
    new: bool
    read_at: datetime


def shelf(tx: Connection, ids: Sequence[str], hashes: Sequence[str], keys: Iterable[int]) -> Shelf:
    """All that is stored under these ids, text hashes and fingerprint keys, in a query each."""
    by_text: dict[str, StoredArticle] = {}
    for row in tx.execute(_BY_HASH, {"wanted": list(hashes)}):
        by_text[row.text_hash] = _stored(row)
    by_key: dict[int, list[str]] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _KEYS_A_QUERY):
        part = tuple(wanted[start : start + _KEYS_A_QUERY])
        marks = ", ".join([mark(tx)] * len(part))
        for key, article in tx.exec_driver_sql(f"SELECT key, article FROM near_keys WHERE key IN ({marks})", part):  # noqa: S608
            by_key.setdefault(key, []).append(article)
    return Shelf(find(tx, ids), by_text, by_key)


def save(tx: Connection, batch: Sequence[Shelved], common: Mapping[int, Sequence[str]]) -> None:
    """Store articles, each with its text, keys and figures.

    A key that `common` (see Shelf.by_key) shows in COMMON articles is furniture of pages, not text, and is left out.
    """
    insert_new(tx, articles, [_article_row(one.stored) for one in batch if one.new])
    for one in batch:
        if not one.new:
            row = _article_row(one.stored)
            tx.execute(update(articles).where(articles.c.id == one.stored.id).values(**row))
    insert_new(tx, texts, [
        {"article": one.stored.id, "version": one.stored.version, "text": one.text, "seen_at": one.read_at}
        for one in batch
    ])  # fmt: skip
    insert_plain(tx, near_keys, sorted(  # neighbours in the index go in one after the other
        (key, one.stored.id) for one in batch for key in one.keys if len(common.get(key, ())) <= COMMON
    ))  # fmt: skip
    insert_plain(tx, figures, [  # as text at once: so many dicts held at once would wake the garbage collector
        row for one in batch for row in _figure_rows(one.stored.id, one.stored.version, one.figures)
    ])  # fmt: skip


def text_of(tx: Connection, article: str, version: int | None = None) -> str | None:
    """The stored text of an article, the latest unless a version is named; None when there is none (any more)."""
    statement = select(texts.c.text).where(texts.c.article == article).order_by(texts.c.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(texts.c.version == version)
    found: str | None = tx.execute(statement).scalar()
    return found


def figures_of(tx: Connection, article: str) -> list[Figure]:
    """The figures read in the latest text of an article, in their order."""
    latest = select(func.max(figures.c.version)).where(figures.c.article == article).scalar_subquery()
    statement = select(figures.c.body).where(figures.c.article == article, figures.c.version == latest)
    return [figure_from_json(body) for body in tx.execute(statement.order_by(figures.c.place)).scalars()]


def metrics_of(tx: Connection, article: str) -> set[str]:
    """The metrics of all readings an article ever gave."""
    return set(tx.execute(select(readings.c.metric).where(readings.c.article == article).distinct()).scalars())


def group_articles(tx: Connection, groups: Iterable[str]) -> dict[str, list[StoredArticle]]:
    """The articles of each text group, in the order in which they were seen."""
    wanted = list(groups)
    found: dict[str, list[StoredArticle]] = {group: [] for group in wanted}
    if wanted:
        for row in tx.execute(select(articles).where(articles.c.text_group.in_(wanted)).order_by(articles.c.seen_at)):
            found[row.text_group].append(_stored(row))
    return found


def replace_figures(tx: Connection, article: str, version: int, found: Sequence[Figure]) -> None:
    """Store what other rules read in the same text in the place of what was read before."""
    tx.execute(delete(figures).where(figures.c.article == article, figures.c.version == version))
    insert_plain(tx, figures, _figure_rows(article, version, found))


def all_ids(tx: Connection) -> list[str]:
    """Every article by publication, oldest first: the order of a replay."""
    order = func.coalesce(articles.c.published, articles.c.seen_at)
    return list(tx.execute(select(articles.c.id).order_by(order, articles.c.id)).scalars())


def plan_refetch(tx: Connection, article: str, due_at: datetime) -> None:
    """Look at a new article again at `due_at`; nothing when that is planned already."""
    insert_new(tx, refetches, [{"article": article, "due_at": due_at}])


def take_refetches(tx: Connection, now: datetime, limit: int, token: str, lease: timedelta = LEASE) -> list[Refetch]:
    """Claim at most `limit` articles that are due to be looked at again."""
    rows = claim(tx, refetches, state="new", now=now, lease=lease, limit=limit, token=token)
    return [Refetch(row.article, row.stage, row.due_at) for row in rows]


def finish_refetch(tx: Connection, token: str, article: str, due_at: datetime | None) -> bool:
    """End one look: the next at `due_at`, None: no more. False when the claim was lost."""
    if not held(tx, refetches, [article], token):
        return False
    values: dict[str, Any] = {"token": None, "lease_until": None, "attempts": 0, "stage": refetches.c.stage + 1}
    values |= {"state": "done"} if due_at is None else {"due_at": due_at}
    tx.execute(update(refetches).where(refetches.c.article == article).values(**values))
    return True


def _figure_rows(article: str, version: int, found: Sequence[Figure]) -> list[tuple[int | str | None, ...]]:
    """The rows of `figures`, in the order of its columns."""
    return [
        (article, version, place, figure.metric, json_text(figure_json(figure))) for place, figure in enumerate(found)
    ]


def _article_row(stored: StoredArticle) -> dict[str, Any]:
    return {
        "id": stored.id, "url": stored.url, "canonical_url": stored.canonical_url, "title": stored.title,
        "language": stored.language, "published": stored.published, "origin": stored.origin,
        "publisher": stored.publisher, "source": stored.source.value, "feed": stored.feed,
        "seen_at": stored.seen_at, "topic": stored.topic, "background": stored.background,
        "text_hash": stored.text_hash, "text_group": stored.text_group, "version": stored.version,
        "fingerprint": stored.fingerprint,
    }  # fmt: skip


def _stored(row: Row[Any]) -> StoredArticle:
    return StoredArticle(
        row.id, row.url, row.canonical_url, row.title, row.language, row.published, row.origin, row.publisher,
        SourceKind(row.source), row.feed, row.seen_at, row.topic, row.background, row.text_hash, row.text_group,
        row.version, row.fingerprint,
    )  # fmt: skip
