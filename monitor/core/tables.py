"""Word tables: the longest entry that stands at a position, found by its first or last letter rather than by a regex.

One alternation over a language's words reads a few thousand characters a second; a dictionary of first letters and
`str.startswith` reads millions.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")

_THAI_TO_MYANMAR = range(0x0E00, 0x10A0)


def joined(char: str) -> bool:
    """Whether words of the character's script are written together or take endings freely: Han, Hangul, Thai."""
    code = ord(char)
    return (code >= 0x2E80 and not 0xA640 <= code <= 0xABFF) or code in _THAI_TO_MYANMAR or 0x1780 <= code < 0x1800


def letter(text: str, at: int) -> bool:
    """Whether a word goes on at this position: a letter, digit or combining vowel sign, outside the joined scripts."""
    if not 0 <= at < len(text):
        return False
    char = text[at]
    if char.isascii():
        return char.isalnum()
    if char in "।॥":
        return False
    return not joined(char) and (char.isalnum() or char in "\u200c\u0640" or "\u0900" <= char <= "\u0dff")


class Found(NamedTuple, Generic[T]):
    """An entry found: where it starts and ends, the entry itself and what it stands for."""

    start: int
    end: int
    key: str
    value: T


class Table(Generic[T]):
    """Entries that are looked for at a position. Short entries with capitals keep their case ("MW"), others do not.

    `inflect` is how many letters an ending may add to an entry of `least` letters or more; `prefixes` are letters that
    may be written onto the beginning of one, when it is looked for from its end.
    """

    def __init__(self, entries: Mapping[str, T], inflect: int = 0, least: int = 4, prefixes: str = "") -> None:
        self._right: dict[str, list[tuple[str, bool, T]]] = {}
        self._left: dict[str, list[tuple[str, bool, T]]] = {}
        self._inflect = inflect
        self._least = least
        self._prefixes = prefixes
        for key, value in entries.items():
            cased = len(key) <= 3 and key != key.lower() and key.isascii()
            own = key if cased else key.lower()
            if not own:
                continue
            for side, edge in ((self._right, own[:2]), (self._left, own[-2:])):
                side.setdefault(edge.lower(), []).append((own, cased, value))
        for side in (self._right, self._left):
            for group in side.values():
                group.sort(key=lambda entry: -len(entry[0]))

    def __bool__(self) -> bool:
        return bool(self._right)

    def at(self, text: str, low: str, pos: int, onto: "Table[Any] | None" = None) -> Found[T] | None:
        """The longest entry that starts here and ends a word; an entry of `onto` may be written onto it (MUS$)."""
        group = self._right.get(low[pos : pos + 2])
        single = self._right.get(low[pos : pos + 1])
        if group is None and single is None:
            return None
        for key, cased, value in (*(group or ()), *(single or ())):
            if (text if cased else low).startswith(key, pos):
                end = self._ends(low, pos + len(key), key)
                if not end and onto is not None and onto.at(text, low, pos + len(key)):
                    end = pos + len(key)
                if end:
                    return Found(pos, end, key, value)
        return None

    def before(self, text: str, low: str, pos: int) -> Found[T] | None:
        """The longest entry that ends here and starts a word."""
        group = self._left.get(low[pos - 2 : pos]) if pos > 1 else None
        single = self._left.get(low[pos - 1 : pos]) if pos > 0 else None
        if group is None and single is None:
            return None
        for key, cased, value in (*(group or ()), *(single or ())):
            start = pos - len(key)
            if start >= 0 and (text if cased else low).startswith(key, start):
                inside = letter(key, 0) and not key[0].isdigit() and letter(low, start - 1)
                if not inside or (low[start - 1] in self._prefixes and not letter(low, start - 2)):
                    return Found(start, pos, key, value)
        return None

    def _ends(self, low: str, end: int, key: str) -> int:
        """Where the word ends, with an ending that the language allows; 0 if the entry is only its beginning."""
        if not letter(low, end) or not letter(key, len(key) - 1):
            return end
        if self._inflect and len(key) >= self._least:
            for more in range(1, self._inflect + 1):
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
