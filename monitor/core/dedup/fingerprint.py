"""What a text leaves in the index: a sample of its shingles, keys to find it by, and the numbers it prints.

FracMinHash (Hera, Pierce-Ward, Koslicki 2023): all shingle hashes below a threshold. The sample of a part is part of
the sample of the whole, so containment can be read off two samples, whatever their sizes.

What is hashed, and how, is stored with every article and in every seed card: whoever changes it raises RULES.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.dedup.normal import hash63, sentences, shingles

RULES = 2  # prints of different rules have nothing in common
SPACE = 1 << 63
_SAMPLE = 256  # about so many hashes are kept of a long text
_WINDOW = 64  # shingles: each such run within a sentence makes a key
_REACH = 5  # shingles: so far behind the least one stands the second that makes the key with it
_MIX = 0x9E3779B97F4A7C15
_FEW = 5  # sentences shorter than so many shingles ("Read more.") make no keys


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's traces; all integers have 63 bits.

    `hashes`: sorted sample of distinct shingles, all those below 2^63 / `scale`; `keys`: to store in an indexed table,
    one row each: texts that share a sentence share a key; `size`: distinct shingles of the text; `numbers`: the digits
    it prints, normalised.
    """

    hashes: tuple[int, ...]
    scale: int
    keys: tuple[int, ...]
    size: int
    numbers: frozenset[str]


def traces(text: str) -> tuple[int, Fingerprint]:
    """The `text_hash` and the `fingerprint` of a text, read once; linear in its length."""
    parts, printed = sentences(text)
    lines: dict[int, None] = {}
    every: set[int] = set()
    keys: set[int] = set()
    for line in parts:
        lines[_line_hash(line)] = None
        for words in line:
            hashes = shingles(words)
            every.update(hashes)
            if len(hashes) >= _FEW:
                keys.update(_key(hashes[at : at + _WINDOW]) for at in range(0, len(hashes), _WINDOW))
    scale = 1
    while len(every) // scale > _SAMPLE:
        scale *= 2
    limit = SPACE // scale
    sample = sorted(every) if scale == 1 else sorted([value for value in every if value < limit])
    found = tuple(sorted(keys) or sorted(every)[:_FEW])
    return _joined(lines), Fingerprint(tuple(sample), scale, found, len(every), printed)


def fingerprint(text: str) -> Fingerprint:
    """A text's fingerprint. An empty text has an empty one."""
    return traces(text)[1]


def _key(hashes: list[int]) -> int:
    """A key of a run of shingles: its least hash chosen whatever surrounds it, with one further on.

    One shingle alone is too common: "one of the" would be the key of a thousand sentences.
    """
    least = min(hashes)
    return (least + hashes[min(hashes.index(least) + _REACH, len(hashes) - 1)] * _MIX) % SPACE


def numbers(text: str) -> frozenset[str]:
    """The numbers a text prints in digits of any script, separators aside: "1,121 MW" and "1.121 MW" give "1121"."""
    return sentences(text)[1]


def containment(one: Fingerprint, other: Fingerprint) -> float:
    """How much of the smaller text the other holds, 0 to 1, at the coarser of the two scales."""
    limit = SPACE // max(one.scale, other.scale)
    a, b = below(one.hashes, limit), below(other.hashes, limit)
    least = min(len(a), len(b))
    return len(set(a).intersection(b)) / least if least else 0.0


def below(hashes: tuple[int, ...], limit: int) -> tuple[int, ...]:
    """Those of sorted hashes that are below a limit."""
    return hashes[: bisect_left(hashes, limit)]


def paragraph_hashes(text: str) -> tuple[int, ...]:
    """The hashes of a text's distinct normalised paragraphs, in their first order: a text doubled has the same."""
    return tuple(dict.fromkeys(map(_line_hash, sentences(text)[0])))


def text_hash(text: str) -> int:
    """One hash for a text's distinct paragraphs: equal for the same text, doubled, or set in other type."""
    return _joined(paragraph_hashes(text))


def _line_hash(line: list[list[str]]) -> int:
    return hash63(" ".join([" ".join(words) for words in line]))


def _joined(lines: Iterable[int]) -> int:
    return hash63(",".join(map(str, sorted(lines))))


def packed(hashes: Iterable[int]) -> bytes:
    """Hashes as bytes for a column, eight each."""
    return b"".join(value.to_bytes(8, "big") for value in hashes)


def unpacked(data: bytes) -> tuple[int, ...]:
    """The hashes in such bytes."""
    return tuple(int.from_bytes(data[at : at + 8], "big") for at in range(0, len(data), 8))
