"""Digests that cannot be made: remembered, tried again now and then, and told wherever somebody can hear it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.timetable import next_digest
from monitor.core.types.audiences import Audience
from monitor.store import facts, outbox

OVERDUE = timedelta(days=3)
AT_ONCE = 3  # tries of a digest that cannot be made, before it is tried only now and then
AGAIN = timedelta(minutes=15)
_FAULT = "digest fault: "


@dataclass(frozen=True, slots=True)
class Overdue:
    """An audience that waits for a digest in vain.

    `since`: when what it waits for was committed; `fault`: why it could not be made, if so; `late`: due for longer than
    OVERDUE.
    """

    audience: str
    since: datetime
    fault: str = ""
    late: bool = False

    @property
    def words(self) -> str:
        """Two sentences: what is wrong, what to do."""
        what = f"The digest of {self.audience} has been due since {self.since:%d %B %H:%M} UTC and could not be made"
        if self.fault:
            return f"{what}: {self.fault}. Look for 'unforeseen' in the log."
        return f"{what}. Look into the log, and whether the daemon runs."


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is remembered of a digest that could not be made; `last`: its latest try."""

    since: datetime
    tries: int
    words: str
    last: datetime


def _known(tx: Connection, audience: str) -> _Fault | None:
    found = facts.get(tx, _FAULT + audience)
    if found is None:
        return None
    since, tries, words = json.loads(found[0])
    return _Fault(datetime.fromisoformat(since), tries, words, found[1])


def failed(tx: Connection, audience: str, words: str, now: datetime) -> None:
    """Remember that a digest could not be made, and since when."""
    known = _known(tx, audience)
    since, tries = (known.since, known.tries) if known else (now, 0)
    facts.put(tx, _FAULT + audience, json.dumps([since.isoformat(), tries + 1, words]), now)


def mended(tx: Connection, audience: str) -> None:
    """Forget it: the digest was made."""
    facts.drop(tx, _FAULT + audience)


def resting(tx: Connection, audience: str, now: datetime) -> bool:
    """Whether the digest failed so often and so lately that trying it again would only fill the log."""
    known = _known(tx, audience)
    return known is not None and known.tries >= AT_ONCE and known.last <= now < known.last + AGAIN


def waiting(tx: Connection, audiences: Sequence[Audience]) -> list[tuple[Audience, datetime, datetime | None]]:
    """The audiences with something to hear; with each, since when the oldest waits and when its last digest was."""
    since = {name: oldest for name, (_, oldest) in outbox.waiting_for(tx).items()}
    last = {one.name: one.last_digest for one in outbox.audience_states(tx)}
    return [(one, since[one.name], last[one.name]) for one in audiences if one.name in since and one.name in last]


def overdue(tx: Connection, audiences: Sequence[Audience], now: datetime) -> list[Overdue]:
    """The audiences whose digest failed at its last try, or has been due for days."""
    found = []
    for audience, since, last in waiting(tx, audiences):
        due = next_digest(audience.schedule, since, last)
        known = _known(tx, audience.name)
        late = min(known.since, due) if known else due
        if known or late + OVERDUE <= now:
            words = known.words if known else ""
            found.append(Overdue(audience.name, since, words, late=late + OVERDUE <= now))
    return found
