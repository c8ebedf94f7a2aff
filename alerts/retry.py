"""When an undelivered message is tried again: pure arithmetic, no clock."""

from datetime import datetime, timedelta

from alerts.outcome import Outcome, OutcomeKind

LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))  # then every hour
HOURLY = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=48)
SHORTEST = timedelta(seconds=1)
LOCAL_KINDS = frozenset({"file", "console"})  # no greylisting, no rate limits: a full disk heals at any moment
LOCAL_STEP = timedelta(minutes=1)


def next_try(
    kind: str, outcome: Outcome, attempts: int, first_tried: datetime, now: datetime, *, repeated: bool = False
) -> datetime | None:
    """When to try again; None: never (sent, or dead).

    `kind` is the channel's, `attempts` counts those made, this one included, and `repeated` says that the message
    just sent was already marked as a possible repeat. An unknown outcome is resent once, marked; a second one is the
    end. A message is given up when it is 48 h old *and* has had every step of the ladder, so a machine that slept
    for three days, or a clock that jumped, does not kill it at its second attempt.
    """
    if outcome.kind in (OutcomeKind.SENT, OutcomeKind.DEAD):
        return None
    if outcome.kind is OutcomeKind.UNKNOWN:
        return None if repeated else now + LADDER[0]
    deadline = first_tried + GIVE_UP_AFTER
    if now >= deadline and attempts > len(LADDER):
        return None
    delay = _delay(kind, outcome, attempts)
    if attempts <= len(LADDER):
        return now + delay
    return now + min(delay, max(deadline - now, SHORTEST))  # the last try falls on the deadline itself


def _delay(kind: str, outcome: Outcome, attempts: int) -> timedelta:
    if outcome.retry_after is not None:
        return min(max(outcome.retry_after, SHORTEST), GIVE_UP_AFTER)
    step = LADDER[min(attempts, len(LADDER)) - 1] if attempts > 0 else LADDER[0]
    return min(step, LOCAL_STEP * 15) if kind in LOCAL_KINDS else step
