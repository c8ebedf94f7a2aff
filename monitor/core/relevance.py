"""Whether a story is about a watched topic: a name of its subject close to a word of what it is about."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.core.text import fold
from monitor.core.types.packs import Topic, TopicWords

# Written without spaces, or with particles written onto the word: no word boundary is asked there.
_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uac00", "\ud7af"),
    ("\uf900", "\ufaff"),
)
_JOINED = "وفبكلלובהמשכ"  # letters that Arabic and Hebrew write onto the next word
_ARTICLES = ("ال", "لل")
_FEW = 16
_PARTS = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class Relevance:
    """What `assess` found. `near_miss`: something spoke for the topic, and `reason` says what was missing."""

    matched: bool
    topic: str | None
    reason: str
    near_miss: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    word: str


class _Word(NamedTuple):
    """A word of a list: what to look for, and the parts after each star."""

    word: str
    needle: str
    rest: tuple[str, ...]


class _List:
    """Words, grouped by a part that many of them share: where "facebook" is not in a text, none of twenty names is."""

    __slots__ = ("_groups", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(_needle(word) for word in words)
        parts = [_PARTS.findall(word.needle) or [word.needle] for word in self._words]
        common = Counter(part for own in parts for part in set(own))
        groups: dict[str, list[int]] = {}
        for number, own in enumerate(parts):
            groups.setdefault(max(own, key=lambda part: (common[part], len(part))), []).append(number)
        self._groups = tuple((part, tuple(numbers)) for part, numbers in groups.items())

    def within(self, lower: str) -> list[_Word]:
        """The words whose beginnings are somewhere in a text, in the order of the list."""
        found = []
        for part, numbers in self._groups:
            at = lower.find(part)
            if at >= 0:
                reach = max(len(self._words[number].needle) for number in numbers)
                around = _around(lower, part, at, reach) if len(numbers) > 1 else lower
                found += [number for number in numbers if self._words[number].needle in around]
        return [self._words[number] for number in sorted(found)]


def _around(lower: str, part: str, at: int, reach: int) -> str:
    """What stands about each place of a part, the first at `at`; the whole text where there are many."""
    pieces = []
    for _ in range(_FEW):
        pieces.append(lower[max(0, at - reach) : at + reach])
        at = lower.find(part, at + 1)
        if at < 0:
            return "\n".join(pieces)
    return lower


def assess(title: str, summary: str, text: str, language: str | None, topics: Iterable[Topic]) -> Relevance:
    """Judge a story by every topic: the first that matches, else the nearest miss.

    `language` None, or one that no list knows, searches the lists of all languages. Linear in the length of the text.
    """
    whole = fold(f"{title}\n{summary}\n{text}")
    lower = _lower(whole)
    best = Relevance(False, None, "no topic's subject is named")
    for topic in topics:
        found = _judge(topic, whole, lower, len(title), _base(language))
        if found.matched:
            return found
        if found.near_miss and not best.near_miss:
            best = found
    return best


def _base(language: str | None) -> str | None:
    return language.replace("_", "-").split("-")[0].lower() if language else None


def _lower(text: str) -> str:
    """Lower case, one for one."""
    return text.replace("İ", "i").lower()


def _judge(topic: Topic, whole: str, lower: str, title: int, language: str | None) -> Relevance:
    names = _subjects(topic, whole, lower, language)
    if isinstance(names, str):
        return Relevance(False, topic.id, names, near_miss=True)
    if not names:
        return Relevance(False, topic.id, f"nothing named that {topic.title} is about")
    missing = [group for group in topic.about.all if next(_search(_alone(group), whole, lower), None) is None]
    if missing:
        return Relevance(False, topic.id, f'"{names[0].word}" is named, "{missing[0]}" is not', near_miss=True)
    far: _Hit | None = None
    for word in _kept(topic.about, whole, lower, language):
        name = _close(names, word, topic.within, title)
        if name is not None:
            return Relevance(True, topic.id, f'"{name.word}" close to "{word.word}"')
        far = far or word
    if far is not None:
        reason = f'"{names[0].word}" is named, "{far.word}" too, but not within {topic.within} characters'
        return Relevance(False, topic.id, reason, near_miss=True)
    return Relevance(False, topic.id, f'"{names[0].word}" is named, but nothing it is watched for', near_miss=True)


def _subjects(topic: Topic, whole: str, lower: str, language: str | None) -> list[_Hit] | str:
    """The places where the subject is named; a text says why none of the names found counts."""
    if not _names(topic.subject).within(lower):  # nearly all pages end here
        return []
    sure = list(_kept(topic.subject, whole, lower, language))
    if sure:
        return sure
    blanks = _blanks(topic.subject, whole, lower)
    maybe = [hit for hit in _search(_words(topic.subject, "maybe", language), whole, lower) if _outside(hit, blanks)]
    if not maybe:
        hidden = next(_search(_words(topic.subject, "any", language), whole, lower), None)
        return f'"{hidden.word}" is part of another expression here' if hidden else []
    helpers = list(_search(_words(topic.subject, "near", language), whole, lower))
    near = [hit for hit in maybe if any(_gap(hit, helper) <= topic.within for helper in helpers)]
    return near or f'"{maybe[0].word}" may be the common word here: nothing close by says it is the name'


def _kept(words: TopicWords, whole: str, lower: str, language: str | None) -> Iterator[_Hit]:
    """Where words of the list stand, outside the phrases in which they mean something else."""
    blanks: list[_Hit] | None = None
    for hit in _search(_words(words, "any", language), whole, lower):
        if blanks is None:
            blanks = _blanks(words, whole, lower)
        if _outside(hit, blanks):
            yield hit


def _blanks(words: TopicWords, whole: str, lower: str) -> list[_Hit]:
    """Phrases in which a word means something else, of all languages: a text may quote another one."""
    return list(_search(_words(words, "none", None), whole, lower))


def _outside(hit: _Hit, blanks: Sequence[_Hit]) -> bool:
    return not any(blank.start <= hit.start and hit.end <= blank.end for blank in blanks)


def _close(names: Sequence[_Hit], word: _Hit, within: int, title: int) -> _Hit | None:
    """A name close to a word; a name in the title is close to everything."""
    for name in names:
        apart = name.end <= word.start or word.end <= name.start
        if apart and (name.start < title or _gap(name, word) <= within):
            return name
    return None


def _gap(one: _Hit, other: _Hit) -> int:
    return max(one.start, other.start) - min(one.end, other.end)


@lru_cache(maxsize=512)
def _words(words: TopicWords, kind: str, language: str | None) -> _List:
    """The words of a list for one language, with those for every language; for an unknown language, all."""
    lists = dict(getattr(words, kind))
    known = {code for name in ("any", "maybe") for code, _ in getattr(words, name)}
    codes = ("*", language) if language in known and language is not None else tuple(lists)
    if language in known and language != "en" and kind == "any":
        codes = ("*", language, "en") if words.english else codes
    return _List(dict.fromkeys(word for code in codes for word in lists.get(code, ())))


@lru_cache(maxsize=64)
def _names(words: TopicWords) -> _List:
    """Every word, of any language, without which nothing is named."""
    return _List(dict.fromkeys(word for _, own in (*words.any, *words.maybe) for word in own))


@lru_cache(maxsize=512)
def _alone(word: str) -> _List:
    return _List((word,))


def _needle(word: str) -> _Word:
    first, *rest = fold(word).split("*")
    return _Word(word, _lower(first), tuple(_lower(part) for part in rest))


def _search(words: _List, whole: str, lower: str) -> Iterator[_Hit]:
    """Every place where a word of the list stands, word by word."""
    for word, needle, rest in words.within(lower):
        at = lower.find(needle)
        while at >= 0:
            end = _end(lower, at + len(needle), rest)
            if end and _fits(word, whole, lower, at, end, open_end=bool(rest) and not rest[-1]):
                yield _Hit(at, end, whole[at:end])
            at = lower.find(needle, at + 1)


def _end(lower: str, at: int, rest: Sequence[str]) -> int:
    """Where an expression ends whose words may have endings: "centr* di calcolo"; 0 when it goes on otherwise."""
    for part in rest:
        if not part:
            continue
        stop = at
        while stop < len(lower) and stop - at < 6 and lower[stop].isalpha():
            stop += 1
        if not lower.startswith(part, stop):
            return 0
        at = stop + len(part)
    return at


def _fits(word: str, whole: str, lower: str, start: int, end: int, *, open_end: bool) -> bool:
    """Whether the place found has the word's capitals and boundaries."""
    head = word.rstrip("*")
    letters = [char for char in head if char.isalpha()]
    if letters and len(letters) > 1 and len(letters) <= 6 and all(char.isupper() for char in letters):
        if whole[start : start + len(head)] != fold(head):
            return False
    elif head[:1].isupper() and not whole[start].isupper():
        return False
    if start and _joins(lower[start - 1], lower[start]) and not _written_on(lower, start):
        return False
    return open_end or end >= len(lower) or not head[-1].isalnum() or not _joins(lower[end - 1], lower[end])


def _joins(one: str, other: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    return one.isalnum() and other.isalnum() and not _unspaced(one) and not _unspaced(other)


def _unspaced(char: str) -> bool:
    return char > "\u0dff" and any(low <= char <= high for low, high in _UNSPACED)


def _written_on(lower: str, start: int) -> bool:
    """Whether only letters stand before the word that Arabic or Hebrew write onto it: وميتا, بمטא."""
    begin = start
    while begin and start - begin < 4 and lower[begin - 1].isalpha():
        begin -= 1
    prefix = lower[begin:start]
    if begin and lower[begin - 1].isalpha():
        return False
    for article in _ARTICLES:
        prefix = prefix.removesuffix(article)
    return len(prefix) <= 2 and all(char in _JOINED for char in prefix)
