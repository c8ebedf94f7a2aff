"""How strongly a cue speaks for a number: 1 right beside it, less with distance, stops and other numbers between."""

import re
from collections.abc import Sequence

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.types.figures import Quantity, Shape

_COMMAS = ",،、，"
_WIDE = re.compile(r"[\u2e80-\uffff]")
_LINKS = frozenset({"r.prior", "r.prior_near", "r.compare", "s.estimate"})  # words that tie two numbers to one cue
_BRACKETS = re.compile(r"\s?[(（\[][^()（）\[\]]*[)）\]]")
_FAR = 1000  # characters over which no cue means a number, whatever stands between
_LONG = 48  # characters of a gap from which on it matters what they tell
_PARTED = ",;；।"
_OPENING = "(（["
_STOPS = ";；:：—–()（）"


def length_of(text: str) -> int:
    """Characters, an ideograph or kana counting as two."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def reach(quantity: Quantity, hit: Hit, layout: Layout, hits: Sequence[Hit]) -> float:
    """Score of one cue for one quantity of the same sentence."""
    if max(quantity.start - hit.end, hit.start - quantity.end) > _FAR:
        return -1.0
    if hit.end <= quantity.start:
        return _before(quantity, hit, layout, hits)
    if hit.start >= quantity.end:
        return _after(quantity, hit, layout, hits)
    return 1.0  # within the quantity: "350,000 H100 GPUs"


def _before(quantity: Quantity, hit: Hit, layout: Layout, hits: Sequence[Hit]) -> float:
    gap = _open(layout.low[hit.end : quantity.start])
    between = _between(layout, hit.end, quantity.start)
    length = length_of(gap)
    if length > _LONG and any(one.unit == "percent" for one in between):
        length -= _aside(between, hits, hit.end, quantity.start)
    score = 1.0 - length / 150 - _stops(gap, comma=0.08, stop=0.14)
    if any(one.group == "r.topic" and one.start == hit.end for one in hits):
        score += 0.1  # "as for revenue, ..."
    between = [one for one in between if not _owned(one, hit, layout, hits)]
    linked = any(one.group in _LINKS and hit.end <= one.start for one in hits)
    if not linked and _taken(quantity, hit, layout, hits):
        score -= 0.4
    same = [one for one in between if one.unit == quantity.unit]
    if same:
        score -= 0.12 + 0.04 * len(same) if linked else 0.3 * len(same)
    return score - 0.03 * (len(between) - len(same))


def _aside(between: Sequence[Quantity], hits: Sequence[Hit], start: int, end: int) -> int:
    """Characters of a gap that only tell by how much and since when: "by 22% compared with last year"."""
    told = sum(one.end - one.start for one in between if one.unit == "percent")
    return told + sum(
        one.end - one.start
        for one in hits
        if start <= one.start and one.end <= end and (one.group == "r.against" or one.group.startswith("p."))
    )


def _after(quantity: Quantity, hit: Hit, layout: Layout, hits: Sequence[Hit]) -> float:
    gap = _open(layout.low[quantity.end : hit.start])
    named = _nameless(layout, quantity.end, hit, hits)
    if _tied(gap, quantity.end, hit, hits) or _tied(named, quantity.end, hit, hits):
        return 1.04 - length_of(gap) / 300
    sentence = layout.sentences[layout.sentence_of(quantity.start)]
    final = sentence.end - hit.end <= 2  # the verb that German, Dutch, Turkish or Japanese keep for the end
    score = 0.88 - length_of(gap) / (200 if final else 110) - _stops(gap, comma=0.22, stop=0.3)
    if any(one.group == "r.and" and quantity.end <= one.start and one.end <= hit.start for one in hits):
        score -= 0.28
    between = _between(layout, quantity.end, hit.start)
    score -= 0.45 * sum(one.unit == quantity.unit for one in between)
    if hit.group == "m.increase" and between and between[-1].unit == "percent" and hit.start - between[-1].end <= 2:
        score -= 0.5  # "earned 15.7 billion, a third more than": more by the third
    following = next(
        (one for one in layout.beside(quantity.start) if one.start >= hit.end and one.unit == quantity.unit), None
    )
    if following is not None and length_of(layout.low[hit.end : following.start]) < 40:
        score -= 0.22  # the cue has a number of its own
    return score


def _owned(number: Quantity, hit: Hit, layout: Layout, hits: Sequence[Hit]) -> bool:
    """Whether a number has a cue right behind it that is not this one: "because of a 15.9 billion tax charge"."""
    return any(
        one.group.startswith("m.")
        and one.group != hit.group
        and 0 <= one.start - number.end < 12
        and not layout.low[number.end : one.start].strip()
        for one in hits
    )


def _taken(quantity: Quantity, hit: Hit, layout: Layout, hits: Sequence[Hit]) -> bool:
    """Whether an earlier number of the unit stands right before the cue: "350,000 H100 GPUs and 600,000 ..."."""
    near = [one for one in layout.beside(hit.start) if one.end <= hit.start and hit.start - one.end < 20]
    earlier = [one for one in near if one.unit == quantity.unit and one.shape is not Shape.CHANGE]
    if not earlier or layout.sentence_of(earlier[-1].start) != layout.sentence_of(hit.start):
        return False
    return _tied(_nameless(layout, earlier[-1].end, hit, hits), earlier[-1].end, hit, hits)


def _open(gap: str) -> str:
    """The gap without what stands in brackets, where conversions and tickers live."""
    return _BRACKETS.sub("", gap)


def _nameless(layout: Layout, start: int, hit: Hit, hits: Sequence[Hit]) -> str:
    """The gap between a number and a cue without the names in it: "350,000 of Nvidia's H100"."""
    gap = list(layout.low[start : hit.start])
    for one in hits:
        if one.group[:2] in {"e.", "m."} and start < one.end <= hit.start:  # it may begin in the counted noun
            first = max(0, one.start - start)
            gap[first : one.end - start] = [""] * (one.end - start - first)
    return _open("".join(gap)).replace("'s", "")


def _tied(gap: str, start: int, hit: Hit, hits: Sequence[Hit]) -> bool:
    """ "of", "in", の, 의 and nothing else between the number and the cue after it."""
    if not gap.strip(" \u00a0-'’\"“”"):
        return True
    links = [one for one in hits if one.group == "r.of" and start <= one.start and one.end <= hit.start]
    if not links or length_of(gap.strip()) - (links[-1].end - links[0].start) > 3:
        return False
    return not any(mark in gap for mark in _PARTED)


def _stops(gap: str, *, comma: float, stop: float) -> float:
    return comma * sum(gap.count(mark) for mark in _COMMAS) + stop * sum(gap.count(mark) for mark in _STOPS)


def _between(layout: Layout, start: int, end: int) -> list[Quantity]:
    """The numbers between two places, those in brackets left out."""
    found = [one for one in layout.beside(start) if start <= one.start and one.end <= end]
    if not found:
        return found
    gap = layout.low[start:end]
    if not any(mark in gap for mark in _OPENING):
        return found
    hidden = [(start + m.start(), start + m.end()) for m in _BRACKETS.finditer(gap)]
    return [one for one in found if not any(a <= one.start < b for a, b in hidden)]
