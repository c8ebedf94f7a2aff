"""A reading beside the other series of its metric: a conversion, a currency swapped, a period less well read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.core.judge.sameness import Likeness, compare
from monitor.core.judge.settle import settle
from monitor.core.judge.spans import may_be_same
from monitor.core.judge.units import is_currency
from monitor.core.judge.values import SeriesHistory
from monitor.core.judge.words import claim_words
from monitor.core.types.figures import Modifier, Role, Status
from monitor.core.types.ledger import Change, Claim, MetricRules, Reading, SeriesKey, SourceKind

_WEEKS = timedelta(days=30)
_DIGITS = 4

Histories = Mapping[SeriesKey, SeriesHistory]


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found beside a reading. `conflict`: hold it; otherwise it is quiet."""

    code: str
    reason: str
    conflict: bool = False


def beside(
    reading: Reading, histories: Histories, batch: Iterable[Reading], rules: MetricRules, told: Iterable[Change] = ()
) -> Beside | None:
    """Judge a reading by what else the ledger holds; None when that says nothing about it.

    `told` are the changes of all metrics told lately.
    """
    if reading.role is not Role.NEWS:
        return None
    if is_currency(reading.series.unit) and (found := _money(reading, histories, batch, rules)):
        return found
    told = tuple(told)
    found = _other_script(reading, histories, rules, told)
    return found or _other_metric(reading, batch, rules, told) or _other_period(reading, histories)


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


def _other_metric(
    reading: Reading, batch: Iterable[Reading], rules: MetricRules, told: Iterable[Change]
) -> Beside | None:
    """A figure of one site or supplier with the very value just told of another metric was bound to the wrong one."""
    if dict(rules.extra).get("family") != "true" or not _is_telling(reading.claim):
        return None
    own = {one.id for one in batch if one.article == reading.article}
    for change in told:
        if change.new is None or change.series.metric == reading.series.metric or change.reading in own:
            continue
        if change.series.unit == reading.series.unit and compare(change.new, reading.claim).code == "repeat":
            what = " ".join(part for part in (change.series.metric, change.series.period) if part)
            words = claim_words(reading.claim, reading.series.unit)
            return Beside(
                "conflict-other-metric", f"{words} is what was told of {what}: read for the wrong thing?", conflict=True
            )
    return None


def _other_script(reading: Reading, histories: Histories, rules: MetricRules, told: Iterable[Change]) -> Beside | None:
    """A place first named in another script with the very value just told of one is that place: 홉스 is Hobbs."""
    key = reading.series
    if dict(rules.extra).get("family") != "true" or histories.get(key, SeriesHistory()).changes:
        return None
    for change in told:
        recent = abs(reading.at - change.at) <= _WEEKS
        if change.new is None or not recent or change.series.unit != key.unit or change.series.period != key.period:
            continue
        if _other_writing(change.series.metric, key.metric) and compare(change.new, reading.claim).code == "repeat":
            words = claim_words(reading.claim, key.unit)
            return Beside("other-script", f"{words} is known of {change.series.metric}: one place in two scripts")
    return None


def _other_writing(one: str, other: str) -> bool:
    """Whether two ids differ in one name alone, which one of them writes in Latin letters and the other does not."""
    parts = [(a, b) for a, b in zip(one.split("."), other.split("."), strict=False) if a != b]
    return one.count(".") == other.count(".") and len(parts) == 1 and parts[0][0].isascii() != parts[0][1].isascii()


def _other_period(reading: Reading, histories: Histories) -> Beside | None:
    """A value known for "by 2024-12" that is read for "2024" is the same figure with its period less well read.

    A value as telling as a range is hardly that of two periods within weeks: it counts for another one only when more
    sources say so than for the first.
    """
    key = reading.series
    own = histories.get(key, SeriesHistory())
    if own.changes:
        return None
    for series, history in histories.items():
        if series == key or (series.metric, series.unit) != (key.metric, key.unit):
            continue
        loose = may_be_same(series.period, key.period)
        known = [one for one in history.readings if _is_same(one, reading, loose=loose)]
        if not known or (not loose and len(_texts(own.readings, reading) | {reading.text_group}) > len(_groups(known))):
            continue
        place = f"for {series.period}" if series.period else "without a period"
        return Beside("other-period", f"{claim_words(reading.claim, key.unit)} is known {place}")
    return None


def _is_same(known: Reading, reading: Reading, *, loose: bool) -> bool:
    """Whether an earlier article's reading has this very value."""
    if known.article == reading.article and known.source is not SourceKind.SEED:
        return False
    if known.at > reading.at or known.role is Role.PRIOR or known.status in (Status.DENIED, Status.ESTIMATE):
        return False
    found = compare(known.claim, reading.claim)
    if loose:
        vaguer = known.claim.modifier is Modifier.APPROX and reading.claim.modifier is not Modifier.APPROX
        return found.likeness is Likeness.SAME and not vaguer
    return found.code == "repeat" and _is_telling(reading.claim) and reading.at - known.at <= _WEEKS


def _texts(readings: Iterable[Reading], like: Reading) -> set[str]:
    return {one.text_group for one in readings if compare(one.claim, like.claim).code == "repeat"}


def _groups(readings: Iterable[Reading]) -> set[str]:
    return {one.text_group for one in readings}


def _is_telling(claim: Claim) -> bool:
    """Whether a value is so particular that two figures hardly share it: a range, or a number of four digits."""
    if claim.low is None or claim.high is None:
        return False
    return claim.low != claim.high or len(claim.low.normalize().as_tuple().digits) >= _DIGITS
