"""Whether a text is a near copy of another, and whether it may be passed over as one."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.dedup.fingerprint import SPACE, Fingerprint, below, containment

NEAR = 0.8  # Jaccard at this height misses every trimmed copy; containment finds them
_FEWEST = 8  # shingles: what is shorter is a headline, not a text


@dataclass(frozen=True, slots=True)
class Copy:
    """How one text relates to another. `near`: one source for counting. `same`: and it prints no other number."""

    near: bool
    same: bool
    share: float
    reason: str


def compare_texts(
    new: Fingerprint, known: Fingerprint, new_figures: Iterable[str] = (), known_figures: Iterable[str] = ()
) -> Copy:
    """Compare a new text with a stored one. `*_figures` are the figures read from them, as texts, where at hand.

    A copy with other numbers is news: `same` asks that every number and figure of the new text is in the known one.
    """
    share = containment(new, known)
    if share < NEAR or min(new.size, known.size) < _FEWEST:
        return Copy(False, False, share, f"other text: {share:.0%} shared")
    fresh = sorted(new.numbers - known.numbers) + sorted(set(new_figures) - set(known_figures))
    if fresh:
        return Copy(True, False, share, f"near copy ({share:.0%} shared) with other numbers: {', '.join(fresh[:3])}")
    return Copy(True, True, share, f"near copy: {share:.0%} shared, no other number")


def retained(old: Fingerprint, new: Fingerprint) -> float:
    """How much of an article's old text its new one still has, 0 to 1: a page cut off at a paywall keeps little."""
    limit = SPACE // max(old.scale, new.scale)
    before = set(below(old.hashes, limit))
    return len(before.intersection(new.hashes)) / len(before) if before else 0.0


def enough_keys(fingerprint: Fingerprint) -> int:
    """How many keys a stored text must share to be worth comparing. Few: the stored one may be a short excerpt."""
    return max(1, min(3, len(fingerprint.keys) // 10))
