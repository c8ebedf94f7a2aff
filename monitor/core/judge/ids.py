"""Stable identities: the same content has the same id in every process, order and database."""

from decimal import Decimal
from hashlib import blake2b

from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import ChangeKind, Claim, SeriesKey


def _digest(prefix: str, *parts: str) -> str:
    """Sixteen hexadecimal digits behind a letter that tells what it is an id of."""
    return prefix + blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _value(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def claim_text(claim: Claim | None) -> str:
    """A claim's value as text: equal values give equal texts, whatever their precision or words."""
    return "-" if claim is None else f"{_value(claim.low)}..{_value(claim.high)}"


def _series(series: SeriesKey) -> str:
    return f"{series.metric}\x1e{series.period}\x1e{series.unit}"


def reading_id(article: str, series: SeriesKey, claim: Claim, role: Role) -> str:
    """The id of an article's reading: an edit that changes the value makes another reading."""
    return _digest("r", article, _series(series), claim_text(claim), claim.modifier, role)


def change_id(series: SeriesKey, kind: ChangeKind, new: Claim | None, status: Status, old: Claim | None = None) -> str:
    """The id of a change: the same news twice has the same id. `old` counts only where there is no new value."""
    return _digest("c", _series(series), kind, claim_text(new), status, claim_text(old) if new is None else "")


def conflict_id(series: SeriesKey, claim: Claim) -> str:
    """The id of a conflict: copies of one wrong value are one conflict."""
    return _digest("x", _series(series), claim_text(claim))


def aside_id(reading: str) -> str:
    """The id of the conflict that puts one reading aside: it does not count in its series until it is accepted."""
    return _digest("y", reading)


def is_aside(conflict: str) -> bool:
    """Whether a conflict's id is one of `aside_id`."""
    return conflict.startswith("y")
