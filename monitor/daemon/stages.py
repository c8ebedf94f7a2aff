"""The daemon's stages: each does one small batch and says whether there may be more, and who waits for its results."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from monitor.daemon.pulse import ping
from monitor.daemon.wiring import Outfit
from monitor.steps.deliver import deliver_due
from monitor.steps.digest import digest_due
from monitor.steps.poll import POLLS, PollReport, Rolling, poll_due
from monitor.steps.read import read_due, refetch_due
from monitor.steps.sweep import sweep
from monitor.store.upkeep import Keep, round_done

READS = 16  # entries claimed in one batch


@dataclass(frozen=True, slots=True)
class Turn:
    """What a batch that may go on for long is given: whether it may, its stage's next ring, and its listeners' bell."""

    go_on: Callable[[], bool]
    rung: Callable[[], Awaitable[None]]
    ring: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """`batch` does a bounded piece of work and tells whether to go on at once. `rings`: the stages to look then."""

    name: str
    every: timedelta
    batch: Callable[[Outfit, Turn], Awaitable[bool]]
    rings: tuple[str, ...] = ()


async def _poll(fitted: Outfit, turn: Turn) -> bool:
    """Polls as long as anything is due; what is found can be read meanwhile."""
    told = PollReport()

    def tell(report: PollReport) -> None:
        nonlocal told
        told += report
        if report.new_entries:
            turn.ring()
        if told.polled >= POLLS:
            _tell(fitted, "polled", told)
            told = PollReport()

    report = await poll_due(fitted.world, POLLS, Rolling(more=turn.go_on, look=turn.rung, told=tell))
    _tell(fitted, "polled", told)
    return bool(report.polled)


async def _read(fitted: Outfit, _turn: Turn) -> bool:
    report = await read_due(fitted.world, READS)
    again = await refetch_due(fitted.world)
    _tell(fitted, "read", report + again)
    return _any(report) or bool(again.looked)


async def _tell_people(fitted: Outfit, _turn: Turn) -> bool:
    made = await digest_due(fitted.world)
    sent = await deliver_due(fitted.world)
    _tell(fitted, "digests made", made)
    _tell(fitted, "digests sent", sent)
    return bool(sent.dead or sent.parked)  # the alarm about them leaves at once


async def _sweep(fitted: Outfit, _turn: Turn) -> bool:
    kept = fitted.config.retention
    report = await sweep(
        fitted.world, Keep(kept.entries, kept.articles, kept.digests), fitted.config.watch.silent_after
    )
    _tell(fitted, "swept", report)
    now = fitted.world.clock.now()
    await fitted.world.write(lambda tx: round_done(tx, now))
    await ping(fitted)
    return False


STAGES = (
    Stage("poll", timedelta(seconds=5), _poll, ("read",)),
    Stage("read", timedelta(seconds=20), _read, ("tell",)),
    Stage("tell", timedelta(seconds=5), _tell_people),
    Stage("sweep", timedelta(seconds=60), _sweep),
)


def _any(report: Any) -> bool:
    return any(getattr(report, field.name) for field in fields(report))


def _tell(fitted: Outfit, event: str, report: Any) -> None:
    """One line for a batch in which anything happened."""
    numbers = {field.name: getattr(report, field.name) for field in fields(report)}
    if any(numbers.values()):
        fitted.world.log.info(event, **{name: number for name, number in numbers.items() if number})
