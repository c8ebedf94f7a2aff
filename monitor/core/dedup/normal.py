"""Texts made comparable: case, width, marks, digits' shapes and Chinese variants folded away, for hashing only."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
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
_ASCII_TOKEN = re.compile(r"(?:[a-z]++|[0-9]++(?:[.,][0-9]++)*+)++")  # the same, of plain lower case
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
_BREAK = re.compile(r"\n+|(?<=[.!?…])[\"'»”)]*\s+|[。！？!?；।؟۔]+")
_WORD_SHINGLE = 3
_CHAR_SHINGLE = 5
_MASK = (1 << 63) - 1
_BASE, _SPREAD, _MIX = 0x5851F42D4C957F2D, 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93  # odd, as multipliers must be


@lru_cache(maxsize=32)
def plain(text: str) -> str:
    """The text folded for hashing: compatible forms, lower case, no marks of vowels, simplified Chinese."""
    folded = unicodedata.normalize("NFKC", fold(text)).casefold()
    return folded.translate(TO_SIMPLIFIED)


def hash63(text: str) -> int:
    """A 63-bit hash that is the same in every process: fits a signed integer column."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def paragraphs(text: str) -> Iterator[str]:
    """The normalised paragraphs of a text, with nothing left but words and numbers."""
    for line in plain(text).split("\n"):
        words = " ".join(_tokens(line))
        if words:
            yield words


def sentences(text: str) -> Iterator[list[int]]:
    """The hashes (63 bits) of each sentence's shingles; a sentence shorter than a shingle is one by itself."""
    for sentence in _BREAK.split(plain(text)):
        if sentence and (hashes := _shingles(_tokens(sentence))):
            yield hashes


def _tokens(text: str) -> list[str]:
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> int:
    return hash63(text) | 1


def _shingles(tokens: list[str]) -> list[int]:
    if not tokens:
        return []
    if not "".join(tokens).isascii():
        unspaced = sum(len(token) for token in tokens if _UNSPACED_RUN.match(token))
        if unspaced * 2 > sum(map(len, tokens)):
            return _rolled([_word(char) for token in tokens for char in token], _CHAR_SHINGLE)
    return _rolled([_word(token) for token in tokens], _WORD_SHINGLE)


def _rolled(parts: list[int], size: int) -> list[int]:
    """A hash for each run of `size` parts, from the hashes of the parts: the words of a text are hashed once each."""
    size = min(size, len(parts))
    out, value, leaving = [], 0, pow(_BASE, size, 1 << 63)
    for at, part in enumerate(parts):
        value = (value * _BASE + part) & _MASK
        if at >= size:
            value = (value - parts[at - size] * leaving) & _MASK
        if at >= size - 1:
            mixed = (value ^ (value >> 32)) * _SPREAD & _MASK
            out.append((mixed ^ (mixed >> 29)) * _MIX & _MASK)
    return out
