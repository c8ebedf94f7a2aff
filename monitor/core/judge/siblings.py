"""A reading beside the other series of its metric: a conversion, a currency swapped, a period less well read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.core.judge.sameness import Likeness, compare
from monitor.core.judge.settle import settle
from monitor.core.judge.spans import may_be_same
from monitor.core.judge.values import SeriesHistory
from monitor.core.judge.words import claim_words
from monitor.core.types.figures import Modifier, Role
from monitor.core.types.ledger import MetricRules, Reading, SeriesKey, SourceKind

Histories = Mapping[SeriesKey, SeriesHistory]


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found beside a reading. `conflict`: hold it; otherwise it is quiet."""

    code: str
    reason: str
    conflict: bool = False


def is_currency(unit: str) -> bool:
    """Whether a unit is an ISO 4217 code."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def beside(reading: Reading, histories: Histories, batch: Iterable[Reading], rules: MetricRules) -> Beside | None:
    """Judge a reading by the other series of its metric; None when they say nothing about it."""
    if reading.role is not Role.NEWS:
        return None
    if is_currency(reading.series.unit) and (found := _money(reading, histories, batch, rules)):
        return found
    return _other_period(reading, histories)


def _money(reading: Reading, histories: Histories, batch: Iterable[Reading], rules: MetricRules) -> Beside | None:
    key = reading.series
    home = dict(rules.extra).get("currency") or _original(key, histories, batch)
    if key.unit == home:
        return None
    known = histories.get(SeriesKey(key.metric, key.period, home))
    settled = settle(known.readings, rules) if known else None
    if settled is not None and compare(settled.claim, reading.claim).likeness is Likeness.SAME:
        words = claim_words(reading.claim, key.unit)
        return Beside("conflict-currency", f"{words} is the number known in {home}: a currency swapped?", conflict=True)
    return Beside("conversion", f"a conversion: this figure is reported in {home}")


def _original(key: SeriesKey, histories: Histories, batch: Iterable[Reading]) -> str:
    """The currency a metric is reported in: the one that most articles give alone, or first."""
    first: dict[str, tuple[int, str]] = {}
    known = (one for series, history in histories.items() if series.metric == key.metric for one in history.readings)
    for one in (*known, *batch):
        if one.series.metric == key.metric and is_currency(one.series.unit):
            place = (_place(one), one.series.unit)
            first[one.article] = min(first.get(one.article, place), place)
    votes = Counter(unit for _, unit in first.values())
    return max(votes, key=lambda unit: (votes[unit], unit == "USD", unit), default=key.unit)


def _place(reading: Reading) -> int:
    return min((one.quote_start + one.number_start for one in reading.evidence), default=0)


def _other_period(reading: Reading, histories: Histories) -> Beside | None:
    """A value known for "by 2024-12" that is read for "2024" is the same figure with its period less well read."""
    key = reading.series
    own = histories.get(key)
    if own is not None and own.changes:
        return None
    for series, history in histories.items():
        if series == key or (series.metric, series.unit) != (key.metric, key.unit):
            continue
        if not may_be_same(series.period, key.period):
            continue
        for known in history.readings:
            if known.article == reading.article and known.source is not SourceKind.SEED:
                continue
            if known.claim.modifier is reading.claim.modifier or known.claim.modifier is not Modifier.APPROX:
                found = compare(known.claim, reading.claim)
                if found.likeness is Likeness.SAME and known.at <= reading.at:
                    place = f"for {series.period}" if series.period else "without a period"
                    return Beside("other-period", f"{claim_words(known.claim, key.unit)} is known {place}")
    return None
