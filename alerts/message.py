"""A digest as the channels see it: frozen, complete, and free of the monitor's types.

Everything is text that a person may read; escaping is the channel's business, at output. A message is stored as JSON
(`to_json`, `from_json`) when the digest is committed, so that what is sent never depends on when it is sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a series for its chart. `low` and `high` in base units as floats: a picture needs no more."""

    date: str  # ISO
    low: float | None
    high: float | None
    label: str  # "$64-72bn"
    status: str


@dataclass(frozen=True, slots=True)
class Item:
    """One change."""

    change_id: str
    metric: str  # id
    title: str  # in plain words: "Capital expenditure"
    period: str  # in plain words: "2025", "by the end of 2024", ""
    old: str | None  # formatted: "$60-65bn"
    new: str | None
    difference: str | None  # "+$4bn to +$7bn"
    percent: str | None  # "+9 %"
    kind: str  # new, changed, narrowed, widened, corrected, withdrawn
    direction: str | None  # raised, lowered, same
    status: str  # actual, guidance, target, estimate
    speaker: str | None
    quote: str
    number: tuple[int, int]  # the number within the quote
    quote_language: str
    source: str  # who published it
    url: str
    published: str  # ISO date
    other_outlets: int
    languages: tuple[str, ...]  # of all outlets, the quoted one first
    points: tuple[Point, ...]
    reason: str
    explain: str  # the command that explains it: "figurewatch explain CHANGE_ID"


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the last section: a conflict held back, a silent feed, a first poll's summary."""

    kind: str  # conflict, feed, summary
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One digest. `id` makes the Message-ID; `date` is frozen with it (ISO, UTC)."""

    id: str
    date: str
    audience: str
    items: tuple[Item, ...]
    notes: tuple[Note, ...] = ()
    possible_repeat: bool = False  # sent again after an unknown outcome, and says so
