"""Figures and alerts as the rows that `--json` prints: stable keys, plain numbers, one object a line."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from monitor.core.types.figures import Figure, Quantity
from monitor.core.types.ledger import Change, Claim, Reading

Row = dict[str, Any]


def as_line(row: Mapping[str, Any]) -> str:
    """The row as one line of JSON."""
    return json.dumps(row, ensure_ascii=False)


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where the value is whole, None for an open end."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def figure_row(story: str, figure: Figure) -> Row:
    """One figure of a story; offsets are code points into its text."""
    quantity: Quantity = figure.quantity
    return {
        "story": story,
        "char_start": quantity.start,
        "char_end": quantity.end,
        "text": quantity.text,
        "value_low": number(quantity.low),
        "value_high": number(quantity.high),
        "unit": quantity.unit,
        "modifier": str(quantity.modifier),
        "metric": figure.metric,
        "period": figure.period.text if figure.period else None,
        "status": str(figure.status),
        "speaker": figure.speaker,
        "role": str(figure.role),
        "language": figure.language,
        "quote": figure.quote,
        "reasons": list(figure.reasons),
    }


def bounds(claim: Claim | None) -> list[int | float | None] | None:
    """[low, high] of a claim, null for an open end."""
    return None if claim is None else [number(claim.low), number(claim.high)]


def alert_row(story: str, change: Change, reading: Reading) -> Row:
    """One alert of a replay."""
    return {
        "at": story,
        "metric": change.series.metric,
        "period": change.series.period or None,
        "unit": change.series.unit,
        "old": bounds(change.old),
        "new": bounds(change.new),
        "kind": str(change.kind),
        "status": str(change.status),
        "quote": reading.evidence[0].quote if reading.evidence else "",
        "direction": str(change.direction) if change.direction else None,
        "id": change.id,
        "reason": change.reason,
    }
