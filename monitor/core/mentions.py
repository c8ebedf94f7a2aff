"""Times that a sentence mentions: years, quarters, months, deadlines and relative words, not yet applied to a figure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from monitor.core.calendar import Moment, quarter_of
from monitor.core.cues import Hit

_YEAR = re.compile(r"(?<![\d$€£])(?<!\d[.,-])(?:fy\s?)?((?:19|20)\d\d)(?![\d]|[.,]\d|[-–]?[^\W\d_]*[%])")
_SHORT_YEAR = re.compile(r"(?<![\d.,])(?:fy\s?'?|')(\d\d)(?!\d)|(?<![\d.,年])(\d\d)[年년](?!間|间|前|来|以|간|전|만)")
_THAI_YEAR = re.compile(r"(?<!\d)(25[5-9]\d)(?!\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?(?:[-–—~至到]|to|bis|à|a)\s?((?:19|20)\d\d)(?!\d)")
_CJK_DATE = re.compile(r"(?:((?:19|20)\d\d)[年년]\s?)?(\d{1,2})[月월]\s?(\d{1,2})[日일]?|((?:19|20)\d\d)[年년]\s?(\d{1,2})[月월]")
_DIGIT_QUARTER = re.compile(
    r"(?<![\w.,])(?:([1-4])\s?[qt]|[qt]\s?([1-4]))(?![\w.]|,\d)|(?<!\d)([1-4])(?:분기|季度|四半期)"
)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|º|\.|일)?")
_RELATIVE_YEAR = {"p.this_year": 0, "p.last_year": -1, "p.next_year": 1, "p.year_before_last": -2}
_NEAR = 16  # characters between a quarter or month and its year: "quarter of fiscal year 2025"


class Mention(NamedTuple):
    """A time at text[start:end]. `what`: year, quarter, month, date, span, years, or the name of a relative word."""

    start: int
    end: int
    what: str
    moment: Moment | None
    cue: str
    by: bool = False
    until: Moment | None = None  # last part of a span


def mentions(
    low: str,
    start: int,
    end: int,
    hits: Sequence[Hit],
    taken: Sequence[tuple[int, int]],
    published: date,
    language: str = "",
) -> tuple[Mention, ...]:
    """The times in low[start:end], in order. `taken`: spans of quantities, which hold no years."""
    marks = [hit for hit in hits if hit.group.startswith("p.")]
    taken = [*taken, *((hit.start, hit.end) for hit in hits if hit.group == "m.cumulative")]  # "since 2020"
    found = _years(low, start, end, taken, language)
    found += [_relative(hit, published) for hit in marks if hit.group in _RELATIVE_YEAR]
    found = _dates(low, start, end, marks, found, published)
    found = _quarters(low, start, end, marks, found, taken)
    found += [
        Mention(hit.start, hit.end, hit.group[2:], None, low[hit.start : hit.end])
        for hit in marks
        if hit.group in _PLAIN_WORDS
    ]
    found.sort()
    return tuple(_deadlines(low, marks, _absorb(low, found, published), published))


_PLAIN_WORDS = frozenset(
    f"p.{name}"
    for name in (
        "the_quarter",
        "this_quarter",
        "next_quarter",
        "last_quarter",
        "previous_one",
        "year_ago",
        "multi_year",
        "full_year",
        "year_end",
        "per_year",
    )
)


def _years(low: str, start: int, end: int, taken: Sequence[tuple[int, int]], language: str) -> list[Mention]:
    found: list[Mention] = []
    for match in _YEARS.finditer(low, start, end):
        first, last = int(match[1]), int(match[2])
        if first < last < first + 15:
            cue = match.group()
            found.append(Mention(match.start(), match.end(), "years", Moment(first), cue, until=Moment(last)))
    for match in _YEAR.finditer(low, start, end):
        if not _overlaps(match.start(), match.end(), taken, found):
            found.append(Mention(match.start(), match.end(), "year", Moment(int(match[1])), match.group()))
    for match in _SHORT_YEAR.finditer(low, start, end):
        year = 2000 + int(match[1] or match[2])
        if 2015 <= year <= 2045 and not _overlaps(match.start(), match.end(), taken, found):
            found.append(Mention(match.start(), match.end(), "year", Moment(year), match.group()))
    if language == "th":
        for match in _THAI_YEAR.finditer(low, start, end):
            found.append(Mention(match.start(), match.end(), "year", Moment(int(match[1]) - 543), match.group()))
    return found


def _overlaps(start: int, end: int, *others: Iterable[Sequence[object]]) -> bool:
    return any(start < other[1] and other[0] < end for group in others for other in group)  # type: ignore[operator]


def _relative(hit: Hit, published: date) -> Mention:
    return Mention(hit.start, hit.end, "year", Moment(published.year + _RELATIVE_YEAR[hit.group]), hit.cue)


def _dates(
    low: str, start: int, end: int, marks: Sequence[Hit], found: list[Mention], published: date
) -> list[Mention]:
    """Months and full dates; a date's year is no period of a figure."""
    for match in _CJK_DATE.finditer(low, start, end):
        year, month = int(match[1] or match[4] or 0), int(match[2] or match[5])
        if not 1 <= month <= 12:
            continue
        found = [one for one in found if not match.start() <= one.start < match.end()]
        moment = Moment(year or _year_of_month(month, published), 0, month)
        found.append(Mention(match.start(), match.end(), "date" if match[3] else "month", moment, match.group()))
    for hit in marks:
        if not hit.group.startswith("p.month."):
            continue
        month = int(hit.group.rsplit(".", 1)[1])
        year = _beside(low, hit.start, hit.end, found, 8)
        first, last = hit.start, hit.end
        if year is not None and year.moment is not None:
            found = [one for one in found if one is not year]
            first, last = min(first, year.start), max(last, year.end)
        before = _DAY.search(low, max(start, hit.start - 8), hit.start)
        after = _DAY.match(low, hit.end + 1, min(end, hit.end + 6))
        dated = (before is not None and low[before.end() : hit.start].strip(" de.") == "") or (
            after is not None and not low[after.end() : after.end() + 1].isdigit()
        )
        moment = Moment(year.moment.year if year and year.moment else _year_of_month(month, published), 0, month)
        found.append(Mention(first, last, "date" if dated else "month", moment, low[first:last]))
    return found


def _year_of_month(month: int, published: date) -> int:
    """A month without a year is the latest one that has begun."""
    return published.year if month <= published.month else published.year - 1


def _beside(low: str, start: int, end: int, found: Sequence[Mention], near: int) -> Mention | None:
    """The year mention written next to text[start:end], after it first."""
    after = [m for m in found if m.what == "year" and 0 <= m.start - end <= near and _joins(low[end : m.start])]
    if after:
        return min(after, key=lambda m: m.start)
    before = [m for m in found if m.what == "year" and 0 <= start - m.end <= near and _joins(low[m.end : start])]
    return max(before, key=lambda m: m.end) if before else None


def _joins(gap: str) -> bool:
    """Whether the words between a quarter and a year tie them together."""
    return (
        not any(mark in gap for mark in ";:。，、、!?")
        and sum(char.isdigit() for char in gap) == 0
        and gap.count(",") <= 1
    )


def _quarters(
    low: str, start: int, end: int, marks: Sequence[Hit], found: list[Mention], taken: Sequence[tuple[int, int]]
) -> list[Mention]:
    """Quarters, halves and nine months with the year written beside them."""
    spans: list[tuple[int, int, int, int]] = []
    for hit in marks:
        part = _PARTS.get(hit.group)
        if part:
            spans.append((hit.start, hit.end, *part))
    for match in _DIGIT_QUARTER.finditer(low, start, end):
        number = int(match[1] or match[2] or match[3])
        if not _overlaps(match.start(), match.end(), taken, spans):
            spans.append((match.start(), match.end(), number, number))
    for left_edge, right_edge, begin, finish in spans:
        first, last = left_edge, right_edge
        year = _beside(low, first, last, found, _NEAR)
        left, right, number = first, last, 0
        if year is not None and year.moment is not None:
            left, right, number = min(first, year.start), max(last, year.end), year.moment.year
        what = "quarter" if begin == finish else "span"
        found.append(Mention(left, right, what, Moment(number, begin), low[left:right], until=Moment(number, finish)))
    merged = [m for m in found if m.what in {"quarter", "span"}]
    return [
        m
        for m in found
        if m in merged or m.what != "year" or not any(q.start <= m.start and m.end <= q.end for q in merged)
    ]


_PARTS = {
    "p.q1": (1, 1),
    "p.q2": (2, 2),
    "p.q3": (3, 3),
    "p.q4": (4, 4),
    "p.first_half": (1, 2),
    "p.second_half": (3, 4),
    "p.nine_months": (1, 3),
}


def _absorb(low: str, found: list[Mention], published: date) -> list[Mention]:
    """`full year 2025`, `three months to June`, `end of 2024`: two mentions that are one."""
    out: list[Mention] = []
    for mention in found:
        last = out[-1] if out else None
        gap = low[last.end : mention.start] if last else ""
        near = last is not None and len(gap) <= _NEAR and _joins(gap)
        if last and near and {last.what, mention.what} == {"full_year", "year"}:
            year = last if last.what == "year" else mention
            out[-1] = Mention(last.start, mention.end, "year", year.moment, low[last.start : mention.end])
        elif last and near and {last.what, mention.what} == {"year_end", "year"}:
            year = last if last.what == "year" else mention
            moment = Moment(year.moment.year, 0, 12) if year.moment else None
            out[-1] = Mention(last.start, mention.end, "end", moment, low[last.start : mention.end])
        elif last and near and last.what in {"span", "quarter"} and mention.what == "full_year":
            out[-1] = last._replace(end=mention.end)  # "the first nine months of the year"
        else:
            out.append(mention)
    return [m._replace(what="end", moment=Moment(published.year, 0, 12)) if m.what == "year_end" else m for m in out]


def _deadlines(low: str, marks: Sequence[Hit], found: Iterable[Mention], published: date) -> Iterable[Mention]:
    """Marks the times that are limits: by, until, before the end of."""
    befores = [hit for hit in marks if hit.group == "p.by"]
    afters = [hit for hit in marks if hit.group == "p.by_after"]
    ends = [hit for hit in marks if hit.group == "p.end_of"]
    threes = [hit for hit in marks if hit.group == "p.three_months"]
    for mention in found:
        one = mention
        if one.what in {"month", "date"} and one.moment and any(0 <= one.start - h.end <= 20 for h in threes):
            quarter = quarter_of(date(one.moment.year, one.moment.month, 1))
            one = one._replace(what="quarter", moment=quarter, until=quarter)
        end_of = any(0 <= one.start - h.end <= 14 and _joins(low[h.end : one.start]) for h in ends) or any(
            0 <= h.start - one.end <= 2 for h in ends
        )
        if end_of and one.what in {"year", "full_year"}:
            one = one._replace(what="end", moment=Moment(one.moment.year if one.moment else published.year, 0, 12))
        limit = any(
            0 <= one.start - h.end <= (22 if end_of else 12) and _joins(low[h.end : one.start]) for h in befores
        ) or any(0 <= h.start - one.end <= 4 for h in afters)
        yield one._replace(by=limit or one.what == "end")
