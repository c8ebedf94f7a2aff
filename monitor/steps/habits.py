"""What is remembered of a feed from visit to visit: how often it publishes, and what it says about the next visit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.core.schedule import Habit, habit_of
from monitor.steps.ports import Polled

_REMEMBERED = 20  # publication dates from which a feed's habit is learnt


def remember(hint: Mapping[str, Any], polled: Polled, now: datetime) -> dict[str, Any]:
    """What the next due time is made of, as JSON, after a visit that brought a document.

    The dates are one text, and the habit stands beside them: it is worked out when there is something new, and the many
    visits that find nothing neither take the dates apart nor hold them.
    """
    dates = {*published_in(hint), *(entry.published for entry in polled.entries if entry.published)}
    newest = sorted(dates, reverse=True)[:_REMEMBERED]
    every, habit = polled.hints.every, habit_of(newest, now)
    problems = {"problems": list(polled.problems)} if polled.problems else {}
    learnt = {"usual": habit.usual.total_seconds(), "newest": habit.newest.isoformat()} if habit else {}
    return problems | learnt | {
        "published": " ".join(date.isoformat() for date in newest),
        "every": every.total_seconds() if every else None,
        "skip_hours": sorted(polled.hints.skip_hours),
        "skip_days": sorted(polled.hints.skip_days),
    }  # fmt: skip


def published_in(hint: Mapping[str, Any]) -> tuple[datetime, ...]:
    """The dates of a feed's newest entries, newest first; none where an earlier version remembered them otherwise."""
    dates = hint.get("published", "")
    return tuple(map(datetime.fromisoformat, dates.split())) if isinstance(dates, str) else ()


def habit_in(hint: Mapping[str, Any]) -> Habit | None:
    """How often the feed publishes; None when that is not known."""
    if "usual" not in hint:
        return None
    return Habit(timedelta(seconds=hint["usual"]), datetime.fromisoformat(hint["newest"]))
