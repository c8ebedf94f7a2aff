"""Makes digests: what an audience has not met yet, filtered by its rules, frozen and lined up for each recipient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from alerts.message import Message, to_json
from alerts.redact import veil
from alerts.wording import subject
from monitor.core.judge import wanted
from monitor.core.judge.values import SeriesHistory
from monitor.core.timetable import is_due
from monitor.core.types.audiences import Audience
from monitor.core.types.ledger import SourceKind
from monitor.steps import overdue
from monitor.steps.compose import Told, message_of
from monitor.steps.ports import Progress
from monitor.steps.runner import Fault, caught
from monitor.steps.world import World
from monitor.store import articles, ledger, outbox
from monitor.store.outbox import StoredDigest, StoredNote


@dataclass(frozen=True, slots=True)
class DigestReport:
    """What one call of `digest_due` did."""

    digests: int = 0
    told: int = 0  # changes in them
    left_out: int = 0  # changes that an audience's rules keep from it
    failed: int = 0

    def __add__(self, other: "DigestReport") -> "DigestReport":
        return DigestReport(self.digests + other.digests, self.told + other.told, self.left_out + other.left_out,
                            self.failed + other.failed)  # fmt: skip


async def digest_due(world: World, *, only: str | None = None, at_once: bool = False) -> DigestReport:
    """Make the digest of every audience whose schedule has come round and that has something to hear.

    `only` names one audience; `at_once` disregards schedules and quiet hours.
    """
    now = world.clock.now()
    due = await world.read(lambda tx: _due(tx, world.config.audiences, now, at_once=at_once))
    report = DigestReport()
    for audience, rests in due:
        if only not in (None, audience.name):
            continue
        report += await _alarms_alone(world, audience) if rests else await _tried(world, audience)
        world.watch(Progress("digest", report.digests, None, audience.name))
    return report


def _due(tx: Connection, audiences: Sequence[Audience], now: datetime, *, at_once: bool) -> list[tuple[Audience, bool]]:
    """The audiences whose digest is due; with each, whether it failed so lately that only alarms are sent."""
    return [
        (audience, not at_once and overdue.resting(tx, audience.name, now))
        for audience, since, last in overdue.waiting(tx, audiences)
        if at_once or is_due(audience.schedule, since, last, now)
    ]


async def _tried(world: World, audience: Audience) -> DigestReport:
    """The digest; where it cannot be made that is remembered, and what alarms there are leave without it."""
    made = await caught(world, "digest", audience.name, _make(world, audience))
    if not isinstance(made, Fault):
        return made
    now, words = world.clock.now(), made.words
    await world.write(lambda tx: overdue.failed(tx, audience.name, words, now))
    return DigestReport(failed=1) + await _alarms_alone(world, audience)


async def _alarms_alone(world: World, audience: Audience) -> DigestReport:
    """A message of this audience's alarms and nothing else, if there are any."""
    now = world.clock.now()

    def work(tx: Connection) -> DigestReport:
        if outbox.lock_audience(tx, audience.name) is None:
            return DigestReport()
        alarms = [note for note in outbox.pending_notes(tx, audience.name) if note.alarm]
        if not alarms:
            return DigestReport()
        return _line_up(tx, audience, message_of(audience.name, [], alarms, world.reader, now), alarms, now)

    if not await world.read(lambda tx: any(note.alarm for note in outbox.pending_notes(tx, audience.name))):
        return DigestReport()
    made = await caught(world, "digest", audience.name, world.write(work))
    return DigestReport(failed=1) if isinstance(made, Fault) else made


async def _make(world: World, audience: Audience) -> DigestReport:
    now = world.clock.now()
    world.crash_point("digest.before-commit")
    report = await world.write(lambda tx: _commit(tx, world, audience, now))
    world.crash_point("digest.after-commit")
    return report


def _commit(tx: Connection, world: World, audience: Audience, now: datetime) -> DigestReport:
    if outbox.lock_audience(tx, audience.name) is None:
        return DigestReport()
    message, left_out, notes = _compose(tx, world, audience, now)
    overdue.mended(tx, audience.name)
    outbox.leave_out(tx, audience.name, left_out)
    if not message.items and not any(note.alarm for note in notes):
        outbox.checked(tx, audience.name, now)
        return DigestReport(left_out=len(left_out))
    return _line_up(tx, audience, message, notes, now) + DigestReport(left_out=len(left_out))


def _line_up(
    tx: Connection, audience: Audience, message: Message, notes: Sequence[StoredNote], now: datetime
) -> DigestReport:
    """Freeze a message and line it up for each recipient; alarms alone spare the channel that they are about."""
    alarms = [note for note in notes if note.alarm]
    skip = {note.skip_channel for note in alarms} if not message.items and len(alarms) == len(notes) else set()
    digest = StoredDigest(message.id, audience.name, now, subject(message), to_json(message))
    outbox.commit_digest(
        tx,
        digest,
        told=[item.change_id for item in message.items],
        note_ids=[note.id for note in notes],
        recipients=[(channel.id, one) for channel in audience.channels if channel.id not in skip
                    for one in channel.recipients],
    )  # fmt: skip
    return DigestReport(1, len(message.items))


def preview(tx: Connection, world: World, audience: Audience) -> Message:
    """The digest that this audience would get now, without making it."""
    return _compose(tx, world, audience, world.clock.now())[0]


def _compose(
    tx: Connection, world: World, audience: Audience, now: datetime
) -> tuple[Message, list[tuple[str, str]], list[StoredNote]]:
    """The message, the changes left out with their reasons, and the notes that are in it."""
    pending = outbox.pending(tx, audience.name)
    keys = {one.change.series for one in pending}
    readings = ledger.readings_of(tx, [one.change.reading for one in pending])
    stored = ledger.series_histories(tx, keys)
    histories = {
        key: SeriesHistory(tuple(one.readings), tuple(one.changes), tuple(one.conflicts)) for key, one in stored.items()
    }
    outlets = _outlets(tx, world, [one.article for one in readings.values()])
    heard = dict(outbox.last_told(tx, audience.name, keys))
    told: list[Told] = []
    left_out: list[tuple[str, str]] = []
    for one in pending:
        change, reading = one.change, readings[one.change.reading]
        answer = wanted(change, audience.rules, heard.get(change.series), reading.source)
        if not answer.wanted:
            left_out.append((change.id, answer.reason))
            continue
        outlet = outlets.get(reading.article, "")
        told.append(Told(change, reading, histories[change.series], heard.get(change.series), outlet))
        heard[change.series] = change.new
    notes = outbox.pending_notes(tx, audience.name)
    return _veiled(message_of(audience.name, told, notes, world.reader, now), world.config.secrets), left_out, notes


def _veiled(message: Message, secrets: tuple[str, ...]) -> Message:
    """The message with no secret of ours in its links: a site may repeat the key it was asked with."""
    items = (replace(item, url=veil(item.url, secrets)) for item in message.items)
    notes = (replace(note, url=note.url and veil(note.url, secrets)) for note in message.notes)
    return replace(message, items=tuple(items), notes=tuple(notes))


def _outlets(tx: Connection, world: World, ids: Iterable[str]) -> dict[str, str]:
    """What the user calls the feeds that brought these articles; an aggregator says nothing of who published them."""
    found: dict[str, str] = {}
    for article in articles.find(tx, ids).values():
        feed = world.feed(article.feed) if article.feed else None
        if feed is not None and feed.kind is not SourceKind.AGGREGATOR:
            found[article.id] = feed.name
    return found
