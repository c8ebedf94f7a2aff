"""What a change is called, and which way the value went."""

from decimal import Decimal

from monitor.core.judge.sameness import Likeness, Shape, compare, shape
from monitor.core.types.ledger import ChangeKind, Claim, Direction


def kind_of(old: Claim, new: Claim) -> ChangeKind:
    """NARROWED: inside the old range with one bound moved at least; WIDENED: around it; CHANGED: anything else.

    Only a claim with two bounds narrows or widens: a floor that rises ("over 650 million", "over 1bn") is a change.
    """
    if shape(old) is not Shape.RANGE or shape(new) in (Shape.FLOOR, Shape.NOTHING):
        return ChangeKind.CHANGED
    low, high = old.low or Decimal(0), old.high or Decimal(0)
    new_low = low if new.low is None else new.low
    new_high = new.high or Decimal(0)
    if low <= new_low and new_high <= high:
        return ChangeKind.NARROWED if new_low <= new_high else ChangeKind.CHANGED
    if shape(new) is Shape.RANGE and new_low <= low and high <= new_high:
        return ChangeKind.WIDENED
    return ChangeKind.CHANGED


def direction_of(old: Claim, new: Claim) -> Direction:
    """Which way the value went: by its bounds where both moved one way, by the middle otherwise."""
    if compare(old, new).likeness is Likeness.SAME:
        return Direction.SAME
    gap = _middle(new) - _middle(old)
    if gap == 0:
        return Direction.SAME
    return Direction.RAISED if gap > 0 else Direction.LOWERED


def _middle(claim: Claim) -> Decimal:
    ends = [end for end in (claim.low, claim.high) if end is not None]
    return sum(ends, Decimal(0)) / max(1, len(ends))


def power_of_ten(old: Claim, new: Claim) -> int:
    """k when the new value is the old one times 10^k with the same leading digits, k in ±1..±3; 0 otherwise."""
    ratios = [
        b / a for a, b in ((old.low, new.low), (old.high, new.high)) if a is not None and b is not None and a and b
    ]
    if not ratios and (one := _only(old)) and (other := _only(new)):
        ratios = [other / one]
    for k in (1, 2, 3, -1, -2, -3):
        if ratios and all(abs(ratio.scaleb(-k) - 1) <= Decimal("0.006") for ratio in ratios):
            return k
    return 0


def _only(claim: Claim) -> Decimal | None:
    return claim.low if claim.low is not None else claim.high
