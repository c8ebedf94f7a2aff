"""Words that point back to a figure told before: "that figure", "analysts had expected", "by 10 billion, to 72"."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Quantity, Shape

_OPENING = 26  # characters in which a sentence comes to its number: "It was ", "Das waren rund "
_CLOSING = ".,;:!?)。，、；।…—–"
_PART = 0.5  # a change is less than this part of the level that it led to
_YEARS_APART = 12.0  # how many times larger a value may be than that of another time
_ALIKE = 1.5  # how many times larger it may be to be taken for that of the figure told last
_AKIN = 2.0  # how many times larger an expectation may be than what it was set beside
_EXPECTED = frozenset({"s.estimate", "s.expected"})


class Told(NamedTuple):
    """A figure bound before: where in the list it stands and how large it is."""

    place: int
    size: float


def size_of(quantity: Quantity) -> float:
    """The middle of a value; the known end of an open one."""
    ends = [float(end) for end in (quantity.low, quantity.high) if end is not None]
    return sum(ends) / len(ends) if ends else 0.0


def nearest(quantity: Quantity, told: Sequence[Told]) -> int | None:
    """Index of the figure that an expectation was most likely set beside: the one that comes closest, if one does.

    The last of those told keeps it unless it is far off.
    """
    size = size_of(quantity)
    last = told[-1].size if told else 0.0
    if size > 0 and last > 0 and max(size, last) <= _ALIKE * min(size, last):
        return told[-1].place
    apart = [(max(size, one.size) / min(size, one.size), -one.place) for one in told if size > 0 and one.size > 0]
    best = min(apart, default=None)
    return -best[1] if best and best[0] <= _AKIN else None


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether two values may be of one measure at two times: neither is many times the other."""
    sizes = sorted((size_of(one), size_of(other)))
    return sizes[1] <= _YEARS_APART * sizes[0]


def stands_alone(quantity: Quantity, number: int, layout: Layout) -> bool:
    """ "It was $56.3 billion.": a sentence that comes to its number at once and ends its clause with it."""
    opening = quantity.start - layout.sentences[number].start
    behind = layout.low[quantity.end : quantity.end + 2].lstrip()[:1]
    return opening <= _OPENING and (not behind or behind in _CLOSING)


def points_back(start: int, number: int, quantity: Quantity, layout: Layout) -> bool:
    """Whether a sentence from `start` on says "that figure" before the number, or tells what others expected."""
    for at in range(start, number + 1):
        for hit in layout.hits(at):
            ahead = at < number or hit.end <= quantity.start
            if ahead and (hit.group == "r.this" or (at == number and hit.group in _EXPECTED)):
                return True
    return False


def expects(hits: Sequence[Hit], quantity: Quantity) -> bool:
    """Whether a sentence tells before its number what others expected."""
    return any(hit.group in _EXPECTED and hit.end <= quantity.start for hit in hits)


def part_of(change: Quantity, level: Quantity, metric: Metric) -> bool:
    """Whether a number that its words call a change is the step that led to a level of the same measure."""
    stepped = change.shape is Shape.CHANGE and level.shape is not Shape.CHANGE and change.unit == level.unit
    return stepped and metric.tracked and 0 < size_of(change) < _PART * size_of(level)
