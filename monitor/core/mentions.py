"""Times that a sentence mentions: years, quarters, months, deadlines, relative words; not yet applied to figures."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from monitor.core.calendar import Moment, quarter_of
from monitor.core.cues import Hit, is_wide

_YEAR = re.compile(r"(?<![\d$€£])(?<!\d[.,-])(?:fy\s?)?((?:19|20)\d\d)(?![\d]|[.,]\d|[-–]?[^\W\d_]*[%])")
_SHORT_YEAR = re.compile(r"(?<![\d.,])(?:fy\s?'?|')(\d\d)(?!\d)|(?<![\d.,年])(\d\d)[年년](?!間|间|前|来|以|간|전|만)")
_THAI_YEAR = re.compile(r"(?<!\d)(25[5-9]\d)(?!\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?(?:[-–—~至到]|to|bis|à|a)\s?((?:19|20)\d\d)(?!\d)")
_CJK_DATE = re.compile(
    r"(?:((?:19|20)\d\d)[年년]\s?)?(\d{1,2})[月월]\s?(\d{1,2})[日일]?|((?:19|20)\d\d)[年년]\s?(\d{1,2})[月월]"
)
_DIGIT_QUARTER = re.compile(
    r"(?<![\w.,])(?:([1-4])\s?[qt]|[qt]\s?([1-4]))(?![\w.]|,\d)|(?<!\d)([1-4])(?:분기|季度|四半期)"
)
_DAY_AND_YEAR = re.compile(r"\.? ?\d{1,2}(?:st|nd|rd|th)?(?=,? \d{4})")  # March 31, 2025
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|º|\.|일)?")
_RELATIVE_YEAR = {"p.this_year": 0, "p.last_year": -1, "p.next_year": 1, "p.year_before_last": -2}
_BUDDHIST = 543  # years that the Thai calendar is ahead
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


_PLAIN_WORDS = frozenset(
    f"p.{name}"
    for name in (
        "the_quarter this_quarter next_quarter last_quarter previous_one year_ago multi_year full_year year_end "
        "per_year"
    ).split()
)
_PARTS = {
    "p.q1": (1, 1),
    "p.q2": (2, 2),
    "p.q3": (3, 3),
    "p.q4": (4, 4),
    "p.first_half": (1, 2),
    "p.second_half": (3, 4),
    "p.nine_months": (1, 3),
}


class Line(NamedTuple):
    """A stretch of folded text with its cues. `taken`: spans of quantities, which hold no years."""

    low: str
    start: int
    end: int
    hits: Sequence[Hit]
    taken: Sequence[tuple[int, int]]
    published: date
    language: str = ""

    def finditer(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The pattern's matches within the stretch."""
        return pattern.finditer(self.low, self.start, self.end)

    def marks(self, *groups: str) -> list[Hit]:
        """The cues of some groups."""
        return [hit for hit in self.hits if hit.group in groups]


def mentions(line: Line) -> tuple[Mention, ...]:
    """The times of a line, in order."""
    since = [(hit.start, hit.end) for hit in line.marks("m.cumulative")]  # "since 2020"
    line = line._replace(taken=[*line.taken, *since])
    found = _years(line)
    found += [_relative(hit, line.published) for hit in line.hits if hit.group in _RELATIVE_YEAR]
    found = _months(line, _dates(line, found))
    found = _quarters(line, found)
    found += [
        Mention(hit.start, hit.end, hit.group[2:], None, line.low[hit.start : hit.end])
        for hit in line.hits
        if hit.group in _PLAIN_WORDS
    ]
    found.sort()
    return tuple(_deadlines(line, _absorb(line, found)))


def _years(line: Line) -> list[Mention]:
    found: list[Mention] = []
    for match in line.finditer(_YEARS):
        first, last = int(match[1]), int(match[2])
        if first < last < first + 15:
            cue = match.group()
            found.append(Mention(match.start(), match.end(), "years", Moment(first), cue, until=Moment(last)))
    written = [(match, int(match[1])) for match in line.finditer(_YEAR)]
    written += [(match, 2000 + int(match[1] or match[2])) for match in line.finditer(_SHORT_YEAR)]
    if line.language == "th":
        written += [(match, int(match[1]) - _BUDDHIST) for match in line.finditer(_THAI_YEAR)]
    for match, year in written:
        free = not _overlaps(match.start(), match.end(), line.taken, [(one.start, one.end) for one in found])
        if free and (len(match.group()) > 3 or 2015 <= year <= 2045):
            found.append(Mention(match.start(), match.end(), "year", Moment(year), match.group()))
    return found


def _overlaps(start: int, end: int, *others: Iterable[tuple[int, int]]) -> bool:
    return any(start < last and first < end for group in others for first, last in group)


def _relative(hit: Hit, published: date) -> Mention:
    return Mention(hit.start, hit.end, "year", Moment(published.year + _RELATIVE_YEAR[hit.group]), hit.cue)


def _dates(line: Line, found: list[Mention]) -> list[Mention]:
    """Dates with 年月日; a date's year is no period of a figure."""
    for match in line.finditer(_CJK_DATE):
        year, month = int(match[1] or match[4] or 0), int(match[2] or match[5])
        if not 1 <= month <= 12:
            continue
        found = [one for one in found if not match.start() <= one.start < match.end()]
        moment = Moment(year or _year_of_month(month, line.published), 0, month)
        found.append(Mention(match.start(), match.end(), "date" if match[3] else "month", moment, match.group()))
    return found


def _months(line: Line, found: list[Mention]) -> list[Mention]:
    """Months by name, with the year written beside them; with a day they are dates."""
    for hit in line.hits:
        if not hit.group.startswith("p.month."):
            continue
        month = int(hit.group.rsplit(".", 1)[1])
        day = _DAY_AND_YEAR.match(line.low, hit.end, line.end)
        beside = _beside(line.low, hit.start, day.end() if day else hit.end, found, 8)
        first, last, year = hit.start, hit.end, _year_of_month(month, line.published)
        if beside is not None and beside.moment is not None:
            found = [one for one in found if one is not beside]
            first, last, year = min(first, beside.start), max(last, beside.end), beside.moment.year
        what = "date" if _dated(line, hit) else "month"
        found.append(Mention(first, last, what, Moment(year, 0, month), line.low[first:last]))
    return found


def _dated(line: Line, hit: Hit) -> bool:
    """Whether a day stands beside the month."""
    before = _DAY.search(line.low, max(line.start, hit.start - 8), hit.start)
    if before is not None and not line.low[before.end() : hit.start].strip(" de."):
        return True
    after = _DAY.match(line.low, hit.end + 1, min(line.end, hit.end + 6))
    return after is not None and not line.low[after.end() : after.end() + 1].isdigit()


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


def _closing_quarters(line: Line, found: Sequence[Mention]) -> list[tuple[int, int, int, int]]:
    """The last quarter of a year that is named right behind it: "v poslednom štvrťroku 2023"."""
    years = [one.start for one in found if one.what == "year"]
    near = ((hit, start) for hit in line.marks("p.last_quarter") for start in years if 0 < start - hit.end <= _NEAR)
    return [(hit.start, hit.end, 4, 4) for hit, start in near if line.low[hit.end : start].count(" ") <= 2]


def _compares(line: Line, first: int, last: int, year: Mention) -> bool:
    """Whether the words between a quarter and a year set one against the other: "im Quartal gegenüber dem Vorjahr"."""
    start, end = (last, year.start) if last <= year.start else (year.end, first)
    marks = [hit for hit in line.marks("r.against") if start <= hit.start and hit.end <= end]
    return any(hit.end - hit.start > 2 or is_wide(line.low[hit.start]) for hit in marks)


def _joins(gap: str) -> bool:
    """Whether the words between a quarter and a year tie them together."""
    return not any(mark in gap for mark in ";:。，、!?") and not any(map(str.isdigit, gap)) and gap.count(",") <= 1


def _quarters(line: Line, found: list[Mention]) -> list[Mention]:
    """Quarters, halves and nine months with the year written beside them."""
    spans = [(hit.start, hit.end, *_PARTS[hit.group]) for hit in line.hits if hit.group in _PARTS]
    for match in line.finditer(_DIGIT_QUARTER):
        number = int(match[1] or match[2] or match[3])
        if not _overlaps(match.start(), match.end(), line.taken, [one[:2] for one in spans]):
            spans.append((match.start(), match.end(), number, number))
    spans += _closing_quarters(line, found)
    merged = []
    for first, last, begin, finish in spans:
        beside = _beside(line.low, first, last, found, _NEAR)
        left, right, year = first, last, 0
        if beside is not None and _compares(line, first, last, beside):
            beside = None
        if beside is not None and beside.moment is not None:
            left, right, year = min(first, beside.start), max(last, beside.end), beside.moment.year
        what = "quarter" if begin == finish else "span"
        cue = line.low[left:right]
        merged.append(Mention(left, right, what, Moment(year, begin), cue, until=Moment(year, finish)))
    kept = [m for m in found if m.what != "year" or not any(q.start <= m.start and m.end <= q.end for q in merged)]
    return kept + merged


def _absorb(line: Line, found: list[Mention]) -> list[Mention]:
    """`full year 2025`, `the first nine months of the year`, `end of 2024`: two mentions that are one."""
    out: list[Mention] = []
    for mention in found:
        last = out[-1] if out else None
        gap = line.low[last.end : mention.start] if last else ""
        one = _joined(last, mention, line.low) if last and len(gap) <= _NEAR and _joins(gap) else None
        if one is not None:
            out[-1] = one
        else:
            out.append(mention)
    end = Moment(line.published.year, 0, 12)
    return [m._replace(what="end", moment=end) if m.what == "year_end" else m for m in out]


def _joined(last: Mention, mention: Mention, low: str) -> Mention | None:
    """Two neighbours as one mention, None when they are two."""
    kinds = {last.what, mention.what}
    year = last if last.what == "year" else mention
    cue = low[last.start : mention.end]
    if kinds == {"full_year", "year"}:
        return Mention(last.start, mention.end, "year", year.moment, cue)
    if kinds == {"year_end", "year"} and year.moment:
        return Mention(last.start, mention.end, "end", Moment(year.moment.year, 0, 12), cue)
    if last.what in {"span", "quarter"} and mention.what == "full_year":
        return last._replace(end=mention.end)
    return None


def _deadlines(line: Line, found: Iterable[Mention]) -> Iterable[Mention]:
    """Marks the times that are limits: by, until, before the end of."""
    low = line.low
    befores, afters = line.marks("p.by"), line.marks("p.by_after")
    ends, threes = line.marks("p.end_of"), line.marks("p.three_months")
    for mention in found:
        one = mention
        if one.what in {"month", "date"} and one.moment and any(0 <= one.start - h.end <= 20 for h in threes):
            quarter = quarter_of(date(one.moment.year, one.moment.month, 1))
            one = one._replace(what="quarter", moment=quarter, until=quarter)
        ending = _follows(low, ends, one.start, 14) or any(0 <= h.start - one.end <= 2 for h in ends)
        if ending and one.what in {"year", "full_year"}:
            year = one.moment.year if one.moment else line.published.year
            one = one._replace(what="end", moment=Moment(year, 0, 12))
        limit = _follows(low, befores, one.start, 22 if ending else 12)
        limit = limit or any(0 <= h.start - one.end <= 4 for h in afters)
        yield one._replace(by=limit or one.what == "end")


def _follows(low: str, hits: Sequence[Hit], start: int, near: int) -> bool:
    """Whether one of the cues stands shortly before the place."""
    return any(0 <= start - hit.end <= near and _joins(low[hit.end : start]) for hit in hits)
