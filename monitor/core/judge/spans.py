"""The days that a canonical period text covers, and whether two periods may mean the same time."""

import re
from calendar import monthrange
from datetime import date, timedelta

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")
_GRACE = timedelta(days=45)  # a target may be reported as met this long before its deadline

Days = tuple[date, date]


def days_of(period: str) -> Days | None:
    """First and last day: "2025-Q2" -> 1 April, 30 June 2025; None for "" and what cannot be read."""
    text = period.removeprefix("by ").strip()
    if ".." in text:
        first, _, last = text.partition("..")
        if re.fullmatch(r"Q[1-4]", last):
            last = f"{first[:4]}-{last}"
        begin, end = days_of(first), days_of(last)
        return (begin[0], end[1]) if begin and end else None
    if found := _QUARTER.fullmatch(text):
        year, quarter = int(found[1]), int(found[2])
        return _months(year, 3 * quarter - 2, 3 * quarter)
    if (found := _MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        return _months(int(found[1]), int(found[2]), int(found[2]))
    if _YEAR.fullmatch(text) and int(text) >= 1:
        return _months(int(text), 1, 12)
    return None


def _months(year: int, first: int, last: int) -> Days:
    year = max(1, min(year, 9999))
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def is_over(period: str, day: date) -> bool:
    """Whether a figure of this period can be an actual one on that day. A state ("") always can."""
    days = days_of(period)
    if days is None:
        return True
    return day > days[1] - (_GRACE if period.startswith("by ") else timedelta(0))


def is_closed(period: str, day: date) -> bool:
    """Whether the period is a finished stretch of time, whose actual value no longer moves."""
    days = days_of(period)
    return days is not None and not period.startswith("by ") and day > days[1]


def may_be_same(one: str, other: str) -> bool:
    """Whether two different period texts may be two ways to write one time: "by 2024" and "2024-12", "" and "2024".

    Two periods of one kind are two periods ("2024-Q1", "2024-Q2"); otherwise one must lie within the other's days.
    """
    if one == other or not one or not other:
        return True
    a, b = days_of(one), days_of(other)
    if a is None or b is None:
        return False
    if _kind(one) == _kind(other) and not one.startswith("by "):
        return False
    return a[1] == b[1] or (a[0] <= b[0] and b[1] <= a[1]) or (b[0] <= a[0] and a[1] <= b[1])


def _kind(period: str) -> str:
    text = period.removeprefix("by ")
    if ".." in text:
        return "span"
    return "quarter" if "Q" in text else "month" if "-" in text else "year"
