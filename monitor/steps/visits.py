"""What a visit to a feed changes: its entries, its row, and what the owner is told; one transaction for many visits."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from monitor.core.schedule import Hints, Poll, next_due
from monitor.core.types.feeds import Feed
from monitor.steps import reports
from monitor.steps.habits import habit_in, remember
from monitor.steps.ports import Polled, PollKind
from monitor.store import entries, feeds
from monitor.store.feeds import FeedState


@dataclass(frozen=True, slots=True)
class PollReport:
    """What became of the feeds that were polled."""

    polled: int = 0
    unchanged: int = 0
    failed: int = 0
    new_entries: int = 0

    def __add__(self, other: "PollReport") -> "PollReport":
        return PollReport(self.polled + other.polled, self.unchanged + other.unchanged, self.failed + other.failed,
                          self.new_entries + other.new_entries)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that has ended."""

    state: FeedState  # as it was claimed
    feed: Feed
    polled: Polled

    @property
    def quiet(self) -> bool:
        """Whether nothing came of it but the next due time."""
        return self.polled.kind is PollKind.UNCHANGED and self.state.told is None and not self.polled.problems


def keep(tx: Connection, token: str, batch: Sequence[Visited], now: datetime) -> PollReport:
    """Store how these visits ended, as far as the claim still holds their feeds, and let the feeds go."""
    # A quiet visit's row is told apart by the claim's token as it is written: nobody need look first.
    held = feeds.still_held(tx, [one.state.id for one in batch if not one.quiet], token)
    mine = [one for one in batch if one.quiet or one.state.id in held]
    found = [(one.state.id, one.polled.entries, one.state.first_ok is None) for one in mine if one.polled.entries]
    added = entries.add_all(tx, found, now)
    for one in (one for one in mine if not one.quiet):
        reports.report_poll(tx, one.state, one.feed, one.polled, now)
    feeds.finish(tx, token, [_row(one, now) for one in mine])
    kinds = [one.polled.kind for one in mine]
    failed = kinds.count(PollKind.FAILED) + kinds.count(PollKind.GONE)
    return PollReport(len(mine), kinds.count(PollKind.UNCHANGED), failed, added)


def _row(one: Visited, now: datetime) -> dict[str, Any]:
    """The feed's columns after this visit; unchanged feeds all have one shape, so that they travel together."""
    state, polled = one.state, one.polled
    values: dict[str, Any] = {"id": state.id, "last_poll": now}
    if polled.kind in (PollKind.FAILED, PollKind.GONE):
        failures = state.failures + 1
        values |= {"failures": failures, "failing_since": state.failing_since or now, "error": polled.error,
                   "due_at": _due(one, now, state.hint, failures)}  # fmt: skip
        return values | ({"state": "gone"} if polled.kind is PollKind.GONE else {})
    values |= {"last_ok": now, "failures": 0, "failing_since": None, "error": None}
    if state.told in ("failing", "blank", "gone") and not polled.problems:
        values["told"] = None
    if polled.moved_to and polled.moved_to != state.address and not one.feed.secret:  # a new home may show the key
        values["moved_to"] = polled.moved_to
    if polled.validators != state.validators:
        checks = polled.validators
        values |= {"etag": checks.etag, "last_modified": checks.last_modified, "body_hash": checks.body_hash}
    hint = state.hint
    if polled.kind is PollKind.FRESH:
        hint = remember(state.hint, polled, now)
        values |= {"hint": hint, "items": " ".join(polled.items)}
        if state.first_ok is None and (polled.whole or state.last_ok):  # the other half of a first document is old too
            values["first_ok"] = now
        if polled.entries:
            values |= {"last_new": now, "told": None}
    elif polled.problems:
        values["hint"] = {**state.hint, "problems": list(polled.problems)}
    return values | {"due_at": _due(one, now, hint, 0)}


def _due(one: Visited, now: datetime, hint: Mapping[str, Any], failures: int) -> datetime:
    poll = Poll(failures=failures, wait=one.polled.wait, fresh=one.polled.fresh, habit=habit_in(hint))
    every = hint.get("every")
    hints = Hints(timedelta(seconds=every) if every else None, frozenset(hint.get("skip_hours", ())),
                  frozenset(hint.get("skip_days", ())))  # fmt: skip
    return next_due(now, poll, hints, one.feed.every, _jitter(one.state.id, now))


def _jitter(feed: str, now: datetime) -> float:
    """0 to 1, another for each feed and visit, the same in every run."""
    digest = hashlib.blake2b(f"{feed}{now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
