"""Polls what is due: fetch and parse outside any transaction, then entries, validators and next visit in one."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerts.redact import veil
from monitor.core.errors import StoreError
from monitor.core.schedule import Hints, Poll, next_due
from monitor.core.types.feeds import Feed
from monitor.sources.address import shown
from monitor.steps import reports
from monitor.steps.ports import Polled, PollKind, Progress, Visit
from monitor.steps.runner import Fault, caught
from monitor.steps.world import World
from monitor.store import entries, feeds
from monitor.store.claims import new_token
from monitor.store.feeds import FeedState
from monitor.store.schema import feeds as table

_TOGETHER = 64  # visits committed in one transaction
_REMEMBERED = 20  # publication dates from which a feed's habit is learnt


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one call of `poll_due` did."""

    polled: int = 0
    unchanged: int = 0
    failed: int = 0
    new_entries: int = 0

    def __add__(self, other: "PollReport") -> "PollReport":
        return PollReport(self.polled + other.polled, self.unchanged + other.unchanged, self.failed + other.failed,
                          self.new_entries + other.new_entries)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Visited:
    state: FeedState
    feed: Feed
    polled: Polled


async def poll_due(world: World, limit: int = 200) -> PollReport:
    """Poll at most `limit` due feeds. Each is committed soon after its answer: a slow one keeps no other waiting."""
    token, now = new_token(), world.clock.now()
    claimed = await world.write(lambda tx: feeds.take_due(tx, now, limit, token))
    world.crash_point("poll.after-claim")
    if not claimed:
        return PollReport()
    report, done = PollReport(), 0
    answers: asyncio.Queue[_Visited] = asyncio.Queue()
    visits = [asyncio.create_task(_visit(world, state, answers)) for state in claimed]
    try:
        while done < len(claimed):
            batch = [await answers.get()]
            while len(batch) < _TOGETHER and not answers.empty():
                batch.append(answers.get_nowait())
            report += await _commit(world, token, batch)
            done += len(batch)
            world.watch(Progress("poll", done, len(claimed), batch[-1].feed.name))
    except StoreError:
        await world.give_back(table, token)
        raise
    finally:  # no task group: a database error must come out as itself
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
    return report


async def _visit(world: World, state: FeedState, answers: asyncio.Queue[_Visited]) -> None:
    feed = world.feed(state.id) or Feed(id=state.id, url=state.url, name=state.name)
    visit = Visit(feed, state.moved_to or feed.url, state.validators, state.items)
    polled = await caught(world, "poll", feed.name, world.feeds.poll(visit))
    if isinstance(polled, Fault):
        polled = Polled(PollKind.FAILED, error=polled.words)
    if polled.error:
        polled = replace(polled, error=veil(polled.error, world.config.secrets))
    await answers.put(_Visited(state, feed, polled))


async def _commit(world: World, token: str, batch: list[_Visited]) -> PollReport:
    now = world.clock.now()

    def work(tx: Connection) -> PollReport:
        held = feeds.still_held(tx, [one.state.id for one in batch], token)
        mine = [one for one in batch if one.state.id in held]
        added = 0
        for one in mine:
            if one.polled.entries:
                background = one.state.first_ok is None
                added += entries.add(tx, one.state.id, one.polled.entries, now, background=background)
            reports.report_poll(tx, one.state, one.feed, one.polled, now)
        feeds.finish(tx, token, [_row(one, now) for one in mine])
        kinds = [one.polled.kind for one in mine]
        return PollReport(len(mine), kinds.count(PollKind.UNCHANGED),
                          kinds.count(PollKind.FAILED) + kinds.count(PollKind.GONE), added)  # fmt: skip

    world.crash_point("poll.before-commit")
    report = await world.write(work)
    world.crash_point("poll.after-commit")
    for one in batch:
        if one.polled.kind in (PollKind.FAILED, PollKind.GONE):
            world.log.warning("feed failed", feed=one.feed.name, url=shown(one.state.address), error=one.polled.error,
                              failures=one.state.failures + 1)  # fmt: skip
    return report


def _row(one: _Visited, now: datetime) -> dict[str, Any]:
    """The feed's columns after this visit; unchanged feeds all have one shape, so that they travel together."""
    state, polled = one.state, one.polled
    values: dict[str, Any] = {"id": state.id, "last_poll": now}
    if polled.kind in (PollKind.FAILED, PollKind.GONE):
        failures = state.failures + 1
        values |= {"failures": failures, "failing_since": state.failing_since or now, "error": polled.error,
                   "due_at": _due(one, now, state.hint, failures)}  # fmt: skip
        return values | ({"state": "gone"} if polled.kind is PollKind.GONE else {})
    values |= {"last_ok": now, "failures": 0, "failing_since": None, "error": None}
    if state.told in ("failing", "gone"):
        values["told"] = None
    if polled.moved_to and polled.moved_to != state.address and not one.feed.secret:  # a new home may show the key
        values["moved_to"] = polled.moved_to
    if polled.validators != state.validators:
        checks = polled.validators
        values |= {"etag": checks.etag, "last_modified": checks.last_modified, "body_hash": checks.body_hash}
    hint = state.hint
    if polled.kind is PollKind.FRESH:
        hint = _remember(state.hint, polled)
        values |= {"hint": hint, "items": list(polled.items)}
        if state.first_ok is None:
            values["first_ok"] = now
        if polled.entries:
            values |= {"last_new": now, "told": None}
    return values | {"due_at": _due(one, now, hint, 0)}


def _due(one: _Visited, now: datetime, hint: Mapping[str, Any], failures: int) -> datetime:
    poll = Poll(failures=failures, wait=one.polled.wait, fresh=one.polled.fresh, published=published_of(hint))
    every = hint.get("every")
    hints = Hints(timedelta(seconds=every) if every else None, frozenset(hint.get("skip_hours", ())),
                  frozenset(hint.get("skip_days", ())))  # fmt: skip
    return next_due(now, poll, hints, one.feed.every, _jitter(one.state.id, now))


def _remember(hint: Mapping[str, Any], polled: Polled) -> dict[str, Any]:
    """What the next due time is made of, as JSON."""
    dates = {*published_of(hint), *(entry.published for entry in polled.entries if entry.published)}
    newest = sorted(dates, reverse=True)[:_REMEMBERED]
    every = polled.hints.every
    return {
        "published": [date.isoformat() for date in newest],
        "every": every.total_seconds() if every else None,
        "skip_hours": sorted(polled.hints.skip_hours),
        "skip_days": sorted(polled.hints.skip_days),
    }


def published_of(hint: Mapping[str, Any]) -> tuple[datetime, ...]:
    """The dates of a feed's newest entries, newest first, from what is remembered of it."""
    return tuple(datetime.fromisoformat(date) for date in hint.get("published", ()))


def _jitter(feed: str, now: datetime) -> float:
    """0 to 1, another for each feed and visit, the same in every run."""
    digest = hashlib.blake2b(f"{feed}{now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
