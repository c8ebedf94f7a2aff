"""The order of the ledger: by publication, never by arrival; and which version of an article counts."""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import Reading, SourceKind


def is_silent(reading: Reading) -> bool:
    """Whether a reading fills the ledger without ever being told: first polls, seeds, and what has no quote."""
    return reading.background or reading.source is SourceKind.SEED or not reading.evidence


def is_baseline(reading: Reading) -> bool:
    """Whether a reading is known from the start: silent for where it came from, not for its part in the article."""
    return is_silent(reading) and (reading.role is Role.NEWS or reading.source is SourceKind.SEED)


def is_withdrawal(reading: Reading) -> bool:
    """Whether a reading says that its article no longer prints the figure (see `decide.withdrawals`)."""
    return reading.claim.low is None and reading.claim.high is None and reading.status is Status.DENIED


def _rank(reading: Reading, reporting: frozenset[str]) -> int:
    """Of readings published at one instant: what an article calls old comes first, then what was known, then news.

    Background comes last, so that a passing mention never hides the news of the same day; so does an old value
    quoted by an article that reports no new one.
    """
    if reading.role is Role.PRIOR and reading.article in reporting:
        return 0
    if reading.role is not Role.NEWS:
        return 3
    return 1 if is_silent(reading) else 2


def ledger_order(readings: Iterable[Reading]) -> list[Reading]:
    """By publication; at one instant by role, then by when the daemon saw them, then by id: total and deterministic."""
    rows = list(readings)
    reporting = frozenset(one.article for one in rows if one.role is Role.NEWS)
    return sorted(rows, key=lambda r: (r.at, _rank(r, reporting), r.seen_at, r.id))


def current_versions(readings: Iterable[Reading]) -> list[Reading]:
    """Without the readings that a later fetch of the same article replaced or withdrew, and without doubles."""
    by_id: dict[str, Reading] = {}
    for reading in sorted(readings, key=_content):
        by_id.setdefault(reading.id, reading)
    newest: dict[tuple[str, Role], datetime] = {}
    for reading in by_id.values():
        key = (reading.article, _role(reading))
        newest[key] = max(newest.get(key, reading.seen_at), reading.seen_at)
    return [
        reading
        for reading in by_id.values()
        if reading.seen_at == newest[reading.article, _role(reading)] and not is_withdrawal(reading)
    ]


def _content(reading: Reading) -> tuple[str, ...]:
    """Which of two records under one id counts: the one seen first, and of those one chosen by content alone."""
    moments = (reading.seen_at.isoformat(), reading.at.isoformat())
    return (*moments, reading.status, reading.source, reading.publisher, reading.text_group, str(reading.background))


def _role(reading: Reading) -> Role:
    """The old value beside the new one is a statement of its own; news and background are two views of one."""
    return Role.PRIOR if reading.role is Role.PRIOR else Role.NEWS
