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
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:\d+(?:[.,]\d+)*|[^\W\d_]|[\u0300-\u036f\u064b-\u0652])+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
_BREAK = re.compile(r"\n+|(?<=[.!?…])[\"'»”)]*\s+|[。！？!?；।؟۔]+")
_WORD_SHINGLE = 3
_CHAR_SHINGLE = 5


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
        words = " ".join(_TOKEN.findall(line))
        if words:
            yield words


def sentences(text: str) -> Iterator[list[str]]:
    """The shingles of each sentence; a sentence shorter than a shingle is one by itself."""
    for sentence in _BREAK.split(plain(text)):
        if sentence and (shingles := _shingles(_TOKEN.findall(sentence))):
            yield shingles


def _shingles(tokens: list[str]) -> list[str]:
    if not tokens:
        return []
    unspaced = sum(len(token) for token in tokens if _UNSPACED_RUN.match(token))
    if unspaced * 2 > sum(map(len, tokens)):
        run = "".join(tokens)
        return [run[at : at + _CHAR_SHINGLE] for at in range(max(1, len(run) - _CHAR_SHINGLE + 1))]
    return [" ".join(tokens[at : at + _WORD_SHINGLE]) for at in range(max(1, len(tokens) - _WORD_SHINGLE + 1))]
