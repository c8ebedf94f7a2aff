"""The points of an item as the charts and sparklines draw them."""

from dataclasses import dataclass
from datetime import date

from alerts.message import Item, Point

BEYOND = 1e100  # no figure of this world; keeps the arithmetic finite
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
    known = [bound for bound in (point.low, point.high) if bound is not None and abs(bound) < BEYOND]
    try:
        day = date.fromisoformat(point.date[:10]).toordinal()
    except ValueError:
        return None
    return Step(day, min(known), max(known), point.label, point.status, point.date[:10]) if known else None


def scale(low: float, high: float) -> tuple[float, float]:
    """Where an axis for these values starts, and how far it reaches: at least a fifth of the values' size.

    A change of 1 % must not look like a leap.
    """
    reach = max(high - low, max(abs(low), abs(high)) * 0.2) or 1.0
    return (low / 2 + high / 2) - reach / 2, reach


_BLOCKS = "▁▂▃▄▅▆▇█"


def spark(item: Item) -> str:
    """The series as one block character a point, the highest at the top; "" when there is no line to draw."""
    middles = [step.middle for step in steps(item)]
    if len(middles) < 2:
        return ""
    floor, reach = scale(min(middles), max(middles))
    return "".join(_BLOCKS[min(7, max(0, int((middle - floor) / reach * 8)))] for middle in middles)
