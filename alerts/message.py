"""A digest as the channels see it: frozen, complete, and free of the monitor's types.

Everything is text that a person may read; escaping is the channel's business, at output. A message is stored as JSON
(`to_json`, `from_json`) when the digest is committed, so that what is sent never depends on when it is sent.
"""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any


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
    short: str = ""  # a shorter title for subject lines: "Meta capex"; "" means title


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


class MessageFormatError(ValueError):
    """A stored message cannot be read back: damaged, or written by a newer version."""


def to_json(message: Message) -> str:
    """The message as JSON text; `from_json` gives it back equal. Lone surrogates stay escaped, so UTF-8 can hold it."""
    data = asdict(message)
    for point in (point for item in data["items"] for point in item["points"]):
        for bound in ("low", "high"):
            if point[bound] is not None and not math.isfinite(point[bound]):
                point[bound] = None  # JSON has no infinity, and a chart no room for it
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def from_json(text: str) -> Message:
    """Read what `to_json` wrote, by this version or an older one. Raises MessageFormatError."""
    try:
        data = json.loads(text)
        items = tuple(_item(item) for item in data.pop("items"))
        notes = tuple(Note(**_known(Note, note)) for note in data.pop("notes", ()))
        return Message(items=items, notes=notes, **_known(Message, data))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MessageFormatError(
            f"the stored digest cannot be read ({type(error).__name__}); was it written by a newer figurewatch?"
        ) from error


def _item(data: dict[str, Any]) -> Item:
    start, end = data.pop("number")
    points = tuple(Point(**_known(Point, point)) for point in data.pop("points"))
    languages = tuple(data.pop("languages"))
    return Item(number=(int(start), int(end)), points=points, languages=languages, **_known(Item, data))


def _known(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    """Fields of a later version are left out rather than refused: a rollback must still deliver what was queued."""
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in data.items() if key in names}
