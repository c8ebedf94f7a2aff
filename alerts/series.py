"""The points of an item as the charts and sparklines draw them."""

import math
from dataclasses import dataclass
from datetime import date

from alerts.message import Item, Point
from alerts.text import sparkline

MOST_POINTS = 24  # the newest are kept; more would be dust at the width of a phone


@dataclass(frozen=True, slots=True)
class Step:
    """A point that can be drawn: both bounds known, in order, the day as a number."""

    day: int
    low: float
    high: float
    label: str
    status: str
    date: str

    @property
    def middle(self) -> float:
        """Where a line through a range runs."""
        return self.low / 2 + self.high / 2


def steps(item: Item) -> list[Step]:
    """The drawable points by date, at most 24; an open bound is drawn at the other one."""
    drawn = [step for step in (_step(point) for point in item.points) if step is not None]
    return sorted(drawn, key=lambda step: step.day)[-MOST_POINTS:]


def _step(point: Point) -> Step | None:
    known = [bound for bound in (point.low, point.high) if bound is not None and math.isfinite(bound)]
    try:
        day = date.fromisoformat(point.date[:10]).toordinal()
    except ValueError:
        return None
    return Step(day, min(known), max(known), point.label, point.status, point.date[:10]) if known else None


def spark(item: Item) -> str:
    """The series as block characters, "" when there is no line to draw."""
    return sparkline([step.middle for step in steps(item)])
