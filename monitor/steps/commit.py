"""One article into the ledger, within one transaction: text, figures, readings, decisions, changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.article import to_readings
from monitor.core.dedup import fingerprint, retained
from monitor.core.judge import SeriesHistory, judge_readings, rulings, withdrawals
from monitor.core.judge.timeline import timeline
from monitor.core.types.feeds import Article
from monitor.core.types.figures import Figure
from monitor.core.types.ledger import Change, Conflict, Decision, MetricRules, Reading, SeriesKey, SourceKind
from monitor.core.wording import claim_text, period_text
from monitor.steps.copies import Group, Print, gather, text_group
from monitor.steps.ports import Reader
from monitor.store import articles, ledger, outbox
from monitor.store.articles import Shelf, Shelved, StoredArticle
from monitor.store.ledger import History, SeriesState
from monitor.store.prints import fingerprint_json
from monitor.store.rows import figure_json

REFETCH_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7))

_RECENT = 200  # changes that may be of the same story as a new one
_MOST = 0.6  # of a text's shingles: an article that lost more was cut off, not corrected


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article read and ready to be committed. `identity` names articles that have no address (seeds).

    What the database will hold of its figures and its print is put into words here, before any transaction begins.
    """

    article: Article
    figures: tuple[Figure, ...]
    print: Print
    source: SourceKind
    seen_at: datetime
    feed: str | None = None
    topic: str | None = None
    background: bool = False
    identity: str | None = None
    refetch: bool = True  # look at its page again for corrections
    name: str = field(init=False)  # the article's id
    bodies: tuple[tuple[str | None, str], ...] = field(init=False, repr=False)  # see articles.Shelved
    sample: str = field(init=False, repr=False)  # see prints.fingerprint_json

    def __post_init__(self) -> None:
        put = object.__setattr__  # the class is frozen
        put(self, "name", self.identity or articles.article_id(self.article.canonical_url))
        put(self, "bodies", tuple((figure.metric, figure_json(figure)) for figure in self.figures))
        put(self, "sample", fingerprint_json(self.print.fingerprint))


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of an article. `outcome`: article, known (the same text again), updated, copy."""

    article: str
    outcome: str
    reason: str
    readings: tuple[Reading, ...] = ()
    decisions: tuple[Decision, ...] = ()
    changes: tuple[Change, ...] = ()  # new ones, lined up for every audience


def commit_article(tx: Connection, prepared: Prepared, reader: Reader, now: datetime) -> Committed:
    """Store an article with its figures and judge them; the same text a second time changes nothing."""
    return commit_articles(tx, [prepared], reader, now)[0]


def commit_articles(tx: Connection, batch: Sequence[Prepared], reader: Reader, now: datetime) -> list[Committed]:
    """Store articles and judge them in the order given; later ones of a batch see the earlier."""
    shelf = articles.shelf(
        tx,
        [one.name for one in batch],
        [one.print.text_hash for one in batch],
        (key for one in batch for key in one.print.fingerprint.keys),
    )
    gather(tx, shelf, (one.print for one in batch))
    taken = [_take_in(tx, shelf, one) for one in batch]
    articles.save(tx, [one.shelved for one in taken if one.shelved is not None], shelf.furniture())
    return [_judged(tx, one, reader, now) for one in taken]


@dataclass(frozen=True, slots=True)
class _Taken:
    """An article with its place among the stored ones; `shelved` None: nothing to store."""

    prepared: Prepared
    shelved: Shelved | None = None
    group: Group | None = None


def _take_in(tx: Connection, shelf: Shelf, prepared: Prepared) -> _Taken:
    """Find an article's group, and note it for the rest of the batch."""
    name, article = prepared.name, prepared.article
    known = shelf.by_id.get(name)
    if known is not None and known.text_hash == prepared.print.text_hash:
        return _Taken(prepared)
    group = text_group(tx, shelf, prepared.print, name)
    stored = StoredArticle(
        id=name,
        url=article.url,
        canonical_url=known.canonical_url if known else article.canonical_url,
        title=article.title,
        language=article.language,
        published=known.published if known else article.published,
        origin=article.origin,
        publisher=article.publisher,
        source=prepared.source,
        feed=prepared.feed,
        seen_at=known.seen_at if known else prepared.seen_at,
        topic=prepared.topic,
        background=known.background if known else prepared.background,
        text_hash=prepared.print.text_hash,
        text_group=group.id,
        version=known.version + 1 if known else 1,
        fingerprint=prepared.sample,
    )
    found = prepared.print.fingerprint
    shelf.put(stored, found)
    shelved = Shelved(stored, article.text, found.keys, prepared.bodies, known is None, prepared.seen_at)
    return _Taken(prepared, shelved, group)


def _judged(tx: Connection, taken: _Taken, reader: Reader, now: datetime) -> Committed:
    prepared, shelved, group = taken.prepared, taken.shelved, taken.group
    if shelved is None or group is None:
        return Committed(prepared.name, "known", "this page was read before, with the same text")
    stored = shelved.stored
    readings = to_readings(
        prepared.figures,
        article_id=stored.id,
        url=stored.url,
        published=stored.published or prepared.seen_at,
        seen_at=prepared.seen_at,
        source=prepared.source,
        publisher=stored.publisher,
        text_group=group.id,
        background=stored.background,
    )
    if shelved.new and group.same:
        # The same text says nothing new, however its "this year" reads at the date of the copy.
        told = ledger.series_in_group(tx, group.id)
        readings = tuple(one for one in readings if one.series in told)
    decisions, changes, readings = judge_into(tx, readings, stored, reader, now, again=not shelved.new)
    if shelved.new and prepared.refetch and readings and prepared.article.origin != "feed":
        articles.plan_refetch(tx, stored.id, now + REFETCH_AFTER[0])
    outcome = "updated" if not shelved.new else "copy" if group.same else "article"
    words = _words(outcome, group.copy_of, readings, changes)
    return Committed(stored.id, outcome, words, readings, decisions, changes)


def judge_into(
    tx: Connection,
    incoming: Sequence[Reading],
    stored: StoredArticle,
    reader: Reader,
    now: datetime,
    *,
    again: bool,
    restated: bool = False,
) -> tuple[tuple[Decision, ...], tuple[Change, ...], tuple[Reading, ...]]:
    """Judge an article's readings against the ledger and record all of it: decisions, new changes, readings added.

    `again`: the article was read before, and what it no longer prints is withdrawn. `restated`: the same text was read
    again with other rules; nobody is told of the difference.
    """
    metrics = {one.series.metric for one in incoming}
    if again:
        metrics |= articles.metrics_of(tx, stored.id)
    if not metrics:
        return (), (), ()
    ledger.lock_metrics(tx, metrics)
    found = {key: _history(one) for key, one in ledger.histories(tx, metrics).items()}
    if again:
        gone = withdrawals(found, stored.id, incoming, max((one.seen_at for one in incoming), default=now))
        incoming = (*incoming, *(gone if gone and (restated or _is_whole(tx, stored)) else ()))
    known = {one.id for history in found.values() for one in history.readings}
    fresh = tuple(one for one in incoming if one.id not in known)
    if not fresh:
        return (), (), ()
    table = {metric: reader.rules(metric) for metric in metrics}
    decisions = judge_readings(found, fresh, table, ledger.recent_changes(tx, limit=_RECENT))
    settled = _settled(found, fresh, decisions, table)
    changes = ledger.record(
        tx,
        readings_added=fresh,
        version=stored.version,
        decided=decisions,
        settled=settled,
        now=now,
        restated=restated,
    )
    if not restated:
        _report_conflicts(tx, decisions, fresh, reader, now)
    return decisions, tuple(changes), fresh


def _is_whole(tx: Connection, stored: StoredArticle) -> bool:
    """Whether an article's new text has most of the one before: what a paywall cuts off is not withdrawn."""
    old = articles.text_of(tx, stored.id, stored.version - 1)
    new = articles.text_of(tx, stored.id, stored.version)
    return bool(old and new) and retained(fingerprint(old or ""), fingerprint(new or "")) >= _MOST


def _history(stored: History) -> SeriesHistory:
    return SeriesHistory(tuple(stored.readings), tuple(stored.changes), tuple(stored.conflicts))


def _settled(
    found: Mapping[SeriesKey, SeriesHistory],
    fresh: Iterable[Reading],
    decisions: Iterable[Decision],
    rules: Mapping[str, MetricRules],
) -> dict[SeriesKey, SeriesState | None]:
    """Where the touched series stand afterwards."""
    added: dict[SeriesKey, list[Reading]] = {}
    for reading in fresh:
        added.setdefault(reading.series, []).append(reading)
    conflicts = [one.conflict for one in decisions if one.conflict is not None]
    states: dict[SeriesKey, SeriesState | None] = {}
    for key, more in added.items():
        history = found.get(key, SeriesHistory())
        readings = (*history.readings, *more)
        now_known = replace(history, readings=readings, conflicts=_merged(history.conflicts, conflicts, key))
        standing = timeline(readings, rules.get(key.metric), rulings(now_known)).settled
        states[key] = (
            SeriesState(key, standing.claim, standing.status, standing.reading, standing.since, len(readings))
            if standing
            else None
        )
    return states


def _merged(known: Sequence[Conflict], decided: Iterable[Conflict], key: SeriesKey) -> tuple[Conflict, ...]:
    merged = {one.id: one for one in (*known, *(one for one in decided if one.series == key))}
    return tuple(merged.values())


def _report_conflicts(
    tx: Connection, decisions: Iterable[Decision], readings: Iterable[Reading], reader: Reader, now: datetime
) -> None:
    """Audiences that want it see what was held back, with the next digest."""
    held = [one.conflict for one in decisions if one.conflict is not None and one.conflict.resolved is None]
    names = outbox.conflict_audiences(tx) if held else []
    links = {one.id: one.evidence[0].url for one in readings if one.evidence} if names else {}
    for conflict in held:
        series = conflict.series
        title, period = reader.title(series.metric)[0], period_text(series.period)
        where = f"{title}, {period}" if period else title
        text = f"Held back: {where}, {claim_text(conflict.claim, series.unit)}: {conflict.reason}."
        outbox.add_note(tx, key=f"conflict:{conflict.id}", kind="conflict", text=text, now=now, only=names,
                        url=links.get(conflict.reading))  # fmt: skip


def _words(outcome: str, copy_of: str | None, readings: Sequence[Reading], changes: Sequence[Change]) -> str:
    count = f"{len(readings)} figure{'' if len(readings) == 1 else 's'} of the ledger"
    told = f", {len(changes)} of them changed it" if changes else ""
    if outcome == "copy":
        return f"a copy of {copy_of}; {count}{told}"
    return f"{'an edited article' if outcome == 'updated' else 'read'}; {count}{told}"
