"""Changes into the items of a message: values, periods and sources as people write them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

from alerts.message import Item, Message, Note, Point
from monitor.core.dedup import without_trackers
from monitor.core.judge import compare, rulings, timeline
from monitor.core.judge.kinds import direction_of, kind_of
from monitor.core.judge.values import SeriesHistory
from monitor.core.types.figures import Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Direction, Evidence, Reading
from monitor.core.wording import claim_text, difference_text, percent_text, period_text
from monitor.steps.ports import Reader
from monitor.steps.reports import watching
from monitor.store.outbox import StoredNote

LONGEST_QUOTE = 600
_POINTS = 40
_NOT_THE_COMPANY = frozenset({Status.ESTIMATE, Status.DENIED})


@dataclass(frozen=True, slots=True)
class Told:
    """A change about to be told: its reading, its series, and what the audience heard of it last.

    `outlet` is who published the reading, in the user's own words; "" leaves it to the publisher's domain.
    """

    change: Change
    reading: Reading
    history: SeriesHistory
    last_told: Claim | None = None
    outlet: str = ""


def message_of(
    audience: str, told: Sequence[Told], notes: Sequence[StoredNote], reader: Reader, now: datetime
) -> Message:
    """The digest. Its id is made of what it holds, so that the same content is never two digests."""
    parts = [audience, *(one.change.id for one in told), *(f"note {note.id}" for note in notes)]
    identity = blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
    return Message(
        id=identity,
        date=now.isoformat(),
        audience=audience,
        items=tuple(item_of(one, reader) for one in told),
        notes=_notes(notes),
    )


def _notes(stored: Sequence[StoredNote]) -> tuple[Note, ...]:
    """The notes as they are shown: the first polls of many sources are one line."""
    first = [note for note in stored if note.about is not None]
    rest = [_note(note) for note in stored if note.about is None]
    if len(first) > 1:
        text = watching([(note.about or "", note.amount or 0) for note in first])
        return (*rest, Note("summary", text))
    return (*rest, *(_note(note) for note in first))


def _note(stored: StoredNote) -> Note:
    """A story's link is cleaned as a change's is; a feed's own address stays as its owner wrote it."""
    url = without_trackers(stored.url) if stored.url and stored.kind == "conflict" else stored.url
    return Note(stored.kind, stored.text, url)


def item_of(told: Told, reader: Reader) -> Item:
    """One change with its evidence: old -> new, who said it, the sentence, the link."""
    change, reading = told.change, told.reading
    old, unit = _old(told), change.series.unit
    kind, direction, reason = _seen(change, old)
    title, short = reader.title(change.series.metric)
    evidence = reading.evidence[0]
    quote, start, end = cut_quote(evidence)
    publishers, languages = _elsewhere(told)
    return Item(
        change_id=change.id,
        metric=change.series.metric,
        title=title,
        period=period_text(change.series.period),
        old=claim_text(old, unit) if old else None,
        new=claim_text(change.new, unit) if change.new else None,
        difference=difference_text(old, change.new, unit),
        percent=percent_text(old, change.new),
        kind=kind.value,
        direction=direction.value if direction else None,
        status=change.status.value,
        speaker=reading.speaker,
        quote=quote,
        number=(start, end),
        quote_language=reading.language,
        source=told.outlet or reading.publisher,
        url=without_trackers(evidence.url),
        published=reading.at.date().isoformat(),
        other_outlets=publishers,
        languages=languages,
        points=_points(told, reader),
        reason=reason,
        explain=f"figurewatch explain {change.id}",
        short=short,
    )


def cut_quote(evidence: Evidence, limit: int = LONGEST_QUOTE) -> tuple[str, int, int]:
    """The quote, cut around the number when it is long, and where the number stands in it."""
    quote, start, end = evidence.quote, evidence.number_start, evidence.number_end
    if len(quote) <= limit:
        return quote, start, end
    room = max(limit - (end - start) - 2, 0) // 2
    first, last = max(start - room, 0), min(end + room, len(quote))
    head, tail = ("…" if first else ""), ("…" if last < len(quote) else "")
    shift = len(head) - first
    return f"{head}{quote[first:last]}{tail}", start + shift, end + shift


def _old(told: Told) -> Claim | None:
    """What the reader knows as the old value: what this audience was told last, if it missed steps since."""
    if told.change.old is None or told.last_told is None or told.change.kind is ChangeKind.CORRECTED:
        return told.change.old
    return told.last_told


def _seen(change: Change, old: Claim | None) -> tuple[ChangeKind, Direction | None, str]:
    """Kind, direction and reason for a reader who knows `old`: what the ledger saw raised may be lowered to him."""
    unit = change.series.unit
    if old is None or change.old is None or change.new is None or claim_text(old, unit) == claim_text(change.old, unit):
        return change.kind, change.direction, change.reason
    reason = f"{change.reason}; last told here: {claim_text(old, unit)}"
    return kind_of(old, change.new), direction_of(old, change.new), reason


def _elsewhere(told: Told) -> tuple[int, tuple[str, ...]]:
    """How many other publishers print the new value and not the old; in which languages, the quoted one first."""
    new, old = told.change.new, told.change.old
    mine = told.reading
    same = [
        one
        for one in told.history.readings
        if new is not None
        and _prints(one, new)
        and not (old is not None and _prints(one, old))  # "up to 135" repeats 115-135 and lies within 125-145
        and (one.status not in _NOT_THE_COMPANY or one.status is mine.status)
    ]
    others = {one.publisher for one in same if one.publisher} - {mine.publisher}
    languages = dict.fromkeys([mine.language, *sorted({one.language for one in same})])
    return len(others), tuple(language for language in languages if language)


def _prints(reading: Reading, value: Claim) -> bool:
    return (reading.claim.low is not None or reading.claim.high is not None) and compare(value, reading.claim).quiet


def _points(told: Told, reader: Reader) -> tuple[Point, ...]:
    """The settled values of the series over time, up to this change."""
    key = told.change.series
    steps = timeline(told.history.readings, reader.rules(key.metric), rulings(told.history)).steps
    return tuple(
        Point(step.at.date().isoformat(), _float(step.new.low), _float(step.new.high),
              claim_text(step.new, key.unit), step.status.value)
        for step in steps[-_POINTS:]
        if step.at <= told.change.at
    )  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
