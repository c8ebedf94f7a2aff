"""When a feed is due next: what the user wants, what the site asks for, and how often it really publishes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
USUAL = timedelta(minutes=30)
_JITTER = 0.1  # of the interval: spreads feeds that started together
_LEARN_FROM = 4  # entries; fewer say nothing about a habit


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed says of itself. Hours and weekdays (Monday is 0) are UTC, as RSS defines them."""

    every: timedelta | None = None  # the longest of RSS ttl and sy:updatePeriod / sy:updateFrequency
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a feed publishes. `usual`: the median time between entries; `newest`: the last one's date."""

    usual: timedelta
    newest: datetime


@dataclass(frozen=True, slots=True)
class Poll:
    """How the last poll went. `failures` counts polls failed in a row; `wait` is the site's own Retry-After."""

    failures: int = 0
    wait: timedelta | None = None
    fresh: timedelta | None = None  # from `freshness`
    habit: "Habit | None" = None


def next_due(
    now: datetime, poll: Poll, hints: Hints = Hints(), every: timedelta | None = None, jitter: float = 0.0
) -> datetime:
    """The next time to ask, 5 minutes (or `every`, if it is shorter) to 24 hours after `now`. `jitter` is from 0 to 1.

    `every` is the user's wish and overrides what the feed says of itself, never what the site asks for (Retry-After,
    freshness); one under 5 minutes is kept (the configuration allows it for servers of one's own only). Failures
    double the interval.
    """
    shortest = min(every or SHORTEST, SHORTEST)
    interval = every or max(_learnt(poll.habit, now) or USUAL, hints.every or SHORTEST)
    if poll.fresh is not None:
        interval = max(interval, poll.fresh)
    interval = _clamp(interval, shortest)
    if poll.failures:
        interval = _clamp(interval * 2 ** min(poll.failures - 1, 10), shortest)
    if poll.wait is not None:
        interval = max(interval, _clamp(poll.wait, shortest))
    due = now + interval + min(interval * _JITTER, LONGEST - interval) * min(max(jitter, 0.0), 1.0)
    if every is None and not poll.failures:
        due = min(_awake(due, hints), now + LONGEST)
    return due


def retry_after(value: str, now: datetime) -> timedelta | None:
    """A Retry-After header, seconds or HTTP date, as a wait from `now` of at most a day; None if it says nothing."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), LONGEST.total_seconds()))
    at = http_date(text)
    return None if at is None else min(max(at - now, timedelta()), LONGEST)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer stays fresh by Cache-Control or Expires, at most a day; None when it does not say.

    Header names in lower case. `no-cache`, `no-store`, and `max-age=0` mean: ask when you like.
    """
    if "cache-control" not in headers and "expires" not in headers:
        return None
    directives = [d.strip().lower() for d in headers.get("cache-control", "").split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    for name in ("s-maxage=", "max-age="):
        for directive in directives:
            seconds = directive.removeprefix(name).strip('" ')
            if directive.startswith(name) and seconds.isascii() and seconds.isdigit():
                age = headers.get("age", "").strip()
                used = int(age[:9]) if age.isascii() and age.isdigit() else 0
                return _day(timedelta(seconds=max(min(int(seconds[:12]), 86_400) - used, 0)))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    return _day(expires - (http_date(headers.get("date", "")) or now))


def http_date(value: str) -> datetime | None:
    """An HTTP date in UTC, None if it is none."""
    if len(value) > 64:
        return None
    try:
        at = parsedate_to_datetime(value.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _day(span: timedelta) -> timedelta | None:
    return min(span, LONGEST) if span > timedelta() else None


def _clamp(span: timedelta, shortest: timedelta = SHORTEST) -> timedelta:
    return min(max(span, shortest), LONGEST)


def habit_of(published: Iterable[datetime], now: datetime) -> Habit | None:
    """The habit that the dates of a feed's newest entries show, None for too few.

    The median ignores bursts and holidays.
    """
    dates = sorted({p for p in published if p <= now}, reverse=True)
    if len(dates) < _LEARN_FROM:
        return None
    gaps = sorted([newer - older for newer, older in pairwise(dates)])
    return Habit((gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2, dates[0])


def _learnt(habit: Habit | None, now: datetime) -> timedelta | None:
    """Half the usual gap between entries; a feed long silent is asked less and less.

    Half: an entry then waits at most a quarter of a usual gap on average.
    """
    return None if habit is None else _clamp(max(habit.usual / 2, (now - habit.newest) / 20))


def _awake(due: datetime, hints: Hints) -> datetime:
    """The first moment from `due` on that is in no skipped hour or day; `due` itself if everything is skipped."""
    at = due
    for _ in range(24 * 8):
        local = at.astimezone(UTC)
        if local.hour not in hints.skip_hours and local.weekday() not in hints.skip_days:
            return at
        at = (local + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return due
