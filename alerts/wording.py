"""The words that every rendering shares, so that a mail, a Slack message and a terminal tell the same story."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from alerts.message import Item, Message, Note
from alerts.text import clean, shorten

ARROW = "→"
MONTHS = "January February March April May June July August September October November December".split()
KINDS = {
    "new": "New",
    "changed": "Changed",
    "narrowed": "Range narrowed",
    "widened": "Range widened",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
}
DIRECTIONS = {"raised": "Raised", "lowered": "Lowered", "same": "Confirmed"}
STATUSES = {
    "actual": "reported",
    "guidance": "company guidance",
    "target": "plan",
    "estimate": "estimate by others",
    "denied": "denied",
}
NOTE_TITLES = {
    "delivery": "Not delivered",
    "conflict": "Held back, not alerted",
    "feed": "Sources",
    "summary": "Also",
}
NOTE_HEADLINES = {
    "delivery": "A digest was not delivered",
    "conflict": "Figures held back",
    "feed": "News about your sources",
    "summary": "Notes",
}
REPEAT = "This may be a repeat: the answer to the first sending was lost, so this digest is sent once more."


def kind_word(item: Item) -> str:
    """ "Raised", "Range narrowed", "Withdrawn" ..."""
    if item.kind == "changed" and item.direction in DIRECTIONS:
        return DIRECTIONS[item.direction]
    return KINDS.get(item.kind) or shorten(item.kind, 40)


def kind_sign(item: Item) -> str:
    """A sign that carries the direction where colours are off."""
    if item.kind == "changed":
        return {"raised": "▲", "lowered": "▼"}.get(item.direction or "", "●")
    return {"new": "+", "narrowed": "▶◀", "widened": "◀▶", "withdrawn": "×"}.get(item.kind, "●")


def status_word(item: Item) -> str:
    """How far the speaker stands behind the value, in plain words."""
    return STATUSES.get(item.status) or shorten(item.status, 40)


def title(item: Item, limit: int = 160) -> str:
    """The metric in plain words, beginning like a sentence."""
    return capital(shorten(item.title or item.metric, limit))


def capital(text: str) -> str:
    """With a capital first letter; `str.capitalize` would make GPU a Gpu."""
    return text[:1].upper() + text[1:]


def heading(item: Item, limit: int = 200) -> str:
    """Metric and period: "Capital expenditure, 2025"."""
    name, period = title(item, limit - 60), shorten(item.period, 50)
    return f"{name}, {period}" if period else name


def value(text: str | None, limit: int) -> str:
    """A value as it is set in print: "$64–72bn" with an en dash, "−$1bn" with a minus."""
    dashed = re.sub(r"(?<=[0-9])-(?=[0-9])", "–", shorten(text or "", limit))
    return re.sub(r"(?<![^\s(])-(?=[^\s0-9A-Za-z-]?[0-9])", "−", dashed)


def old_new(item: Item, limit: int = 80) -> str:
    """ "$64–72bn → $66–72bn", "new: $600bn", "withdrawn: $65bn"."""
    old, new = value(item.old, limit), value(item.new, limit)
    if old and new:
        return f"{old} {ARROW} {new}"
    if new:
        return f"new: {new}" if item.kind == "new" else new
    return f"withdrawn: {old}" if old else "withdrawn"


def whole(words: str) -> tuple[str, ...]:
    """The pieces of "old → new" that no line end may tear: the values, each with the sign or word before it."""
    found = re.match(rf"(.+ {ARROW}) (.+)|((?:new|withdrawn):) (.+)", words)
    return tuple(piece for piece in found.groups() if piece) if found else (words,)


def difference(item: Item) -> str:
    """ "+$4bn to +$7bn (+9 %)"; "" when there is nothing to compare."""
    plain, percent = value(item.difference, 80), value(item.percent, 30)
    return f"{plain} ({percent})" if plain and percent else plain or percent


def outlets(item: Item) -> str:
    """ "also reported by 11 outlets in 5 languages"; "" when nobody else says so."""
    if item.other_outlets < 1:
        return ""
    count = len(set(item.languages))
    words = f"also reported by {item.other_outlets} other outlet{'' if item.other_outlets == 1 else 's'}"
    return f"{words}, in {count} languages" if count > 1 else words


def day(iso: str) -> str:
    """ "30 April 2025" from an ISO date or date-time; anything else comes back cleaned."""
    found = re.match(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-3][0-9])(?![0-9])", iso)
    if found is None:
        return shorten(iso, 40)
    return f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}"


def web_url(url: str | None) -> str:
    """The URL when it may be linked (http or https, with a host), what could break out of it encoded; else ""."""
    if not url or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", url.strip()):
        return ""
    plain = _UNLINKABLE.sub(lambda found: quote(found[0], safe=""), url.strip())
    try:
        parts = urlsplit(plain)
        linkable = parts.scheme in ("http", "https") and bool(parts.hostname) and "%" not in parts.netloc
    except ValueError:
        return ""
    return plain if linkable else ""


# White space, invisible and direction marks, and what delimits a link in HTML, in Slack or in plain text.
_UNLINKABLE = re.compile(
    r"[\s\\<>\"`\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)


def host(url: str) -> str:
    """The host without "www.", to be read beside a link."""
    try:
        return shorten((urlsplit(url).hostname or "").removeprefix("www."), 80)
    except ValueError:
        return ""


def source(item: Item) -> str:
    """Who published it, or the host of the link."""
    return shorten(item.source, 120) or host(item.url) or "unknown source"


def ranked(items: tuple[Item, ...]) -> list[Item]:
    """The items, biggest change first; equal ones keep the order they came in."""
    return sorted(items, key=_size, reverse=True)


def _size(item: Item) -> tuple[bool, bool, float]:
    """Old and new beat one of them alone; a company's word beats an estimate; then the greater percentage."""
    found = re.search(r"[0-9]{1,9}(?:[.,][0-9]{1,3})?", (item.percent or "").replace("\u202f", ""))
    percent = float(found[0].replace(",", ".")) if found else 0.0
    return bool(item.old and (item.new or item.kind == "withdrawn")), item.status != "estimate", percent


def subject(message: Message) -> str:
    """One line of at most 150 characters: the biggest old → new, and how many more there are."""
    if not message.items:
        first = clean(note_groups(message)[0].notes[0].text) if message.notes else "nothing changed"
        return shorten(f"{_repeat(message)}figurewatch: {first}", 150)
    top = ranked(message.items)[0]
    more = f", and {len(message.items) - 1} more" if len(message.items) > 1 else ""
    name = capital(shorten(top.short or top.title or top.metric, 60))
    period = shorten(top.period, 25)
    head = f"{_repeat(message)}{name} {period}".rstrip()
    return f"{head}: {old_new(top, 20)}{more}"


def _repeat(message: Message) -> str:
    return "[possible repeat] " if message.possible_repeat else ""


def headline(message: Message) -> str:
    """ "3 figures changed, 1 new figure"; of a message without figures, what its first notes are about."""
    if not message.items:
        kinds = {note.kind for note in message.notes}
        return next((words for kind, words in NOTE_HEADLINES.items() if kind in kinds), NOTE_HEADLINES["summary"])
    fresh = sum(item.kind == "new" for item in message.items)
    changed = len(message.items) - fresh
    words = []
    if changed:
        words.append(f"{changed} figure{'s' if changed > 1 else ''} changed")
    if fresh:
        words.append(f"{fresh} new figure{'s' if fresh > 1 else ''}")
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes of one kind under their title."""

    title: str
    notes: tuple[Note, ...]


def note_groups(message: Message) -> tuple[NoteGroup, ...]:
    """The last section: what failed and what was held back first, then sources, then everything else."""
    titles = [NOTE_TITLES.get(note.kind, NOTE_TITLES["summary"]) for note in message.notes]
    groups = (
        NoteGroup(name, tuple(note for note, found in zip(message.notes, titles, strict=True) if found == name))
        for name in NOTE_TITLES.values()
    )
    return tuple(group for group in groups if group.notes)


def utc_date(iso: str) -> datetime | None:
    """A message's date as a time with a zone; None when it is not ISO."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
