"""Finding cue words: tables probed at the beginnings of words; the cost grows with the text, not with the tables."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from monitor.core.text import Letters, fold, lower

# Scripts written with spaces. Thai, Hangul, kana and ideographs are outside: there a cue may begin anywhere.
_SPACED = (  # letters, digits and marks; the stops of Arabic, Hebrew and Devanagari are not among them
    r"0-9A-Za-zªºÀ-ÖØ-öø-\u0587\u0591-\u05bd\u05bf-\u05f4\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06ff"
    r"\u0750-\u0963\u0966-\u0dff\u0f00-\u10ff\u1200-\u1fff"
)
_AL = "ال"  # the Arabic article is written onto its word, in one of two words or in both
_GAP = rf"[\s\-]{{1,3}}(?:{_AL})?"
_LETTER = re.compile(rf"[{_SPACED}]")
_WORD = re.compile(rf"[{_SPACED}]+")
_STAR_OR_GAP = re.compile(r"[*\s]")
_KEPT = 8192  # words of a language, each with the next letter, whose cues are known


class Hit(NamedTuple):
    """A cue found at text[start:end]; `group` is like "m.capex", `cue` the words as the data has them."""

    start: int
    end: int
    group: str
    cue: str


def plain(text: str, variants: Letters) -> str:
    """The text as cues are compared: folded, lower case, one form of each letter; same length."""
    return variants.plain(lower(fold(text)))


def _bare(text: str) -> str:
    """An Arabic cue without its articles: the text may have them or not."""
    if _AL not in text:
        return text
    return " ".join(word[2:] if word.startswith(_AL) and len(word) > 4 else word for word in text.split(" "))


def is_wide(char: str) -> bool:
    """Whether words of the character's script are written without spaces, or with endings glued on (Hangul)."""
    return _LETTER.match(char) is None and char.isalpha()


class _Cue(NamedTuple):
    group: str
    cue: str
    head: str  # literal beginning, up to the first star
    rest: str  # follows the head where the cue has stars or several words
    open: bool  # may go on in any ending
    capital: bool  # a name: its first letter must be a capital in the text
    rank: tuple[int, int, int]  # which of two at one place is told first
    second: str  # letter with which the next word begins, "" where there is none or it may be any


class CueIndex:
    """Cues of many groups. Cue syntax: words, `*` for any letters within a word; names keep their capital letter.

    Each word of a text is looked up once: what can begin with it is kept for the next time it comes.
    """

    __slots__ = (
        "_begun",
        "_clitics",
        "_count",
        "_inner",
        "_marked",
        "_of_word",
        "_reach",
        "_starred",
        "_together",
        "_variants",
        "_wide",
    )

    def __init__(
        self,
        groups: Iterable[tuple[str, Iterable[str]]],
        variants: Letters | None = None,
        clitics: Iterable[str] = (),
    ) -> None:
        self._variants = variants or Letters({})
        self._begun: dict[str, list[_Cue]] = {}  # by the whole word that they begin with
        self._starred: dict[str, list[_Cue]] = {}  # by the beginning of that word
        self._together: dict[str, list[_Cue]] = {}  # where words are written together: by their first letters
        self._inner: list[tuple[str, str, str]] = []
        self._marked: list[_Cue] = []  # those that begin with a mark: "'ll", "-ig"
        self._count = 0
        marks = sorted({plain(mark, self._variants) for mark in clitics}, key=len, reverse=True)
        self._clitics = re.compile("|".join(map(re.escape, marks))) if marks else None
        for group, cues in groups:
            for cue in cues:
                self._add(group, cue)
        for cues_of_head in self._together.values():
            cues_of_head.sort(key=lambda cue: cue.rank)
        firsts = {head[0] for head in self._together if is_wide(head[0])}
        self._wide = re.compile("[" + "".join(map(re.escape, sorted(firsts))) + "]") if firsts else None
        self._reach = max(map(len, (*self._begun, *self._starred)), default=0)
        self._of_word = lru_cache(maxsize=_KEPT)(self._beginning)

    def _add(self, group: str, cue: str) -> None:
        text = _bare(plain(cue, self._variants))
        if text.startswith("*"):  # the end of a compound: found anywhere within a word
            self._inner.append((group, cue, text.strip("*")))
            return
        head = _STAR_OR_GAP.split(text, maxsplit=1)[0]
        rest = text[len(head) :]
        capital = cue[0].isupper() and group.startswith("e.")
        self._count += 1
        rank = (-min(len(head), 3), -len(cue), self._count)
        word = _WORD.match(head)
        more = rest.lstrip() if word and word.end() == len(head) and rest[:1].isspace() else ""
        made = _Cue(group, cue, head, rest.removesuffix("*"), rest.endswith("*"), capital, rank, more[:1].strip("*"))
        if word is None and head and not head[0].isalnum():
            self._marked.append(made)
        elif word is None:
            self._together.setdefault(head[:3], []).append(made)
        elif rest.startswith("*") and word.end() == len(head):
            self._starred.setdefault(head, []).append(made)
        else:
            self._begun.setdefault(word.group(), []).append(made)

    def _beginning(self, word: str, second: str | None) -> tuple[_Cue, ...]:
        """The cues that may begin with a word, in their order.

        `second`: the letter with which the next word begins, "" where none follows, None where nobody can tell.
        """
        found = [*self._begun.get(word, ())]
        for size in range(1, min(len(word), self._reach) + 1):
            found += self._starred.get(word[:size], ())
        fit = (cue for cue in found if second is None or cue.second in ("", second))
        return tuple(sorted(fit, key=lambda cue: cue.rank))

    def find(self, low: str, raw: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """All cues in low[start:end] (`low` is `plain(raw)`), the longest of each namespace at each place, in order."""
        stop = len(low) if end is None else end
        hits: list[Hit] = []
        of_word, most = self._of_word, self._reach + 1
        for found in _WORD.finditer(low, start, stop):
            position, word = found.start(), found.group()
            if position == start and start and _LETTER.match(low[start - 1]):
                continue
            if cues := of_word(word[:most], _second(low, found.end())):
                hits += self._hits(cues, low, raw, position, stop)
            if self._clitics and not word.isascii():
                mark = self._clitics.match(low, position)
                if mark and mark.end() < stop:
                    rest = low[mark.end() : found.end()]
                    hits += self._hits(of_word(rest[:most], None), low, raw, mark.end(), stop)
        if self._wide:
            for found in self._wide.finditer(low, start, stop):
                position = found.start()
                for size in range(min(3, len(low) - position), 0, -1):
                    if table := self._together.get(low[position : position + size]):
                        hits += self._hits(table, low, raw, position, stop)
        hits += self._within_words(low, raw, start, stop)
        return _longest(hits)

    def _within_words(self, low: str, raw: str, start: int, stop: int) -> Iterator[Hit]:
        """Cues that do not begin a word: ends of compounds, and those written on with a mark."""
        for group, cue_text, needle in self._inner:
            at = low.find(needle, start, stop)
            while at >= 0:
                yield Hit(at, at + len(needle), group, cue_text)
                at = low.find(needle, at + len(needle), stop)
        for marked in self._marked:
            at = low.find(marked.head, start, stop)
            while at >= 0:
                yield from self._hits((marked,), low, raw, at, stop)
                at = low.find(marked.head, at + 1, stop)

    def _hits(self, cues: Iterable[_Cue], low: str, raw: str, position: int, stop: int) -> Iterator[Hit]:
        """Those of some cues that stand at a position."""
        for cue in cues:
            if low.startswith(cue.head, position, stop):
                finish = self._match(cue, low, raw, position, stop)
                if finish:
                    yield Hit(position, finish, cue.group, cue.cue)

    def _match(self, cue: _Cue, low: str, raw: str, position: int, stop: int) -> int:
        """End of the cue whose head stands at the position, 0 if the rest does not follow."""
        if cue.capital and raw[position].islower():
            return 0
        finish = position + len(cue.head)
        if cue.rest:
            found = _pattern(cue.rest).match(low, finish, stop)
            if not found:
                return 0
            finish = found.end()
        if finish < len(low) and _LETTER.match(low[finish]) and not is_wide(low[finish - 1]):
            if not cue.open:
                return 0
            while finish < stop and _LETTER.match(low[finish]):
                finish += 1
        return finish


@lru_cache(maxsize=4096)
def _pattern(rest: str) -> re.Pattern[str]:
    """What matches the rest of a cue; made when a text first holds its beginning."""
    parts = re.findall(r"\*|\s+|[^*\s]+", rest)
    return re.compile("".join(
        rf"[{_SPACED}]*" if part == "*" else _GAP if part.isspace() else re.escape(part) for part in parts
    ))  # fmt: skip


def _second(low: str, end: int) -> str | None:
    """See CueIndex._beginning. A gap is up to three spaces and hyphens, behind which an Arabic article may stand."""
    gap = low[end : end + 1]
    if gap == " ":
        second = low[end + 1 : end + 2]
        return second if second.isalnum() and second != _AL[0] else None
    return None if gap == "-" or gap.isspace() else ""


def _longest(hits: list[Hit]) -> list[Hit]:
    """Hits in order without those that lie inside a longer one of the same namespace."""
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    covered: dict[str, tuple[int, int]] = {}
    for hit in hits:
        space = hit.group[0]
        span = covered.get(space)
        if span and hit.end <= span[1] and (hit.start, hit.end) != span:
            continue
        covered[space] = (hit.start, hit.end)
        kept.append(hit)
    return kept
