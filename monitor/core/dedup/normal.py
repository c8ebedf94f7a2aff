"""Texts made comparable: case, width, marks, digits' shapes and Chinese variants folded away, for hashing only."""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b

from monitor.core.dedup.hanzi import TO_SIMPLIFIED
from monitor.core.text import fold

# Letters that are written without spaces between words: their shingles are of characters.
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"  # kana, Han, Hangul
    "\U00020000-\U0003134f"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]++|(?:[^\W\d_]++|\d+(?:[.,]\d+)*+|[\u0300-\u036f\u064b-\u0652]++)++")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")  # the letters that TO_SIMPLIFIED knows lie here
# What ends a sentence within a line. One class leads, so that the engine can leap from one to the next.
_BREAK = re.compile(r"""[.!?।؟۔。](?:(?<!\.)|["'»”)]*\s)""")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SEPARATOR = re.compile(r"[.,]")
# The same for plain ASCII, where leaving out what is neither letter nor digit is faster than finding what is.
_ASCII_BREAK = re.compile(r"""[.!?](?:(?<!\.)|["')]*[^\S\n])""")
_WITHIN = re.compile(r"[.,](?<=[0-9].)(?=[0-9])")  # a number
_STAND_IN = {".": "\x01", ",": "\x02"}  # for such marks, while all others go
_STOP = "\x03"  # for the end of a sentence
_CONTROLS = (*_STAND_IN.values(), _STOP)
_KEPT = {"\n": "\n", _STOP: _STOP} | {control: mark for mark, control in _STAND_IN.items()}
_ASCII = [chr(code) for code in range(128)]
_WORDS_ONLY = str.maketrans({char: _KEPT.get(char, char if char.isalnum() else " ") for char in _ASCII})
_DIGITS_ONLY = str.maketrans({char: char if char.isdigit() else " " for char in _ASCII} | dict.fromkeys(_CONTROLS))

_WORD_SHINGLE = 3
_CHAR_SHINGLE = 5
_MASK = (1 << 63) - 1
_BASE = 0x5851F42D4C957F2D  # odd: no bit of a word is lost, wherever it stands
_REMEMBERED = 1 << 13  # words, some 4 MB


class _Weighed(dict[str, int]):
    """The hash of each word, weighed for one place in a shingle; a word is hashed once, as long as it is remembered.

    The hashes of words are spread evenly, so the sums that make a shingle are as well: they need no mixing.
    """

    together: "tuple[_Weighed, ...]" = ()  # the places at which whatever has one of them is looked up as well

    def __init__(self, place: int) -> None:
        super().__init__()
        self.weight = pow(_BASE, place, 1 << 63)

    def __missing__(self, word: str) -> int:
        value = hash63(word)
        for weighed in self.together:
            if len(weighed) >= _REMEMBERED:
                weighed.clear()
            weighed[word] = value * weighed.weight & _MASK
        return self[word]


_PLACES = tuple(_Weighed(place) for place in reversed(range(_CHAR_SHINGLE)))  # of a shingle, the last one at the end
for _number, _one in enumerate(_PLACES):  # words stand at the last three only
    _one.together = _PLACES[0 if _number < _CHAR_SHINGLE - _WORD_SHINGLE else -_WORD_SHINGLE :]


def plain(text: str) -> str:
    """The text folded for hashing: compatible forms, lower case, no marks of vowels, simplified Chinese."""
    folded = fold(text)
    if folded.isascii():
        return folded.lower()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    return folded.translate(TO_SIMPLIFIED) if _HAN.search(folded) else folded


def hash63(text: str) -> int:
    """A 63-bit hash that is the same in every process: fits a signed integer column."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def sentences(text: str) -> tuple[Iterator[list[list[str]]], frozenset[str]]:
    """The words of each sentence, for each distinct line that has any; and the numbers, without their separators."""
    folded = plain(text)
    if not folded.isascii() or any(control in folded for control in _CONTROLS):
        parts = (_BREAK.split(line) for line in dict.fromkeys(folded.split("\n")))
        lines = ([words for part in line if (words := _TOKEN.findall(part))] for line in parts)
        return filter(None, lines), frozenset(_SEPARATOR.sub("", one) for one in _NUMBER.findall(folded))
    marked = _WITHIN.sub(lambda found: _STAND_IN[found[0]], folded)
    bare = _ASCII_BREAK.sub(_STOP, marked).translate(_WORDS_ONLY)
    parts = (line.split(_STOP) for line in dict.fromkeys(bare.split("\n")))
    lines = ([words for part in line if (words := part.split())] for line in parts)
    return filter(None, lines), frozenset(marked.translate(_DIGITS_ONLY).split())


def shingles(words: list[str]) -> list[int]:
    """The hashes (63 bits) of a sentence's shingles, of three words or five characters; a shorter one is one itself."""
    v, w, x, y, z = _PLACES
    if not "".join(words).isascii() and _unspaced(words):
        c = [letter for word in words for letter in word]
        if len(c) < _CHAR_SHINGLE:
            return _whole(c)
        runs = zip(c, c[1:], c[2:], c[3:], c[4:], strict=False)
        return [(v[a] + w[b] + x[c] + y[d] + z[e]) & _MASK for a, b, c, d, e in runs]
    if len(words) < _WORD_SHINGLE:
        return _whole(words)
    return [(x[a] + y[b] + z[c]) & _MASK for a, b, c in zip(words, words[1:], words[2:], strict=False)]


def _unspaced(words: list[str]) -> bool:
    """Whether most letters of a sentence are of a script that parts no words."""
    letters = sum(len(word) for word in words if _UNSPACED_RUN.match(word))
    return letters * 2 > sum(map(len, words))


def _whole(parts: list[str]) -> list[int]:
    """The one hash of what is shorter than a shingle."""
    return [sum(weighed[part] for weighed, part in zip(_PLACES[-len(parts) :], parts, strict=True)) & _MASK]
