"""Articles, their texts and their fingerprints: what makes a story the same story."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from monitor.core.dedup import Fingerprint
from monitor.core.types.figures import Figure
from monitor.core.types.ledger import SourceKind
from monitor.store.claims import claim, held
from monitor.store.engine import ROOMY
from monitor.store.prints import fingerprint_json, fingerprint_of
from monitor.store.rows import figure_from_json, figure_json
from monitor.store.schema import articles, figures, near_keys, readings, refetches, texts
from monitor.store.upsert import insert_new, insert_plain, insert_rows, rows_in

LEASE = timedelta(minutes=10)
COMMON = 64

# built once: putting a statement of so many columns together costs more than running it
_BY_ID = select(articles).where(articles.c.id.in_(bindparam("wanted", expanding=True)))
_KNOWN = "SELECT id FROM articles WHERE id IN ({})"
_BY_HASH = "SELECT text_hash, id, url, text_group FROM articles WHERE text_hash IN ({}) ORDER BY seen_at DESC"
_BY_KEY = {
    "sqlite": "SELECT key, article FROM near_keys WHERE key IN ({})",
    # key by key, which only the index can answer: as long as PostgreSQL has no statistics, after a restore or in the
    # first minutes of a database, it takes a few keys for most of the table, and reads it all
    "postgresql": "SELECT wanted.key, found.article FROM unnest({}) AS wanted (key) CROSS JOIN LATERAL "
                  "(SELECT article FROM near_keys WHERE near_keys.key = wanted.key OFFSET 0) AS found",
}  # fmt: skip
_LIKENESS = "SELECT id, url, text_group, fingerprint FROM articles WHERE id IN ({})"


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
    fingerprint: str | None  # see prints.fingerprint_json


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
    wanted = [row[0] for row in rows_in(tx, _KNOWN, list(ids))]  # hardly ever any, and this asks for less
    return {row.id: _stored(row) for row in tx.execute(_BY_ID, {"wanted": wanted})} if wanted else {}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What others are compared with. `fingerprint` has no keys; None: it was made by other rules, or not looked up."""

    id: str
    url: str
    text_group: str
    fingerprint: Fingerprint | None = None


@dataclass(slots=True)
class Shelf:
    """What is stored that may be the same as the articles of one batch; it grows as the batch is taken in.

    `by_key`: the articles that have a fingerprint key; `like`: those looked up to be compared, by their ids.
    """

    by_id: dict[str, StoredArticle]
    by_text: dict[str, Likeness]
    by_key: dict[int, tuple[str, ...]]
    like: dict[str, Likeness] = field(default_factory=dict)

    def near(self, keys: Iterable[int]) -> list[tuple[str, int]]:
        """The articles that share fingerprint keys, with the number shared, most first."""
        shared: dict[str, int] = {}
        if self.by_key.keys().isdisjoint(keys):  # which nearly all are
            return []
        for key in keys:
            for article in self.by_key.get(key, ()):
                shared[article] = shared.get(article, 0) + 1
        return sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))

    def put(self, stored: StoredArticle, found: Fingerprint) -> None:
        """The rest of the batch sees this article too, with its fingerprint."""
        likeness = Likeness(stored.id, stored.url, stored.text_group, found)
        self.by_id[stored.id] = stored
        self.by_text.setdefault(stored.text_hash, likeness)
        self.like[stored.id] = likeness
        mine = (stored.id,)
        self.by_key |= {key: self.by_key.get(key, ()) + mine for key in found.keys}

    def furniture(self) -> set[int]:
        """The keys that so many articles have that they tell nothing: of what pages show around their texts."""
        return {key for key, having in self.by_key.items() if len(having) > COMMON}


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article to store: as it will stand, with its text, its keys and what was read. `new`: no earlier version.

    `figures`: the metric and the body (rows.figure_json) of each.
    """

    stored: StoredArticle
    text: str
    keys: tuple[int, ...]
    figures: Sequence[tuple[str | None, str]]
    new: bool
    read_at: datetime


def shelf(tx: Connection, ids: Sequence[str], hashes: Sequence[str], keys: Iterable[int]) -> Shelf:
    """All that is stored under these ids, text hashes and fingerprint keys, in a query each."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"PRAGMA {ROOMY}")  # until Store.rest
    by_text = {row[0]: Likeness(*row[1:]) for row in rows_in(tx, _BY_HASH, hashes)}  # the one seen first stays
    by_key: dict[int, list[str]] = {}
    for key, article in rows_in(tx, _BY_KEY[tx.dialect.name], list(set(keys))):
        by_key.setdefault(key, []).append(article)
    return Shelf(find(tx, ids), by_text, {key: tuple(having) for key, having in by_key.items()})


def look_up(tx: Connection, known: Shelf, ids: Iterable[str]) -> None:
    """Put what is stored of these articles on the shelf, to compare with."""
    for name, url, group, found in rows_in(tx, _LIKENESS, [one for one in ids if one not in known.like]):
        known.like[name] = Likeness(name, url, group, fingerprint_of(found))


def save(tx: Connection, batch: Sequence[Shelved], furniture: Collection[int] = ()) -> None:
    """Store articles, each with its text, its figures and its keys but those of `furniture`."""
    insert_rows(tx, articles, [_article_row(one.stored) for one in batch if one.new])
    for one in batch:
        if not one.new:
            row = zip(articles.columns.keys(), _article_row(one.stored), strict=True)
            tx.execute(update(articles).where(articles.c.id == one.stored.id).values(**dict(row)))
    insert_rows(tx, texts, [(one.stored.id, one.stored.version, one.text, one.read_at) for one in batch])
    keys = [(key, one.stored.id) for one in batch for key in one.keys]
    insert_plain(tx, near_keys, [row for row in keys if row[0] not in furniture] if furniture else keys)
    insert_plain(tx, figures, [
        (one.stored.id, one.stored.version, place, metric, body)
        for one in batch for place, (metric, body) in enumerate(one.figures)
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
    rows = [(article, version, place, one.metric, figure_json(one)) for place, one in enumerate(found)]
    insert_plain(tx, figures, rows)


def replace_print(tx: Connection, article: str, found: Fingerprint) -> None:
    """Let an article be recognised by a print that was made anew of the same text."""
    furniture = shelf(tx, [], [], found.keys).furniture()
    tx.execute(update(articles).where(articles.c.id == article).values(fingerprint=fingerprint_json(found)))
    tx.execute(delete(near_keys).where(near_keys.c.article == article))
    insert_plain(tx, near_keys, [(key, article) for key in found.keys if key not in furniture])


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


def _article_row(stored: StoredArticle) -> tuple[Any, ...]:
    """The row of an article, in the order of the table's columns."""
    return (
        stored.id, stored.url, stored.canonical_url, stored.title, stored.language, stored.published, stored.origin,
        stored.publisher, stored.source.value, stored.feed, stored.seen_at, stored.topic, stored.background,
        stored.text_hash, stored.text_group, stored.version, stored.fingerprint,
    )  # fmt: skip


def _stored(row: Row[Any]) -> StoredArticle:
    return StoredArticle(
        row.id, row.url, row.canonical_url, row.title, row.language, row.published, row.origin, row.publisher,
        SourceKind(row.source), row.feed, row.seen_at, row.topic, row.background, row.text_hash, row.text_group,
        row.version, row.fingerprint,
    )  # fmt: skip
