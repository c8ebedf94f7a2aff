"""Where a series stands, from its readings alone: the same for any order in which they arrived."""

from collections.abc import Iterable

from monitor.core.judge.timeline import timeline
from monitor.core.judge.values import SeriesHistory, Settled
from monitor.core.types.ledger import MetricRules, Reading


def settle(readings: Iterable[Reading], rules: MetricRules | None = None) -> Settled | None:
    """The settled value of a series' readings; None when nothing settles (no reading, estimates, values held back)."""
    return timeline(readings, rules).settled


def rulings(history: SeriesHistory) -> dict[str, bool]:
    """What persons decided of held readings: `resolved` begins with "accepted" or "rejected"."""
    ruled: dict[str, bool] = {}
    for conflict in history.conflicts:
        if conflict.resolved and conflict.resolved.startswith(("accepted", "rejected")):
            ruled[conflict.reading] = conflict.resolved.startswith("accepted")
    return ruled
