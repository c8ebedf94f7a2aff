"""Sends what is due: the send outside any transaction, its outcome committed at once; no channel holds another."""

import asyncio
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from alerts.message import MessageFormatError, from_json
from alerts.outcome import Outcome, OutcomeKind, dead, unknown
from alerts.retry import next_try
from monitor.steps import reports
from monitor.steps.ports import Progress
from monitor.steps.runner import Fault, caught
from monitor.steps.world import World
from monitor.store import deliveries, outbox
from monitor.store.claims import new_token
from monitor.store.deliveries import Delivery

CHANNELS_AT_ONCE = 8
SEND_SECONDS = 240  # below the lease: nobody takes over what is still being sent


@dataclass(frozen=True, slots=True)
class DeliverReport:
    """What one call of `deliver_due` did."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    parked: int = 0

    def __add__(self, other: "DeliverReport") -> "DeliverReport":
        return DeliverReport(self.sent + other.sent, self.postponed + other.postponed, self.dead + other.dead,
                             self.parked + other.parked)  # fmt: skip


async def deliver_due(world: World) -> DeliverReport:
    """Send everything that is due: each channel its own queue, one message after the other."""
    now = world.clock.now()
    queues = await world.read(lambda tx: deliveries.due_channels(tx, now))
    places = asyncio.Semaphore(CHANNELS_AT_ONCE)

    async def work(audience: str, channel: str) -> DeliverReport:
        async with places:
            return await _empty(world, audience, channel)

    done = await asyncio.gather(*(work(audience, channel) for audience, channel in queues))
    return sum(done, DeliverReport())


async def _empty(world: World, audience: str, channel: str) -> DeliverReport:
    """Send one channel's due messages; it stops at the first that must wait, lest the others hit the same wall."""
    report, number = DeliverReport(), 0
    while True:
        token, now = new_token(), world.clock.now()

        def take(tx: Connection, token: str = token) -> Delivery | None:
            return deliveries.take_due(tx, audience, channel, now=world.clock.now(), token=token)

        one = await world.write(take)
        if one is None or one.created_at > now:
            return report
        number += 1
        report += await _send_one(world, token, one)
        world.watch(Progress("deliver", number, None, channel))


async def _send_one(world: World, token: str, one: Delivery) -> DeliverReport:
    world.crash_point("deliver.before-send")
    outcome = await caught(world, "send", one.id, _send(world, token, one))
    world.crash_point("deliver.after-send")
    report = await world.write(lambda tx: _commit(tx, world, token, one, outcome))
    world.crash_point("deliver.after-commit")
    log = world.log.info if report.sent else world.log.warning
    detail = outcome.words if isinstance(outcome, Fault) else outcome.detail
    end = next(name for name in ("sent", "postponed", "dead", "parked") if getattr(report, name))
    log("delivery", id=one.id, audience=one.audience, channel=one.channel, outcome=end, detail=detail,
        tries=one.tries + 1)  # fmt: skip
    return report


async def _send(world: World, token: str, one: Delivery) -> Outcome:
    digest = await world.read(lambda tx: outbox.digest_of(tx, one.digest))
    sender = world.channels.get(one.audience, one.channel)
    if sender is None:
        return dead("the configuration no longer has this channel; put it back and run `figurewatch alerts retry`")
    if digest is None:
        return dead("the digest is no longer stored")
    try:
        message = replace(from_json(digest.message), possible_repeat=one.possible_repeat)
    except MessageFormatError as error:
        return dead(str(error))
    parts = one.parts

    async def arrived(number: int) -> None:
        """Whatever happens from now on, these parts are not sent again."""
        nonlocal parts
        parts = number
        await world.write(lambda tx: deliveries.arrived(tx, one.id, token, number))
        world.crash_point("deliver.after-part")

    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await sender.send(message, one.recipient, done=parts, arrived=arrived)
    except TimeoutError:
        return unknown(f"no answer within {SEND_SECONDS} s", parts=parts)


def _commit(tx: Connection, world: World, token: str, one: Delivery, outcome: Outcome | Fault) -> DeliverReport:
    now = world.clock.now()
    if isinstance(outcome, Fault):
        deliveries.park(tx, one.id, token, now, outcome.words)
        tell_dead(tx, world, one, outcome.words)
        return DeliverReport(parked=1)
    if outcome.kind is OutcomeKind.SENT:
        deliveries.finish(tx, one.id, token, state="sent", now=now, parts=outcome.parts)
        return DeliverReport(sent=1)
    channel = world.channel(one.audience, one.channel)
    due_at = next_try(channel.kind.value if channel else "", outcome, one.tries + 1, one.first_try or now, now,
                      repeated=one.possible_repeat)  # fmt: skip
    repeat = True if outcome.kind is OutcomeKind.UNKNOWN else None
    state = "dead" if due_at is None else "pending"
    deliveries.finish(tx, one.id, token, state=state, now=now, due_at=due_at, parts=outcome.parts,
                      possible_repeat=repeat, error=outcome.detail)  # fmt: skip
    if due_at is not None:
        return DeliverReport(postponed=1)
    tell_dead(tx, world, one, outcome.detail)
    return DeliverReport(dead=1)


def tell_dead(tx: Connection, world: World, one: Delivery, error: str) -> None:
    """Raise the alarm where it can be heard: the audience's other channels, else the other audiences."""
    audience = world.audience(one.audience)
    others = [channel for channel in (audience.channels if audience else ()) if channel.id != one.channel]
    names = [one.audience] if others else [a.name for a in world.config.audiences if a.name != one.audience]
    reports.report_dead(tx, one, names or [one.audience], error, world.clock.now(), alarm=bool(names))
