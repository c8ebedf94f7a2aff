"""Ledger values as rows and back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row

from monitor.core.types.figures import Figure, Modifier, Period, PeriodKind, PeriodSource, Quantity, Role, Shape, Status
from monitor.core.types.ledger import (
    Change,
    ChangeKind,
    Claim,
    Conflict,
    Direction,
    Evidence,
    Reading,
    SeriesKey,
    SourceKind,
)
from monitor.store.types import exact, json_text


def claim_columns(claim: Claim) -> dict[str, Any]:
    """The five columns of a claim."""
    return {"low": claim.low, "high": claim.high, "low_step": claim.low_step, "high_step": claim.high_step,
            "modifier": claim.modifier.value}  # fmt: skip


def claim_of(row: Row[Any] | SimpleNamespace) -> Claim:
    """The claim of a row of `readings` or `series`."""
    return Claim(row.low, row.high, row.low_step, row.high_step, Modifier(row.modifier))


def claim_json(claim: Claim | None) -> dict[str, Any] | None:
    """A claim as JSON values, its digits as text."""
    if claim is None:
        return None
    low, high = (None if value is None else exact(value) for value in (claim.low, claim.high))
    return {"low": low, "high": high, "low_step": exact(claim.low_step), "high_step": exact(claim.high_step),
            "modifier": claim.modifier.value}  # fmt: skip


def claim_from_json(data: Mapping[str, Any] | None) -> Claim | None:
    """What `claim_json` wrote."""
    if data is None:
        return None
    low, high = (None if data[name] is None else Decimal(data[name]) for name in ("low", "high"))
    return Claim(low, high, Decimal(data["low_step"]), Decimal(data["high_step"]), Modifier(data["modifier"]))


def series_columns(key: SeriesKey) -> dict[str, Any]:
    """The three columns of a series key."""
    return {"metric": key.metric, "period": key.period, "unit": key.unit}


def series_of(row: Row[Any] | SimpleNamespace) -> SeriesKey:
    """The series key of any row that has one."""
    return SeriesKey(row.metric, row.period, row.unit)


def reading_row(reading: Reading, version: int) -> dict[str, Any]:
    """A reading as a row; `version` is that of the article's text."""
    evidence = [[one.quote, one.quote_start, one.number_start, one.number_end, one.url] for one in reading.evidence]
    return {
        "id": reading.id, **series_columns(reading.series), **claim_columns(reading.claim),
        "status": reading.status.value, "role": reading.role.value, "speaker": reading.speaker, "at": reading.at,
        "seen_at": reading.seen_at, "source": reading.source.value, "publisher": reading.publisher,
        "article": reading.article, "version": version, "text_group": reading.text_group,
        "language": reading.language, "evidence": evidence, "background": reading.background, "rules": reading.rules,
    }  # fmt: skip


def reading_of(row: Row[Any] | SimpleNamespace) -> Reading:
    """The reading of a row."""
    return Reading(
        row.id, series_of(row), claim_of(row), Status(row.status), Role(row.role), row.speaker, row.at, row.seen_at,
        SourceKind(row.source), row.publisher, row.article, row.text_group, row.language,
        tuple(Evidence(*one) for one in row.evidence), row.background, row.rules,
    )  # fmt: skip


def change_row(change: Change, now: datetime, *, restated: bool) -> dict[str, Any]:
    """A change as a row, committed at `now`."""
    return {
        "id": change.id, **series_columns(change.series), "kind": change.kind.value,
        "direction": change.direction.value if change.direction else None, "old": claim_json(change.old),
        "new": claim_json(change.new), "old_status": change.old_status.value if change.old_status else None,
        "status": change.status.value, "reading": change.reading, "at": change.at, "reason": change.reason,
        "committed_at": now, "restated": restated,
    }  # fmt: skip


def change_of(row: Row[Any] | SimpleNamespace) -> Change:
    """The change of a row."""
    return Change(
        row.id, series_of(row), ChangeKind(row.kind), Direction(row.direction) if row.direction else None,
        claim_from_json(row.old), claim_from_json(row.new), Status(row.old_status) if row.old_status else None,
        Status(row.status), row.reading, row.at, row.reason,
    )  # fmt: skip


def conflict_row(conflict: Conflict, now: datetime) -> dict[str, Any]:
    """A conflict as a row, committed at `now`."""
    return {
        "id": conflict.id, **series_columns(conflict.series), "reading": conflict.reading,
        "claim": claim_json(conflict.claim), "settled": claim_json(conflict.settled), "at": conflict.at,
        "reason": conflict.reason, "resolved": conflict.resolved, "committed_at": now,
    }  # fmt: skip


def conflict_of(row: Row[Any] | SimpleNamespace) -> Conflict:
    """The conflict of a row."""
    claim = claim_from_json(row.claim)
    assert claim is not None  # noqa: S101  the column is not null
    return Conflict(row.id, series_of(row), row.reading, claim, claim_from_json(row.settled), row.at, row.reason,
                    row.resolved)  # fmt: skip


def figure_json(figure: Figure) -> str:
    """A figure as JSON text, its digits as text. Field by field: `dataclasses.asdict` costs more than the insert."""
    found, period = figure.quantity, figure.period
    return json_text({
        "quantity": {
            "start": found.start, "end": found.end, "text": found.text, "low": _digits(found.low),
            "high": _digits(found.high), "low_step": exact(found.low_step), "high_step": exact(found.high_step),
            "unit": found.unit, "modifier": found.modifier, "noun": found.noun, "shape": found.shape,
            "vague": found.vague, "language": found.language, "notes": found.notes,
        },
        "metric": figure.metric,
        "period": None if period is None else {
            "text": period.text, "kind": period.kind, "source": period.source, "cue": period.cue,
        },
        "status": figure.status, "role": figure.role, "speaker": figure.speaker, "quote": figure.quote,
        "quote_start": figure.quote_start, "language": figure.language, "reasons": figure.reasons,
        "rules": figure.rules, "conversion": figure.conversion,
    })  # fmt: skip


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


def figure_from_json(data: Mapping[str, Any]) -> Figure:
    """The figure of what `figure_json` wrote, once parsed."""
    quantity, period = dict(data["quantity"]), data["period"]
    for name in ("low", "high", "low_step", "high_step"):
        quantity[name] = None if quantity[name] is None else Decimal(quantity[name])
    quantity |= {"modifier": Modifier(quantity["modifier"]), "shape": Shape(quantity["shape"]),
                 "notes": tuple(quantity["notes"])}  # fmt: skip
    if period is not None:
        source = PeriodSource(period["source"])
        period = Period(**{**period, "kind": PeriodKind(period["kind"]), "source": source})
    return Figure(**{
        **data, "quantity": Quantity(**quantity), "period": period, "status": Status(data["status"]),
        "role": Role(data["role"]), "reasons": tuple(data["reasons"]),
    })  # fmt: skip
