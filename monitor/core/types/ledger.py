"""What the ledger holds: series, readings, changes and conflicts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from monitor.core.types.figures import Modifier, Role, Status


class SourceKind(StrEnum):
    """Whose page it is: the company or a regulator, a newsroom, or somebody who collects others' texts."""

    PRIMARY = "primary"
    PRESS = "press"
    AGGREGATOR = "aggregator"
    SEED = "seed"  # a card of the seed corpus: the baseline, never alerted


class ChangeKind(StrEnum):
    """What happened to a series. `changed` carries a direction beside it."""

    NEW = "new"
    CHANGED = "changed"
    NARROWED = "narrowed"
    WIDENED = "widened"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Direction(StrEnum):
    """Which way the value went; SAME for a guidance met by its actual at the same value."""

    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """One line of the ledger. `period` is the canonical text, "" for a state or a total. Currencies never mix."""

    metric: str
    period: str
    unit: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A value with its printed precision: what is compared. Fields as in Quantity."""

    low: Decimal | None
    high: Decimal | None
    low_step: Decimal
    high_step: Decimal
    modifier: Modifier


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a reading comes from: never empty for anything that can alert."""

    quote: str
    quote_start: int  # offset of the quote in the stored article text
    number_start: int  # offset of the number within the quote
    number_end: int
    url: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One article's figure for one series; append-only. Mentions of one series in one article are one reading."""

    id: str  # stable: made of article id, series and claim
    series: SeriesKey
    claim: Claim
    status: Status
    role: Role
    speaker: str | None
    at: datetime  # the article's publication time (UTC); the order of the ledger
    seen_at: datetime  # when the daemon read it (UTC)
    source: SourceKind
    publisher: str  # registered domain of the publisher
    article: str  # article id
    text_group: str  # same for copies of one text: ten copies of one agency text are one source
    language: str
    evidence: tuple[Evidence, ...]
    background: bool = False  # fills silently: first poll, seed, role background or prior
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The only thing that is ever told to anybody."""

    id: str  # stable: made of series, kind and claim; the same news twice has the same id
    series: SeriesKey
    kind: ChangeKind
    direction: Direction | None
    old: Claim | None
    new: Claim | None  # None only when withdrawn
    old_status: Status | None
    status: Status
    reading: str  # id of the reading that made it
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A reading held back because it contradicts the ledger in a way that smells of error."""

    id: str
    series: SeriesKey
    reading: str
    claim: Claim
    settled: Claim | None
    at: datetime
    reason: str
    resolved: str | None = None  # how, in words


@dataclass(frozen=True, slots=True)
class Decision:
    """What the judge said of one reading; neither change nor conflict: quiet. The reason always says why."""

    reading: str
    reason: str  # in words a user understands
    code: str  # stable short name of the rule: "repeat", "rounding", "prior", "conflict-factor-ten", …
    change: Change | None = None
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class MetricRules:
    """What the judge must know of a metric."""

    id: str
    plausible: tuple[Decimal, Decimal] | None = None
    cumulative: bool = False  # only grows: downloads, losses summed
    extra: tuple[tuple[str, str], ...] = field(default=())
