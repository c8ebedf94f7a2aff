"""Articles, their texts and their fingerprints: what makes a story the same story."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from monitor.core.dedup import Fingerprint
from monitor.core.types.feeds import Article
from monitor.core.types.figures import Figure
from monitor.core.types.ledger import SourceKind
from monitor.store.claims import claim, held
from monitor.store.rows import figure_from_json, figure_json, fingerprint_json
from monitor.store.schema import articles, figures, near_keys, readings, refetches, texts
from monitor.store.upsert import insert_new

LEASE = timedelta(minutes=10)
_KEYS_A_QUERY = 500


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
    fingerprint: Any  # see rows.fingerprint_from_json


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
    return {row.id: _stored(row) for row in tx.execute(select(articles).where(articles.c.id.in_(wanted)))}


def find_text_hash(tx: Connection, text_hash: str) -> StoredArticle | None:
    """The first stored article with exactly these paragraphs."""
    statement = select(articles).where(articles.c.text_hash == text_hash).order_by(articles.c.seen_at).limit(1)
    row = tx.execute(statement).first()
    return _stored(row) if row else None


def find_near(tx: Connection, keys: Sequence[int], limit: int = 20) -> list[tuple[StoredArticle, int]]:
    """The articles that share most of these fingerprint keys, with the number shared, most first."""
    shared: dict[str, int] = {}
    for start in range(0, len(keys), _KEYS_A_QUERY):
        part = keys[start : start + _KEYS_A_QUERY]
        count = func.count().label("n")
        statement = select(near_keys.c.article, count).where(near_keys.c.key.in_(part)).group_by(near_keys.c.article)
        for row in tx.execute(statement.order_by(count.desc()).limit(limit * 5)):
            shared[row.article] = shared.get(row.article, 0) + row.n
    best = sorted(shared, key=lambda article: (-shared[article], article))[:limit]
    found = find(tx, best)
    return [(found[article], shared[article]) for article in best if article in found]


def save(
    tx: Connection,
    article: Article,
    *,
    source: SourceKind,
    feed: str | None,
    topic: str | None,
    now: datetime,
    background: bool,
    text_hash: str,
    text_group: str,
    fingerprint: Fingerprint,
    identity: str | None = None,
) -> StoredArticle:
    """Store a new article, or a new text of a known one; unchanged when the text is the one stored last."""
    name = identity or article_id(article.canonical_url)
    known = find(tx, [name]).get(name)
    if known is not None and known.text_hash == text_hash:
        return known
    version = known.version + 1 if known else 1
    values: dict[str, Any] = {
        "url": article.url, "title": article.title, "language": article.language, "origin": article.origin,
        "text_hash": text_hash, "text_group": text_group, "version": version,
        "fingerprint": fingerprint_json(fingerprint),
    }  # fmt: skip
    if known:
        tx.execute(update(articles).where(articles.c.id == name).values(**values))
    else:
        insert_new(tx, articles, [{
            "id": name, "canonical_url": article.canonical_url, "published": article.published,
            "publisher": article.publisher, "source": source.value, "feed": feed, "seen_at": now, "topic": topic,
            "background": background, **values,
        }])  # fmt: skip
    insert_new(tx, texts, [{"article": name, "version": version, "text": article.text, "seen_at": now}])
    insert_new(tx, near_keys, [{"key": key, "article": name} for key in fingerprint.keys])
    return find(tx, [name])[name]


def text_of(tx: Connection, article: str, version: int | None = None) -> str | None:
    """The stored text of an article, the latest unless a version is named; None when there is none (any more)."""
    statement = select(texts.c.text).where(texts.c.article == article).order_by(texts.c.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(texts.c.version == version)
    found: str | None = tx.execute(statement).scalar()
    return found


def save_figures(tx: Connection, article: str, version: int, found: Sequence[Figure]) -> None:
    """Store all that was read in one text, bound to a metric or not."""
    insert_new(tx, figures, [
        {"article": article, "version": version, "place": place, "metric": one.metric, "body": figure_json(one)}
        for place, one in enumerate(found)
    ])  # fmt: skip


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


def _stored(row: Row[Any]) -> StoredArticle:
    return StoredArticle(
        row.id, row.url, row.canonical_url, row.title, row.language, row.published, row.origin, row.publisher,
        SourceKind(row.source), row.feed, row.seen_at, row.topic, row.background, row.text_hash, row.text_group,
        row.version, row.fingerprint,
    )  # fmt: skip
