"""Text keeps its offsets: folding is one code point for one, so what is found in a folded text slices the original."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

# A sentence ends at full stops of any script, but not inside numbers ("1.5") nor after initials and abbreviations.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？!?；]+[」』”’）)]*|[।؟۔]+|\n+")
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_LISTED = re.compile(r"(?<=[0-9])，(?=[0-9])")
_ORDINAL = re.compile(r"(?<![\w.,])\d{1,2}$")
_COUNTED = re.compile(  # what German counts with a full stop and writes with a capital: im 2. Quartal, am 30. Juli
    r"\s*(?:Quartal|Halbjahr|Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
)
_INITIAL = re.compile(r"(?:^|[\s(\"'“«.])[^\W\d_]$")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st no nr vs inc corp co ltd jr sr rs approx ca bzw mio mrd mill mia tsd mlrd usw z.b u.a d.h "
    "etc e.g i.e u.s u.k ee.uu ee uu sr sra dr dra av art núm nº mld mln mds млн млрд тыс трлн руб г долл тис грн "
    "tys zł bn mn tn jan feb aug sept oct nov dec approx est mil jt rb".split()
)

_MANY = 48  # different characters from here on: one pass with the table is faster
_CYRILLIC_SCALES = frozenset("млн млрд тыс тис трлн долл дол руб грн".split())


class Span(NamedTuple):
    """Half-open code-point offsets into a text."""

    start: int
    end: int


def _build_table() -> dict[int, str]:
    """Code point to code point: full-width forms, native digits, odd spaces, marks of direction, letter variants."""
    table: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0)
    for code in range(0x80, 0x1E960):
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Nd":
            table[code] = str(unicodedata.decimal(char))
        elif category == "Zs":
            table[code] = " "
    for code in (
        0x200E,
        0x200F,
        0x061C,
        0x202A,
        0x202B,
        0x202C,
        0x202D,
        0x202E,
        0x2066,
        0x2067,
        0x2068,
        0x2069,
        0xFEFF,
    ):
        table[code] = " "  # marks of direction: a space keeps words apart and offsets in place
    pairs = {
        "'": "’‘ʼʹ′＇`´׳",
        '"': "“”„‟«»″״",
        "-": "‐‑−﹣－",
        "~": "～〜∼",
        "%": "٪﹪",
        ".": "٫．",
        "¥": "￥",
        "£": "￡",
        "₩": "￦",
        "ي": "یى",
        "ك": "کڪ",
        "ه": "ہ",
        "ا": "أإآٱ",
    }
    for plain, variants in pairs.items():
        for char in variants:
            table[ord(char)] = plain
    return table


class Letters:
    """Characters and what stands for each, one for one: what `str.translate` does, some ten times faster on most text.

    A text holds few of the characters that a table knows: each is replaced in turn, and none is looked up in a table.
    """

    __slots__ = ("_first", "_named", "_plain", "_table")

    def __init__(self, table: Mapping[int, str]) -> None:
        self._table = dict(table)
        self._plain = {chr(code): char for code, char in table.items() if chr(code) != char}
        # Where one stands for another that is itself replaced (｀ for `, ` for '), the other has its turn first.
        self._first = self._plain.keys() & set(self._plain.values())
        chained = any(self._plain[char] in self._plain for char in self._first)
        self._named = frozenset() if chained else frozenset(self._plain)

    def plain(self, text: str) -> str:
        """The text with the characters replaced."""
        odd = self._named.intersection(text)
        if len(odd) > _MANY or len(self._named) < len(self._plain):
            return text.translate(self._table)
        for char in (*(odd & self._first), *(odd - self._first)):
            text = text.replace(char, self._plain[char])
        return text


_FOLDED = Letters(_build_table())


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """The text with width, digits, spaces, quotes and letter variants made plain; same length, case kept.

    The Arabic decimal mark becomes a point; the Arabic group mark (U+066C) stays, for it never is a decimal mark.
    """
    if text.isascii():
        return text
    if "，" in text:  # between plain digits it parts a list ($20，300美元), between full-width ones it marks groups
        text = _LISTED.sub(";", text)
    return _FOLDED.plain(text)


@lru_cache(maxsize=64)
def lower(text: str) -> str:
    """Lower case of the same length: the few letters that grow in lower case (İ) become their plain letter."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower()[0] for char in text)


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text without the white space around them; a line break always ends one."""
    spans: list[Span] = []
    start = 0
    for found in _END.finditer(text):
        if found.group()[0] == "." and _abbreviated(text, start, found):
            continue
        _add(spans, text, start, found.end())
        start = found.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def paragraphs(text: str) -> tuple[Span, ...]:
    """The lines of a text that hold anything."""
    return tuple(Span(*found.span()) for found in _LINE.finditer(text))


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = left + len(piece.strip())
    if right > left:
        spans.append(Span(left, right))


def _abbreviated(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation: a known one, an initial, or one that goes on in lower case."""
    before = text[max(start, found.start() - 24) : found.start()]
    word = before.rsplit(None, 1)[-1] if before.split() else ""
    follows = text[found.end() : found.end() + 8].lstrip()
    bare = word.lower().strip("(\"'“«")
    if bare in _CYRILLIC_SCALES and follows[:1].isupper() and not follows[:1].isascii():
        return False  # "64 млрд. В третьем квартале": currencies after a scale are written small
    if _ORDINAL.search(before) and _COUNTED.match(text, found.end()):
        return True
    if bare in _ABBREVIATIONS or _INITIAL.search(before):
        return bool(follows) and "\n" not in text[found.end() : found.end() + 2]
    return bool(follows) and follows[0].islower()
