"""What a text says: quantities, periods and the figures bound from them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Modifier(StrEnum):
    """How the text hedges a value: "nearly 350,000" is APPROX, "over 340,000" AT_LEAST, "64-72" RANGE."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Shape(StrEnum):
    """What the number is: a level can enter the ledger, the others cannot."""

    LEVEL = "level"
    CHANGE = "change"  # "up by 3bn", "22% more"
    SHARE = "share"  # "5% of staff"
    RATE = "rate"  # "per share", "per month", "a year" where the metric is no yearly one
    NAME = "name"  # H100, 405B, Q2: part of a name


class Status(StrEnum):
    """How far the speaker stands behind the value."""

    ACTUAL = "actual"
    GUIDANCE = "guidance"  # the company's own forecast of a reported figure
    TARGET = "target"  # a plan or a project's size
    ESTIMATE = "estimate"  # somebody else's: analysts, research firms, media
    DENIED = "denied"


class Role(StrEnum):
    """Why the article prints it: only news can alert; background and prior fill an empty series silently."""

    NEWS = "news"
    BACKGROUND = "background"
    PRIOR = "prior"  # the old value beside a new one: "up from", "previously"


class PeriodKind(StrEnum):
    """Year `2025`, quarter `2025-Q2`, month `2024-06`, span `2024-Q1..Q3` or `2023..2025`, deadline `by 2024-12`."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    SPAN = "span"
    BY = "by"


class PeriodSource(StrEnum):
    """Where the period was found, nearest first."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    ARTICLE = "article"
    PUBLICATION = "publication"  # nothing said: derived from the publication date and the metric's habit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as printed at text[start:end] (code points of the unfolded text).

    low/high are in base units (money: ISO 4217 code never converted; W; m2; percent; count; times; others by name);
    None is an open end. *_step is the place value of the last printed digit in base units ("13.7bn" -> 100 million).
    """

    start: int
    end: int
    text: str
    low: Decimal | None
    high: Decimal | None
    low_step: Decimal
    high_step: Decimal
    unit: str
    modifier: Modifier
    noun: str | None = None  # the counted noun or unit word as printed, folded: "gpus", "枚", "people"
    shape: Shape = Shape.LEVEL
    vague: bool = False  # "tens of billions": kept, never compared
    language: str = ""
    notes: tuple[str, ...] = ()  # what the reader repaired or decided, in words


@dataclass(frozen=True, slots=True)
class Period:
    """The time a figure is about. `text` is the canonical form that series are keyed by (see PeriodKind)."""

    text: str
    kind: PeriodKind
    source: PeriodSource
    cue: str = ""  # the words it was read from


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with what it measures. `metric` None: read, but bound to nothing tracked; `reasons` says why."""

    quantity: Quantity
    metric: str | None
    period: Period | None
    status: Status
    role: Role
    speaker: str | None
    quote: str  # the sentence, as printed; contains the number
    quote_start: int  # offset of the quote in the text
    language: str
    reasons: tuple[str, ...]
    rules: str  # version of the packs and rules that read it
    conversion: bool = False  # the same amount as the figure beside it, in another currency: never a reading


@dataclass(frozen=True, slots=True)
class Story:
    """A text to read, as `read` and `replay` take it. `language` None: detect it."""

    id: str
    title: str
    text: str
    date: dt.date | None = None
    language: str | None = None
