"""What became of one attempt to send one message to one recipient."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class OutcomeKind(StrEnum):
    """`retry`: surely not delivered, may work later. `unknown`: may have arrived; only a marked repeat is allowed."""

    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` is for people and carries no secret. `retry_after` is the receiver's own wish.

    `parts` counts the parts of a split message (Slack) that have arrived: pass it to the next `send` as `done`, and
    they are not sent twice.
    """

    kind: OutcomeKind
    detail: str
    retry_after: timedelta | None = None
    parts: int = 0


def sent(detail: str, *, parts: int = 0) -> Outcome:
    """The receiver has taken the message."""
    return Outcome(OutcomeKind.SENT, detail, parts=parts)


def retry(detail: str, *, retry_after: timedelta | None = None, parts: int = 0) -> Outcome:
    """Not delivered; worth another try."""
    return Outcome(OutcomeKind.RETRY, detail, retry_after, parts)


def dead(detail: str, *, parts: int = 0) -> Outcome:
    """Not delivered, and trying again would change nothing."""
    return Outcome(OutcomeKind.DEAD, detail, parts=parts)


def unknown(detail: str, *, parts: int = 0) -> Outcome:
    """The answer was lost after the message had left."""
    return Outcome(OutcomeKind.UNKNOWN, detail, parts=parts)
