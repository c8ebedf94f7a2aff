"""What smells of error: a value that one source alone must not make the ledger's."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from monitor.core.judge.kinds import power_of_ten
from monitor.core.judge.sameness import Shape, shape
from monitor.core.judge.spans import days_of, is_closed
from monitor.core.judge.units import is_currency
from monitor.core.judge.words import claim_words, number
from monitor.core.types.figures import Modifier, Status
from monitor.core.types.ledger import Claim, MetricRules, Reading, SourceKind

_FRESH = timedelta(days=2)  # a well-backed value younger than this is not overturned by one outlet
_GROWTH = timedelta(days=90)  # 100 million to 1bn users is no slip when this much time lies between


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a reading is held: the rule's stable name and the reason in words."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the series holds when the reading comes, as far as suspicion needs it."""

    claim: Claim
    status: Status
    since: Reading
    confirmed: Reading
    primary: bool
    outlets: int


def implausible(reading: Reading, rules: MetricRules) -> Suspicion | None:
    """A value outside what the metric can be at all."""
    if rules.plausible is None:
        return None
    least, most = rules.plausible
    ends = [end for end in (reading.claim.low, reading.claim.high) if end is not None]
    if all(least <= end <= most for end in ends):
        return None
    unit = reading.series.unit
    return Suspicion(
        "conflict-implausible",
        f"{claim_words(reading.claim, unit)} is outside what {rules.id} can be "
        f"({number(least, unit)} to {number(most, unit)})",
    )


def too_early(reading: Reading) -> Suspicion | None:
    """Money reported of a period that is still running: the period was misread, or the value is of a part."""
    days = days_of(reading.series.period) if is_currency(reading.series.unit) else None
    claim = reading.claim
    if days is None or reading.series.period.startswith("by ") or reading.at.date() > days[1]:
        return None
    if reading.status is not Status.ACTUAL or shape(claim) is not Shape.POINT or claim.modifier is not Modifier.EXACT:
        return None
    words = claim_words(claim, reading.series.unit)
    return Suspicion("conflict-too-early", f"{words} is given as reported, but {reading.series.period} is not over")


def suspicion(reading: Reading, status: Status, known: Known, rules: MetricRules) -> Suspicion | None:
    """Why a value that differs from the known one waits for a second source; None when it does not have to."""
    if found := implausible(reading, rules) or too_early(reading):
        return found
    unit = reading.series.unit
    new, old = claim_words(reading.claim, unit), claim_words(known.claim, unit)
    primary = reading.source is SourceKind.PRIMARY
    finished = is_closed(reading.series.period, reading.at.date())
    if finished and status in (Status.GUIDANCE, Status.TARGET):
        return Suspicion("conflict-past-plan", f"{new} is a plan for a period that is over: its period may be misread")
    if (k := power_of_ten(known.claim, reading.claim)) and not _may_be_growth(reading, known, k):
        times = f"{10 ** abs(k):,} times {'more' if k > 0 else 'less'}"
        if not primary or known.primary:
            return Suspicion("conflict-factor-ten", f"{new} has the digits of the known {old}, {times}: a slip?")
    if primary:
        return None
    if finished and known.status is Status.ACTUAL and status is Status.ACTUAL:
        return Suspicion(
            "conflict-actual", f"{new} contradicts {old}, the reported value of a finished period: sources disagree"
        )
    if reading.at == known.since.at and reading.publisher != known.since.publisher:
        return Suspicion("conflict-same-time", f"{new} and {old} were published at the same time: sources disagree")
    if (known.primary or known.outlets > 1) and reading.at - known.confirmed.at <= _FRESH:
        backing = "the company itself" if known.primary else f"{known.outlets} independent sources"
        return Suspicion("conflict-fresh", f"{new} contradicts {old}, which {backing} confirmed within two days")
    return None


def _may_be_growth(reading: Reading, known: Known, k: int) -> bool:
    """Whether ten times as much may be true: round numbers of one digit with months between them."""
    value = known.claim.low if known.claim.low is not None else known.claim.high
    if abs(k) != 1 or value is None or shape(known.claim) is Shape.RANGE:
        return False
    digits = len(value.normalize().as_tuple().digits)
    return digits == 1 and reading.at - known.confirmed.at > _GROWTH and value > Decimal(0)
