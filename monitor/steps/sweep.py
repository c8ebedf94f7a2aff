"""Looks after what nobody rings for: silent sources, overdue digests, old texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.core.types.audiences import Audience
from monitor.steps import reports
from monitor.steps.begin import take_over_dead
from monitor.steps.deliver import tell_dead
from monitor.steps.overdue import Overdue, overdue
from monitor.steps.world import World
from monitor.store import clock, deliveries, entries, facts, feeds, outbox, upkeep
from monitor.store.upkeep import Keep, Swept

TIDY_EVERY = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=2)  # between the machines of several workers
REVIVE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one call of `sweep` did."""

    silent: int = 0  # sources newly reported as silent
    overdue: int = 0  # audiences whose digest is overdue
    tidied: Swept | None = None
    turned: bool = False  # the clock was set back since the last round


async def sweep(world: World, keep: Keep | None = None, silent_after: timedelta = reports.SILENT_FOR) -> SweepReport:
    """Report what has gone quiet or was put aside and, once a day, drop texts that nothing rests on.

    `silent_after`: how long a source may have nothing new before it counts as silent, be its habit ever so lively.
    """
    await take_over_dead(world)
    now = world.clock.now()

    def work(tx: Connection) -> tuple[SweepReport, list[Overdue]]:
        last = facts.get(tx, upkeep.LAST_ROUND)
        turned = last is not None and last[1] > now + CLOCKS_DIFFER
        if turned:
            clock.mend(tx, now)
        known = feeds.unusual(tx, now - silent_after)
        silent = sum(reports.report_silence(tx, state, now, silent_after) for state in known)
        for state in known:
            reports.report_parked(tx, state, now)
        feeds.revive(tx, now - REVIVE_AFTER, now)
        entries.revive(tx, now - REVIVE_AFTER, now)
        for delivery in deliveries.parked(tx):
            tell_dead(tx, world, delivery, delivery.error or "sending it ended the program again and again")
        late, said = _overdue(tx, world.config.audiences, now)
        return SweepReport(silent, late, turned=turned), said

    report, said = await world.write(work)
    for one in said:
        world.log.error("digest overdue", audience=one.audience, problem=one.words)
    if report.turned:
        world.log.warning("the clock was set back", remedy="what was waiting for a later time is due now")
    last = await world.read(lambda tx: facts.get(tx, "tidied"))
    if last is not None and last[1] <= now < last[1] + TIDY_EVERY:
        return report
    tidied = await tidy(world, keep or Keep())
    return replace(report, tidied=tidied)


async def tidy(world: World, keep: Keep) -> Swept:
    """Drop old texts in small transactions, so that nobody waits long for the database."""
    now, total = world.clock.now(), Swept()
    while True:
        done = await world.write(partial(upkeep.collect_garbage, now=now, keep=keep, since=total.reached))
        total += done
        if not done:
            break
    await world.write(lambda tx: facts.put(tx, "tidied", now.isoformat(), now))
    return total


def _overdue(tx: Connection, audiences: Sequence[Audience], now: datetime) -> tuple[int, list[Overdue]]:
    """Tell everybody when a digest has been due for days and was never made, its own audience too: what stands in
    the way of the digest need not stand in the way of an alarm. How many are late, and those newly told."""
    late = [one for one in overdue(tx, audiences, now) if one.late]
    names = [audience.name for audience in audiences]
    said = [
        one
        for one in late
        if outbox.add_note(tx, key=f"overdue:{one.audience}:{one.since.isoformat()}", kind="delivery", text=one.words,
                           now=now, alarm=True, only=names)
    ]  # fmt: skip
    return len(late), said
