"""Makes outside text safe and fit to show: no control characters, known width, whole characters only."""

import re
import unicodedata
from dataclasses import dataclass

from alerts.message import Item

_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029"  # line breaks and terminal commands
    r"\u202a-\u202e\u2066-\u2069"  # bidi overrides and isolates: outside text must not reorder ours
    r"\ufffe\uffff\U000e0000-\U000e007f\s]+"  # non-characters, invisible tags
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_RTL = frozenset({"R", "AL", "AN"})
ISOLATE, END_ISOLATE = "\u2068", "\u2069"  # first strong isolate ... pop: https://www.w3.org/TR/html-bidi/
JOINERS = "\u200d\ufe0e\ufe0f\u20e3"


def clean(text: str) -> str:
    """`text` on one line: runs of white space and controls become one space, lone surrogates U+FFFD."""
    return _CONTROLS.sub(" ", _SURROGATES.sub("\ufffd", text)).strip()


def shorten(text: str, limit: int) -> str:
    """`clean(text)` in at most `limit` characters, cut with "…" and never within a combined character."""
    text = clean(text)
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 0 and _joined(text, cut):
        cut -= 1
    return text[:cut].rstrip() + "…"


def header_safe(text: str) -> str:
    """ASCII without spaces at the ends, for HTTP headers; anything else becomes "?"."""
    return shorten(text, 200).encode("ascii", "replace").decode("ascii")


def _joined(text: str, at: int) -> bool:
    """Whether a cut before text[at] would tear an accent, a skin tone or a joined emoji apart."""
    return unicodedata.combining(text[at]) != 0 or text[at] in JOINERS or text[at - 1] == "\u200d"


def has_rtl(text: str) -> bool:
    """Whether a letter of a right-to-left script is in it."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in _RTL for character in text)


def starts_rtl(text: str) -> bool:
    """Whether the first letter of known direction runs from right to left: what `dir="auto"` goes by."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


def isolate(text: str) -> str:
    """`text` so that its direction stays its own within a left-to-right line of plain text."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if has_rtl(text) else text


def width(text: str) -> int:
    """Columns of a terminal: wide East Asian characters take two, combining ones and isolates none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Marked:
    """A quoted sentence in three pieces: what stands before the number, the number, and what stands after."""

    before: str
    number: str
    after: str


def marked(item: Item, limit: int = 600) -> Marked:
    """The item's quote around its number, cleaned, and shortened from the far ends when it passes `limit`.

    Offsets that do not fit the quote mark nothing: the sentence is then all `before`.
    """
    start, end = item.number
    if not 0 <= start < end <= len(item.quote):
        return Marked(shorten(item.quote, limit), "", "")
    before, number, after = (_pad(piece) for piece in (item.quote[:start], item.quote[start:end], item.quote[end:]))
    before, after = before.lstrip(), after.rstrip()
    number = shorten(number, 120)
    room = max(limit - len(number), 40)
    if len(before) + len(after) > room:
        keep = max(room // 2, room - len(after))
        before = before if len(before) <= keep else "…" + before[len(before) - keep + 1 :].lstrip()
        rest = room - len(before)
        gap = " " if after.startswith(" ") else ""
        after = after if len(after) <= rest else gap + shorten(after, max(rest - len(gap), 1))
    return Marked(before, number, after)


def _pad(piece: str) -> str:
    """Like `clean`, but a space at either end stays: it parts the pieces."""
    core = clean(piece)
    left = " " if piece[:1].isspace() else ""
    right = " " if core and piece[-1:].isspace() else ""
    return f"{left}{core}{right}"


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Break at spaces, and within runs of wide characters, so that no line passes `columns`.

    A word that is itself longer, such as a URL, stays whole on a line of its own: a broken URL cannot be opened.
    """
    room = columns - width(indent)
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = width(piece.rstrip(" "))
        if line and used + size > room:
            lines.append(indent + line.rstrip())
            line, used = "", 0
        line += piece if line else piece.lstrip(" ")
        used = width(line)
    if line.strip():
        lines.append(indent + line.rstrip())
    return lines


_NO_BREAK_BEFORE = "、。，．・：；！？）」』】〕〉》’”»%％,.;:!?)]}…ー々" + END_ISOLATE
_NO_BREAK_AFTER = "（「『【〔〈《‘“«([{" + ISOLATE


def _pieces(text: str) -> list[str]:
    """Words with the space after them; wide characters each for itself, but never parted from their punctuation."""
    pieces: list[str] = []
    glue = True
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        last = pieces[-1] if pieces else ""
        fresh = last.endswith(" ") and character != " "
        break_here = fresh or (
            last != ""
            and character != " "
            and (wide or not glue)
            and character not in _NO_BREAK_BEFORE
            and last[-1] not in _NO_BREAK_AFTER
            and not unicodedata.combining(character)
        )
        if break_here or not pieces:
            pieces.append(character)
        else:
            pieces[-1] += character
        glue = not wide
    return pieces
