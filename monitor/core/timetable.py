"""When an audience's next digest is due: at once, every N, or at times of day in a zone; quiet hours hold, never drop.

Local times are the clock on the wall. A time that a night in spring skips is taken as the first moment after the gap;
one that a night in autumn shows twice counts once, at its first showing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.core.types.audiences import Schedule

_DAY = timedelta(days=1)


def next_digest(schedule: Schedule, waiting_since: datetime, last: datetime | None) -> datetime:
    """The first moment (UTC) at which what has waited since `waiting_since` may be told.

    `last` is when the audience's last digest was made, None for never. Both are aware. With `at`, the first of those
    times at or after `waiting_since`; with `every`, that long after `last`; else at once. A moment within the quiet
    hours, or on another weekday than the schedule's, moves to the next one that is neither.
    """
    zone = ZoneInfo(schedule.zone)
    ready = waiting_since.astimezone(UTC)
    if schedule.at:
        ready = next(_moments(schedule, ready, zone), ready)
    elif schedule.every is not None and last is not None:
        ready = max(ready, last.astimezone(UTC) + schedule.every)
    return _awake(ready, schedule, zone)


def is_due(schedule: Schedule, waiting_since: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a digest may be made now. A `last` in the future (the clock was set back) counts as never."""
    if last is not None and last > now:
        last = None
    return next_digest(schedule, min(waiting_since, now), last) <= now


def _moments(schedule: Schedule, since: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The schedule's times from `since` on, at most sixteen days ahead: every weekday comes by twice."""
    start = since.astimezone(zone).date() - _DAY
    for days in range(17):
        day = start + days * _DAY
        if day.weekday() not in schedule.weekdays:
            continue
        for moment in sorted(instant(day, at, zone) for at in schedule.at):
            if moment >= since:
                yield moment


def _awake(moment: datetime, schedule: Schedule, zone: ZoneInfo) -> datetime:
    """`moment`, or the first one after it outside the quiet hours and on a day of the schedule."""
    for _ in range(2 * 8):  # each day is left at most twice: for its weekday, for its quiet hours
        day = moment.astimezone(zone).date()
        if day.weekday() not in schedule.weekdays:
            moment = instant(day + _DAY, time(0), zone)
        elif _is_quiet(moment, schedule, zone):
            moment = _end_of_quiet(moment, schedule, zone)
        else:
            break
    return moment


def _is_quiet(moment: datetime, schedule: Schedule, zone: ZoneInfo) -> bool:
    if schedule.quiet is None:
        return False
    start, end = schedule.quiet
    clock = moment.astimezone(zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def _end_of_quiet(moment: datetime, schedule: Schedule, zone: ZoneInfo) -> datetime:
    """The first moment after `moment` at which the wall shows the end of the quiet hours, or skips it."""
    _, end = schedule.quiet or (time(0), time(0))
    day = moment.astimezone(zone).date()
    days = [day + step * _DAY for step in range(3)]
    return min(found for each in days for found in _showings(each, end, zone) if found > moment)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment when the clocks of `zone` first show `at` on `day`; the end of the gap if they never do."""
    return _showings(day, at, zone)[0]


def _showings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every UTC moment at which the wall shows `at` on `day`: two on a night set back, the gap's end in a gap."""
    local = datetime.combine(day, at.replace(fold=0), zone)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first <= second:
        return (first,) if first == second else (first, second)
    # In a gap, the two readings (by the offset before and after it) come in reverse, and the gap ends between them.
    low, high, before = second, first, local.utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return (high.replace(microsecond=0),)
