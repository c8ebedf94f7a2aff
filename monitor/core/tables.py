"""Word tables: the longest entry that stands at a position, found by its first or last letter rather than by a regex.

One alternation over a language's words reads a few thousand characters a second; a dictionary of first letters and
`str.startswith` reads millions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")

_THAI_TO_MYANMAR = range(0x0E00, 0x10A0)
# The characters for which `letter` is true, in one go.
_JOINED = r"\u0e00-\u109f\u1780-\u17ff\u2e80-\ua63f\uac00-\U0010ffff"
_RUN = re.compile(rf"(?:[0-9A-Za-z]++|(?![{_JOINED}])[^\W_]|[\u0640\u200c\u0900-\u0963\u0966-\u0dff])*+")


def joined(char: str) -> bool:
    """Whether words of the character's script are written together or take endings freely: Han, Hangul, Thai."""
    code = ord(char)
    return (code >= 0x2E80 and not 0xA640 <= code <= 0xABFF) or code in _THAI_TO_MYANMAR or 0x1780 <= code < 0x1800


def letter(text: str, at: int) -> bool:
    """Whether a word goes on at this position: a letter, digit or combining vowel sign, outside the joined scripts."""
    char = text[at : at + 1] if at >= 0 else ""
    return char.isalnum() if char.isascii() else _letter(char)


def word_end(text: str, at: int) -> int:
    """Where the letters that stand at a position end; `at` itself where none stands."""
    return _RUN.match(text, at).end()  # type: ignore[union-attr]  # it may match nothing, and so always does


@lru_cache(maxsize=4096)
def _letter(char: str) -> bool:
    if char in "।॥":
        return False
    return not joined(char) and (char.isalnum() or char in "\u200c\u0640" or "\u0900" <= char <= "\u0dff")


class Found(NamedTuple, Generic[T]):
    """An entry found: where it starts and ends, the entry itself and what it stands for."""

    start: int
    end: int
    key: str
    value: T


class _Entry(NamedTuple, Generic[T]):
    """A word of a table with what is asked of its edges."""

    key: str
    size: int
    cased: bool
    value: T
    begins: bool  # with a letter, before which no other may stand
    ends: bool  # with a letter, behind which only an ending may stand
    ending: int  # how many letters that may have


# Outermost letter -> both outer letters, or "" -> the words, in small letters, and the entries.
_Edges = dict[str, dict[str, tuple[tuple[str, ...], tuple[_Entry[T], ...]]]]


class Table(Generic[T]):
    """Entries that are looked for at a position. Short entries with capitals keep their case ("MW"), others do not.

    `inflect` is how many letters an ending may add to an entry of `least` letters or more; `prefixes` are letters that
    may be written onto the beginning of one, when it is looked for from its end.
    """

    __slots__ = ("_left", "_prefixes", "_right")

    def __init__(self, entries: Mapping[str, T], inflect: int = 0, least: int = 4, prefixes: str = "") -> None:
        right: dict[str, list[_Entry[T]]] = {}
        left: dict[str, list[_Entry[T]]] = {}
        self._prefixes = prefixes
        for key, value in entries.items():
            cased = len(key) <= 3 and key != key.lower() and key.isascii()
            own = key if cased else key.lower()
            if not own:
                continue
            begins = letter(own, 0) and not own[0].isdigit()
            ends = letter(own, len(own) - 1)
            entry = _Entry(own, len(own), cased, value, begins, ends, inflect if len(own) >= least else 0)
            right.setdefault(own[:2].lower(), []).append(entry)
            left.setdefault(own[-2:].lower(), []).append(entry)
        self._right = _by_edge(right, 0)
        self._left = _by_edge(left, -1)

    def __bool__(self) -> bool:
        return bool(self._right)

    def beginnings(self) -> frozenset[str]:
        """The first two letters of the entries, and those that are one letter long."""
        return frozenset(pair or first for first, own in self._right.items() for pair in own if pair or own[""][0])

    def at(self, text: str, low: str, pos: int, onto: "Table[Any] | None" = None) -> Found[T] | None:
        """The longest entry that starts here and ends a word; an entry of `onto` may be written onto it (MUS$)."""
        edge = self._right.get(low[pos : pos + 1])
        if edge is None:
            return None
        words, entries = edge.get(low[pos : pos + 2]) or edge[""]
        if not low.startswith(words, pos):  # one call instead of one for each
            return None
        for key, size, cased, value, _, ends, ending in entries:
            if (text if cased else low).startswith(key, pos):
                end = pos + size
                if ends and letter(low, end):
                    end = _ending(low, end, ending)
                    if not end and onto is not None and onto.at(text, low, pos + size):
                        end = pos + size
                if end:
                    return Found(pos, end, key, value)
        return None

    def before(self, text: str, low: str, pos: int) -> Found[T] | None:
        """The longest entry that ends here and starts a word."""
        edge = self._left.get(low[pos - 1 : pos]) if pos > 0 else None
        if edge is None:
            return None
        words, entries = (edge.get(low[pos - 2 : pos]) if pos > 1 else None) or edge[""]
        if not low.endswith(words, 0, pos):
            return None
        for key, size, cased, value, begins, _, _ in entries:
            start = pos - size
            if start >= 0 and (text if cased else low).startswith(key, start):
                inside = begins and letter(low, start - 1)
                if not inside or (low[start - 1] in self._prefixes and not letter(low, start - 2)):
                    return Found(start, pos, key, value)
        return None


def _by_edge(groups: Mapping[str, list[_Entry[T]]], outer: int) -> _Edges[T]:
    """Entries by their outermost letter, then by both outer ones; in each group the longest first, single ones last."""
    edges: _Edges[T] = {}
    for edge, group in groups.items():
        single = sorted(groups.get(edge[outer], ()), key=lambda entry: -entry.size)
        own = edges.setdefault(edge[outer], {"": _together(single)})
        if len(edge) > 1:
            own[edge] = _together([*sorted(group, key=lambda entry: -entry.size), *single])
    return edges


def _together(entries: list[_Entry[T]]) -> tuple[tuple[str, ...], tuple[_Entry[T], ...]]:
    return tuple(entry.key.lower() for entry in entries), tuple(entries)


def _ending(low: str, end: int, longest: int) -> int:
    """Where the word ends, with an ending that the language allows; 0 if the entry is only its beginning."""
    for more in range(1, longest + 1):
        if low[end + more - 1 : end + more].isdigit():
            return 0
        if not letter(low, end + more):
            return end + more
    return 0


def stems(words: Iterable[str], inflect: int) -> Iterator[tuple[str, str]]:
    """(stem, word): a word of five letters or more also without its final vowel, where endings replace it."""
    vowels = frozenset("aeiouyаеёиоуыьйяюєіїąęαεηιουό")
    for word in words:
        yield word, word
        if inflect and len(word) >= 5 and word[-1] in vowels and " " not in word:
            yield word[:-1], word
