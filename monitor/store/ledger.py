"""The ledger: readings are only ever added, and each added one comes with the judge's decision."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Row,
    Select,
    Table,
    collate,
    delete,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.types import NullType

from monitor.core.types.figures import Modifier, Status
from monitor.core.types.ledger import Change, Claim, Conflict, Decision, Reading, SeriesKey
from monitor.store.rows import (
    change_of,
    change_row,
    claim_columns,
    claim_of,
    conflict_of,
    conflict_row,
    reading_of,
    reading_row,
    series_columns,
    series_of,
)
from monitor.store.schema import (
    OPEN_CONFLICT,
    articles,
    audiences,
    changes,
    conflicts,
    decisions,
    metrics,
    readings,
    series,
    tellings,
)
from monitor.store.upsert import insert_new, upsert

_REMEMBERED = 5000  # readings, some 10 MB at most
_AS_WELL = 2000  # changes, and as many conflicts: some 2 MB each
_MODIFIERS = {one.value: one for one in Modifier}
_STATUSES = {one.value: one for one in Status}
_step = lru_cache(maxsize=256)(Decimal)  # there are few


@dataclass(slots=True)
class History:
    """All the ledger holds of one series, each list in the order in which it was committed or settled."""

    readings: list[Reading] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SeriesState:
    """One line of the ledger as it stands. `readings` counts them; `at` is the settling reading's publication."""

    key: SeriesKey
    claim: Claim
    status: Status
    reading: str
    at: datetime
    readings: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A stored decision with its reading: why something was told, held back or kept quiet."""

    reading: Reading
    code: str
    reason: str
    change: str | None
    conflict: str | None
    at: datetime


def lock_metrics(tx: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Hold these metrics until the transaction ends, so that two workers never judge one at once; their versions.

    A version grows with each `record`: histories read at the same version are the same.
    """
    wanted = sorted(set(ids))  # one order everywhere, or two workers would wait for each other
    if not wanted:
        return {}
    insert_new(tx, metrics, [{"id": one} for one in wanted])
    statement = select(metrics).where(metrics.c.id.in_(wanted)).order_by(metrics.c.id).with_for_update()
    return {row.id: row.version for row in tx.execute(statement)}


def histories(tx: Connection, ids: Iterable[str]) -> dict[SeriesKey, History]:
    """Every series of these metrics with all it holds."""
    wanted = list(ids)
    return _histories(tx, lambda table: table.c.metric.in_(wanted)) if wanted else {}


def series_histories(tx: Connection, keys: Iterable[SeriesKey]) -> dict[SeriesKey, History]:
    """These series with all they hold."""
    wanted = sorted({(key.metric, key.period, key.unit) for key in keys})
    if not wanted:
        return {}
    return _histories(tx, lambda table: tuple_(table.c.metric, table.c.period, table.c.unit).in_(wanted))


def _histories(tx: Connection, where: Callable[[Table], ColumnElement[bool]]) -> dict[SeriesKey, History]:
    found: dict[SeriesKey, History] = {}

    for row in tx.execute(_plain(readings).where(where(readings)).order_by(readings.c.at, readings.c.id)):
        reading = _reading(tuple(row), tx.dialect)
        found.setdefault(reading.series, History()).readings.append(reading)
    for change in _changes(tx, _plain(changes).where(where(changes)).order_by(changes.c.seq)):
        found.setdefault(change.series, History()).changes.append(change)
    for row in tx.execute(_plain(conflicts).where(where(conflicts)).order_by(conflicts.c.at, conflicts.c.id)):
        conflict = _conflict(tuple(row), tx.dialect)
        found.setdefault(conflict.series, History()).conflicts.append(conflict)
    return found


@lru_cache(maxsize=8)
def _plain(table: Table) -> Select[Any]:
    """The rows of a table as the driver gives them, past the columns' types."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.columns))


@lru_cache(maxsize=_REMEMBERED)
def _reading(values: tuple[Any, ...], dialect: Dialect) -> Reading:
    """The reading of a row as the driver gives it. A metric's readings are read again with each article about it, and
    hardly ever differ: the same values make the same reading, whatever transaction they were seen in."""
    return reading_of(_named(readings, values, dialect))


@lru_cache(maxsize=_AS_WELL)
def _change(values: tuple[Any, ...], dialect: Dialect) -> Change:
    """The same of a change."""
    return change_of(_named(changes, values, dialect))


@lru_cache(maxsize=_AS_WELL)
def _conflict(values: tuple[Any, ...], dialect: Dialect) -> Conflict:
    """The same of a conflict."""
    return conflict_of(_named(conflicts, values, dialect))


def _changes(tx: Connection, statement: Select[Any]) -> Iterator[Change]:
    for row in tx.execute(statement):
        yield _change(tuple(row), tx.dialect)


def _named(table: Table, values: tuple[Any, ...], dialect: Dialect) -> SimpleNamespace:
    named = zip(_converters(table, dialect), values, strict=True)
    return SimpleNamespace(**{name: value if convert is None else convert(value) for (name, convert), value in named})


@lru_cache(maxsize=8)
def _converters(table: Table, dialect: Dialect) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """What turns the driver's value of each column into ours; None: nothing need be done."""
    return tuple(
        (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in table.columns
    )


def record(
    tx: Connection,
    *,
    readings_added: Sequence[Reading],
    version: int,
    decided: Sequence[Decision],
    settled: Mapping[SeriesKey, SeriesState | None],
    now: datetime,
    restated: bool = False,
) -> list[Change]:
    """Add readings with their decisions, bring the series up to date, and line the changes up for every audience.

    `version` is that of the article's text; `settled` None: nothing stands any more. A restated change (a rule
    changed, not the world) is stored and never told. Gives back the changes that were really new.
    """
    insert_new(tx, readings, [reading_row(one, version) for one in readings_added])
    upsert(tx, series, [_series_row(state, now) for state in settled.values() if state is not None])
    for key in (key for key, state in settled.items() if state is None):
        tx.execute(delete(series).where(*(series.c[name] == value for name, value in series_columns(key).items())))
    made = {one.change.id: one.change for one in decided if one.change is not None}
    known = set(tx.execute(select(changes.c.id).where(changes.c.id.in_(list(made)))).scalars()) if made else set()
    fresh = [one for one in made.values() if one.id not in known]
    insert_new(tx, changes, [change_row(one, now, restated=restated) for one in fresh])
    upsert(tx, conflicts, [conflict_row(one.conflict, now) for one in decided if one.conflict is not None])
    upsert(tx, decisions, [_decision_row(one, now) for one in decided])
    touched = sorted({one.series.metric for one in readings_added} | {key.metric for key in settled})
    if touched:
        tx.execute(update(metrics).where(metrics.c.id.in_(touched)).values(version=metrics.c.version + 1))
    if not restated:
        line_up(tx, [one.id for one in fresh])
    return fresh


def line_up(tx: Connection, change_ids: Sequence[str]) -> None:
    """Make the changes pending for every active audience."""
    if not change_ids:
        return
    names = tx.execute(select(audiences.c.name).where(audiences.c.active)).scalars().all()
    insert_new(tx, tellings, [{"audience": name, "change": one} for name in names for one in change_ids])


def states(tx: Connection, metric: str | None = None) -> list[SeriesState]:
    """The lines of the ledger as they stand, by metric, period and unit; of one metric when named, or of those whose
    ids fit it, where * and ? stand for anything."""
    return list(lines(tx, metric))


def lines(tx: Connection, metric: str | None = None) -> Iterator[SeriesState]:
    """The same one by one: read from the database at once, they may be asked for after the transaction's end."""
    statement = _plain(series).order_by(series.c.metric, series.c.period, series.c.unit)
    if metric is None or metric == "*":
        return _states(tx, statement)
    sure = re.split(r"[*?[]", metric, maxsplit=1)[0]
    if sure == metric:
        return _states(tx, statement.where(series.c.metric == metric))
    if sure and sure.isascii():  # only what begins so is read
        begins = series.c.metric if tx.dialect.name == "sqlite" else collate(series.c.metric, "C")
        statement = statement.where(begins >= sure, begins < sure[:-1] + chr(ord(sure[-1]) + 1))
    return (one for one in _states(tx, statement) if fnmatchcase(one.key.metric, metric))


def metric_ids(tx: Connection) -> list[str]:
    """Every metric that ever had a reading, by name."""
    return list(tx.execute(select(metrics.c.id).order_by(metrics.c.id)).scalars())


def _states(tx: Connection, statement: Select[Any]) -> Iterator[SeriesState]:
    """Past SQLAlchemy's types: there may be 100,000."""
    instant = dict(_converters(series, tx.dialect))["at"] or (lambda value: value)
    return (_line(row, instant) for row in tx.execute(statement).all())


def _line(row: Row[Any], instant: Callable[[Any], Any]) -> SeriesState:
    metric, period, unit, low, high, low_step, high_step, modifier, status, reading, at, count, _updated = row
    claim = Claim(
        None if low is None else Decimal(low), None if high is None else Decimal(high),
        _step(low_step), _step(high_step), _MODIFIERS[modifier],
    )  # fmt: skip
    return SeriesState(SeriesKey(metric, period, unit), claim, _STATUSES[status], reading, instant(at), count)


def state_of(tx: Connection, keys: Iterable[SeriesKey]) -> dict[SeriesKey, SeriesState]:
    """The lines of these series."""
    wanted = [(key.metric, key.period, key.unit) for key in keys]
    if not wanted:
        return {}
    statement = select(series).where(tuple_(series.c.metric, series.c.period, series.c.unit).in_(wanted))
    return {series_of(row): _state(row) for row in tx.execute(statement)}


def readings_of(tx: Connection, ids: Iterable[str]) -> dict[str, Reading]:
    """The readings of these ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: reading_of(row) for row in tx.execute(select(readings).where(readings.c.id.in_(wanted)))}


def series_in_group(tx: Connection, text_group: str) -> set[SeriesKey]:
    """The series that the articles of a text group have readings of."""
    statement = select(readings.c.metric, readings.c.period, readings.c.unit).distinct()
    members = select(articles.c.id).where(articles.c.text_group == text_group)
    return {series_of(row) for row in tx.execute(statement.where(readings.c.article.in_(members)))}


def changes_of(tx: Connection, ids: Iterable[str]) -> dict[str, Change]:
    """The changes of these ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {one.id: one for one in _changes(tx, _plain(changes).where(changes.c.id.in_(wanted)))}


def recent_changes(tx: Connection, limit: int = 50, metric: str | None = None) -> list[Change]:
    """The latest changes, newest first."""
    statement = _plain(changes).order_by(changes.c.seq.desc()).limit(limit)
    if metric is not None:
        statement = statement.where(changes.c.metric == metric)
    return list(_changes(tx, statement))


def open_conflicts(tx: Connection, *, resolved: bool = False) -> list[tuple[Conflict, Reading]]:
    """What is held back, newest first, with the reading; `resolved` also gives those already settled."""
    statement = select(conflicts).order_by(conflicts.c.at.desc(), conflicts.c.id)
    if not resolved:
        statement = statement.where(OPEN_CONFLICT)
    found = [conflict_of(row) for row in tx.execute(statement)]
    by_id = readings_of(tx, [one.reading for one in found])
    return [(one, by_id[one.reading]) for one in found]


def resolve_conflict(tx: Connection, conflict_id: str, how: str) -> bool:
    """Note how a conflict ended; False when there is none of that id."""
    return tx.execute(update(conflicts).where(conflicts.c.id == conflict_id).values(resolved=how)).rowcount == 1


def verdicts(
    tx: Connection, *, article: str | None = None, metric: str | None = None, change: str | None = None
) -> list[Verdict]:
    """The decisions on an article's readings, on a metric's, or behind one change, by date."""
    statement = select(readings, decisions.c.code, decisions.c.reason, decisions.c.change, decisions.c.conflict,
                       decisions.c.at.label("decided_at"))  # fmt: skip
    statement = statement.join(decisions, decisions.c.reading == readings.c.id).order_by(readings.c.at, readings.c.id)
    if article is not None:
        statement = statement.where(readings.c.article == article)
    if metric is not None:
        statement = statement.where(readings.c.metric == metric)
    if change is not None:
        statement = statement.where(decisions.c.change == change)
    return [
        Verdict(reading_of(row), row.code, row.reason, row.change, row.conflict, row.decided_at)
        for row in tx.execute(statement)
    ]


def _series_row(state: SeriesState, now: datetime) -> dict[str, Any]:
    return {**series_columns(state.key), **claim_columns(state.claim), "status": state.status.value,
            "reading": state.reading, "at": state.at, "readings": state.readings, "updated_at": now}  # fmt: skip


def _decision_row(decision: Decision, now: datetime) -> dict[str, Any]:
    return {
        "reading": decision.reading, "code": decision.code, "reason": decision.reason,
        "change": decision.change.id if decision.change else None,
        "conflict": decision.conflict.id if decision.conflict and not decision.conflict.resolved else None, "at": now,
    }  # fmt: skip


def _state(row: Row[Any]) -> SeriesState:
    return SeriesState(series_of(row), claim_of(row), Status(row.status), row.reading, row.at, row.readings)
