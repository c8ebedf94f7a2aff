"""What of all changes an audience wants to hear: thresholds count from the last value that this audience was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from monitor.core.judge.kinds import direction_of, kind_of
from monitor.core.judge.sameness import Likeness, compare
from monitor.core.types.audiences import AlertRule
from monitor.core.types.figures import Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, SourceKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether an audience is told, by which rule's stable name, and why in words."""

    wanted: bool
    code: str
    reason: str


def wanted(
    change: Change, rules: Iterable[AlertRule], last_told: Claim | None, source: SourceKind = SourceKind.PRESS
) -> Wanted:
    """Judge a change by the first rule whose metric patterns match.

    `last_told` is the value of this series that the audience was last told (None: never): small steps that were not
    told add up until together they reach the threshold. `source` is the kind of source the change comes from.
    """
    rule = next((one for one in rules if any(fnmatchcase(change.series.metric, glob) for glob in one.metrics)), None)
    if rule is None:
        return Wanted(False, "no-rule", f"no rule of this audience names {change.series.metric}")
    if rule.drop:
        return Wanted(False, "dropped", f"this audience does not want {change.series.metric}")
    if source not in rule.sources and source is not SourceKind.SEED:
        return Wanted(False, "source", f"this audience does not want news from {source} sources")
    kinds = {change.kind, _kind(change, last_told)}
    if not kinds & rule.kinds:
        return Wanted(False, "kind", f"this audience does not want figures that are {change.kind}")
    if change.new is None or last_told is None:
        return Wanted(True, "wanted", "wanted")
    return _by_size(change, change.new, rule, last_told)


def _kind(change: Change, last_told: Claim | None) -> ChangeKind:
    """The kind seen from what the audience knows: two narrowings untold may be a change."""
    if change.new is None or last_told is None or change.kind in (ChangeKind.CORRECTED, ChangeKind.NEW):
        return change.kind
    return kind_of(last_told, change.new)


def _by_size(change: Change, new: Claim, rule: AlertRule, last_told: Claim) -> Wanted:
    reported = change.old_status in (Status.GUIDANCE, Status.TARGET) and change.status is Status.ACTUAL
    unsized = rule.min_absolute is None and rule.min_percent is None and rule.direction is None
    if unsized and (reported or change.kind is ChangeKind.CORRECTED):
        return Wanted(True, "wanted", "wanted")
    if compare(last_told, new).likeness is Likeness.SAME:
        return Wanted(False, "known", "back at the value this audience was last told")
    direction = direction_of(last_told, new)
    if rule.direction is not None and direction is not rule.direction:
        return Wanted(False, "direction", f"{direction}, and this audience wants only what is {rule.direction}")
    gap, percent = difference(last_told, new)
    if rule.min_absolute is not None and gap < rule.min_absolute:
        return Wanted(False, "small", f"{gap:,f} from the last value told, less than {rule.min_absolute:,f}")
    if rule.min_percent is not None and percent < rule.min_percent:
        return Wanted(False, "small", f"{percent:.1f} % from the last value told, less than {rule.min_percent:f} %")
    return Wanted(True, "wanted", "wanted")


def difference(old: Claim, new: Claim) -> tuple[Decimal, Decimal]:
    """How far the bounds moved: the greatest distance in base units, and the greatest in percent of the old bound.

    A bound that one claim does not state is compared with the other end of that claim.
    """
    ends = [(old.low, new.low), (old.high, new.high)]
    fallback_old = old.low if old.low is not None else old.high
    fallback_new = new.low if new.low is not None else new.high
    gap = percent = Decimal(0)
    for one, other in ends:
        a = one if one is not None else fallback_old
        b = other if other is not None else fallback_new
        if a is None or b is None:
            continue
        gap = max(gap, abs(b - a))
        percent = max(percent, abs(b - a) / abs(a) * 100 if a else Decimal(100 if b else 0))
    return gap, percent
