"""Quantities as tests write them: a claim and a unit, "64e9..72e9 USD", ">=350e3 count", "~80e9 USD", "1e9.. USD"."""

from collections.abc import Iterable
from decimal import Decimal

from monitor.core.notation import read_claim
from monitor.core.types.figures import Modifier, Quantity

Meant = tuple[Decimal | None, Decimal | None, str, Modifier]
CLOSE = Decimal("0.002")


def meant(text: str) -> Meant:
    """(low, high, unit, modifier) of one expectation; "1e9.. USD" is a vague magnitude without upper end."""
    written, unit = text.split()
    if written.endswith(".."):
        return Decimal(written[:-2]), None, unit, Modifier.RANGE
    claim = read_claim(written)
    assert claim is not None, text
    return claim.low, claim.high, unit, claim.modifier


def same_value(quantity: Quantity, expected: Meant) -> bool:
    """Whether value and unit agree."""
    low, high, unit, _ = expected
    return quantity.unit == unit and _close(quantity.low, low) and _close(quantity.high, high)


def same_ends(quantity: Quantity, expected: Meant) -> bool:
    """As `same_value`, but an open end may be the bound itself: the value was read, only its hedge was not."""
    low, high, unit, _ = expected
    ends = (quantity.low or quantity.high, quantity.high or quantity.low)
    return quantity.unit == unit and _close(ends[0], low or high) and _close(ends[1], high or low)


def as_written(quantities: Iterable[Quantity]) -> list[str]:
    """What was read, in the same notation, for messages."""
    return [f"{q.text!r}: {q.low}..{q.high} {q.unit} {q.modifier.value} {q.shape.value}" for q in quantities]


def _close(a: Decimal | None, b: Decimal | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))
