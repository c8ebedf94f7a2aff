"""A digest as plain text of 72 columns: the whole news without colour, image or markup."""

from alerts.message import Item, Message
from alerts.series import spark, steps
from alerts.text import Marked, clean, isolate, marked, shorten, wrap
from alerts.wording import (
    REPEAT,
    capital,
    day,
    difference,
    heading,
    headline,
    kind_word,
    note_groups,
    old_new,
    outlets,
    source,
    status_word,
    subject,
    web_url,
)

__all__ = ["render_text", "subject"]

COLUMNS = 72
INDENT = "   "


def render_text(message: Message) -> str:
    """Every item and note of `message`; no line feed at the end, no control character within."""
    lines: list[str] = []
    if message.possible_repeat:
        lines += [*wrap(REPEAT, COLUMNS), ""]
    lines += wrap(f"{headline(message)} · {day(message.date)}", COLUMNS)
    for number, item in enumerate(message.items, start=1):
        lines += ["", *_item(number, item)]
    for group in note_groups(message):
        lines += ["", f"-- {group.title} --"]
        for note in group.notes:
            first, *rest = wrap(isolate(clean(note.text)) or "–", COLUMNS, "  ")
            lines += [f"* {first[2:]}", *rest]
            lines += [f"  {url}" for url in [web_url(note.url)] if url]
    lines += [
        "",
        "-- ",
        *wrap(f"figurewatch for {shorten(message.audience, 60)} · digest {shorten(message.id, 60)}", COLUMNS),
    ]
    return "\n".join(lines)


def quoted(piece: Marked) -> str:
    """The sentence with its number between «», isolated when it runs from right to left."""
    number = f"«{piece.number}»" if piece.number else ""
    return isolate(f"“{piece.before}{number}{piece.after}”")


def attribution(item: Item) -> str:
    """ "Susan Li, in Meta Investor Relations, 30 April 2025"."""
    speaker = isolate(shorten(item.speaker or "", 80))
    where = f"{isolate(source(item))}, {day(item.published)}" if item.published else isolate(source(item))
    return f"{speaker}, in {where}" if speaker else where


def _from_to(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _item(number: int, item: Item) -> list[str]:
    label = f"{number}. "
    lines = wrap(f"{label}{heading(item)}", COLUMNS)
    gap = difference(item)
    lines += wrap(f"{old_new(item)}    {gap}".rstrip(), COLUMNS, INDENT)
    lines += wrap(f"{kind_word(item)} · {status_word(item)}", COLUMNS, INDENT)
    line = spark(item)
    if line:
        drawn = steps(item)
        lines += wrap(f"{line}  {_from_to(drawn[0].date, drawn[-1].date)}", COLUMNS, INDENT)
    lines += ["", *wrap(quoted(marked(item)), COLUMNS, INDENT), *wrap(f"({attribution(item)})", COLUMNS, INDENT)]
    url = web_url(item.url)
    lines += [f"{INDENT}{url}"] if url else []
    lines += wrap(capital(outlets(item)), COLUMNS, INDENT)
    lines += wrap(f"Why: {shorten(item.reason, 200)}" if item.reason else "", COLUMNS, INDENT)
    return lines + ([f"{INDENT}{shorten(item.explain, 100)}"] if item.explain else [])
