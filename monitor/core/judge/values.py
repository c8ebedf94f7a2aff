"""What the judge works on and what it finds: histories, settled values, steps and values held back."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.types.figures import Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Conflict, Direction, Reading, SeriesKey


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """All that the ledger holds of one series: every reading, every change ever told, every conflict."""

    readings: tuple[Reading, ...] = ()
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a series stands.

    `claim` is the most precise print of the settled value, `reading` the reading it was taken from; `since` is the
    publication time of the reading that first had this value; `outlets` counts independent sources.
    """

    series: SeriesKey
    claim: Claim
    status: Status
    reading: str
    since: datetime
    confirmed: datetime
    outlets: int
    primary: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a series, in the order of publication.

    `loud` False: never told; `baseline`: because it was known from the start (first poll, seed), not for its role.
    """

    reading: str
    kind: ChangeKind
    direction: Direction | None
    old: Claim | None
    old_status: Status | None
    new: Claim
    status: Status
    at: datetime
    loud: bool
    baseline: bool
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A value held back. `backers` are the (publisher, text group) pairs that print it."""

    claim: Claim
    status: Status
    readings: tuple[str, ...]
    backers: frozenset[tuple[str, str]]
    at: datetime
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the timeline says of one reading. `released`: the values held back that this reading resolved."""

    code: str
    reason: str
    step: Step | None = None
    held: Held | None = None
    released: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """A series told from its readings alone: the same for every order in which they arrived."""

    steps: tuple[Step, ...]
    verdicts: dict[str, Verdict]
    held: tuple[Held, ...]
    settled: Settled | None
