"""Where a series stands, from its readings alone: the same for any order in which they arrived."""

from collections.abc import Iterable

from monitor.core.judge.ids import is_aside
from monitor.core.judge.timeline import timeline
from monitor.core.judge.values import SeriesHistory, Settled
from monitor.core.types.ledger import MetricRules, Reading


def settle(readings: Iterable[Reading], rules: MetricRules | None = None) -> Settled | None:
    """The settled value of a series' readings; None when nothing settles (no reading, estimates, values held back)."""
    return timeline(readings, rules).settled


def rulings(history: SeriesHistory) -> dict[str, bool]:
    """Which readings were ruled upon: True counts, False does not.

    `resolved` begins with "accepted" or "rejected". A reading put aside for what stands beside it (`aside_id`) does
    not count until it is accepted.
    """
    ruled: dict[str, bool] = {}
    for conflict in history.conflicts:
        if conflict.resolved and conflict.resolved.startswith(("accepted", "rejected")):
            ruled[conflict.reading] = conflict.resolved.startswith("accepted")
        elif is_aside(conflict.id):
            ruled[conflict.reading] = False
    return ruled
