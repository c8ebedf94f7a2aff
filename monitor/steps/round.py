"""A whole round in one call: poll, read, digest, deliver, sweep."""

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.steps.deliver import DeliverReport, deliver_due
from monitor.steps.digest import DigestReport, digest_due
from monitor.steps.poll import POLLS, PollReport, poll_due
from monitor.steps.read import ReadReport, read_due, refetch_due
from monitor.steps.reports import SILENT_FOR
from monitor.steps.sweep import SweepReport, sweep
from monitor.steps.world import World
from monitor.store import feeds, upkeep
from monitor.store.upkeep import Keep


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What a round did, step by step."""

    polled: PollReport = field(default_factory=PollReport)
    read: ReadReport = field(default_factory=ReadReport)
    digests: DigestReport = field(default_factory=DigestReport)
    delivered: DeliverReport = field(default_factory=DeliverReport)
    swept: SweepReport = field(default_factory=SweepReport)


async def run_round(
    world: World,
    *,
    poll_all: bool = False,
    at_once: bool = False,
    keep: Keep | None = None,
    silent_after: timedelta = SILENT_FOR,
) -> RoundReport:
    """Poll what is due, read all that was found, tell what changed, send it, tidy up.

    `poll_all` polls every active feed, due or not; `at_once` disregards schedules and quiet hours. Call `sync` (or
    `take_over`) before the first round of a configuration.
    """
    if poll_all:
        now = world.clock.now()
        await world.write(lambda tx: feeds.make_due(tx, now))
    polled = await poll_all_due(world)
    read = await read_all_due(world)
    digests = await digest_due(world, at_once=at_once)
    delivered = await deliver_due(world)
    if delivered.dead or delivered.parked:  # the alarm about them leaves in the same round
        digests += await digest_due(world, at_once=at_once)
        delivered += await deliver_due(world)
    swept = await sweep(world, keep, silent_after)
    now = world.clock.now()
    await world.write(lambda tx: upkeep.round_done(tx, now))
    return RoundReport(polled, read, digests, delivered, swept)


async def poll_all_due(world: World, limit: int = POLLS) -> PollReport:
    """Poll until no feed is due."""
    total = PollReport()
    while (done := await poll_due(world, limit)).polled:
        total += done
    return total


async def read_all_due(world: World, limit: int = 16) -> ReadReport:
    """Read until no entry waits and no article is due for another look."""
    total = ReadReport()
    while (done := await read_due(world, limit)) != ReadReport():
        total += done
    while (done := await refetch_due(world)).looked:
        total += done
    return total
