"""Who is told what, when and how."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum

from monitor.core.types.ledger import ChangeKind, Direction, SourceKind


class ChannelKind(StrEnum):
    """How a digest travels."""

    EMAIL = "email"
    SLACK = "slack"
    WEBHOOK = "webhook"
    FILE = "file"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to one audience. `recipients` are addresses for email, one element otherwise.

    `settings` are the channel's own keys as strings (email: host, port, security, username, password, sender;
    slack and webhook: url, or token and channel; file: path). Values may be secret: never in repr, logs or errors.
    """

    id: str
    kind: ChannelKind
    recipients: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Schedule:
    """At once (`every` and `at` empty), every N, or at fixed times in a zone on some weekdays; quiet hours hold."""

    every: timedelta | None = None
    at: tuple[time, ...] = ()
    weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0
    zone: str = "UTC"
    quiet: tuple[time, time] | None = None  # local, may pass midnight


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Which changes an audience wants; the first rule whose `metrics` patterns match decides. Patterns are globs."""

    metrics: tuple[str, ...] = ("*",)
    min_absolute: Decimal | None = None
    min_percent: Decimal | None = None
    direction: Direction | None = None
    kinds: frozenset[ChangeKind] = frozenset(ChangeKind)
    sources: frozenset[SourceKind] = frozenset({SourceKind.PRIMARY, SourceKind.PRESS, SourceKind.AGGREGATOR})
    drop: bool = False  # matches and is never told


@dataclass(frozen=True, slots=True)
class Audience:
    """A group of people with one schedule, one set of rules and any number of channels."""

    name: str
    channels: tuple[Channel, ...]
    schedule: Schedule = Schedule()
    rules: tuple[AlertRule, ...] = (AlertRule(),)
    language: str = "en"
    show_conflicts: bool = False
