"""Which articles tell one story, in whatever language: by the figures they share within days. For display only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from monitor.core.types.figures import Figure, Quantity, Shape

_DAYS = timedelta(days=4)
_FEW = 2  # figures that two articles must share
_DIGITS = 3  # significant digits that figures are compared at: 39,071 and 39.1 bn meet


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What an article tells, apart from its words: `facts` are units with values, `bound` those of tracked metrics."""

    at: datetime
    facts: frozenset[str]
    bound: frozenset[str] = field(default_factory=frozenset)
    group: str = ""  # of its text: copies are one story anyhow


def facts_of(figures: Iterable[Figure]) -> tuple[frozenset[str], frozenset[str]]:
    """All facts of an article's figures, and those of its bound ones ("USD:391e8"); vague and tiny numbers are none."""
    everything: set[str] = set()
    bound: set[str] = set()
    for figure in figures:
        fact = _fact(figure.quantity)
        if fact is None:
            continue
        everything.add(fact)
        if figure.metric is not None:
            bound.add(fact)
    return frozenset(everything), frozenset(bound)


def _fact(quantity: Quantity) -> str | None:
    value = quantity.high if quantity.low is None else quantity.low
    if value is None or quantity.vague or quantity.shape in (Shape.NAME, Shape.RATE) or abs(value) < 10:
        return None
    if quantity.unit == "percent" and value == value.to_integral_value():
        return None  # whole percentages are shared by everybody
    return f"{quantity.unit}:{_rounded(value)}"


def _rounded(value: Decimal) -> str:
    exponent = value.adjusted() - _DIGITS + 1
    return f"{value.scaleb(-exponent).to_integral_value()}e{exponent}"


def same_story(one: StoryFacts, other: StoryFacts) -> str | None:
    """Why two articles tell one story, in words; None when they do not.

    Published within four days, they share two figures at least, one of them bound to a tracked metric.
    """
    if abs(one.at - other.at) > _DAYS:
        return None
    if one.group and one.group == other.group:
        return "one is a copy of the other"
    shared = one.facts & other.facts
    tracked = shared & (one.bound | other.bound)
    if len(shared) >= _FEW and tracked:
        return f"they share {len(shared)} figures within days"
    return None
