"""What the steps ask of the outside world: protocols whose docstrings are the contract, and their values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from alerts.channels.base import Arrived
from alerts.message import Message
from alerts.outcome import Outcome
from monitor.core.schedule import Hints
from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Article, Entry, Feed, Validators
from monitor.core.types.figures import Figure, Story
from monitor.core.types.ledger import MetricRules


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class Settings(Protocol):
    """What the steps use of the configuration."""

    @property
    def feeds(self) -> tuple[Feed, ...]: ...

    @property
    def audiences(self) -> tuple[Audience, ...]: ...

    @property
    def secrets(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """A feed about to be polled. `url` is where it lives by now; `items`: hashes of those seen last, in one line."""

    feed: Feed
    url: str
    validators: Validators
    items: str = ""

    @property
    def known(self) -> frozenset[str]:
        """The hashes of the items seen last time; taken apart only where there is a document to compare them with."""
        return frozenset(self.items.split())


class PollKind(StrEnum):
    """How a visit ended."""

    FRESH = "fresh"  # parsed; `entries` are those of items not in `known`
    UNCHANGED = "unchanged"  # 304, or the same body
    FAILED = "failed"
    GONE = "gone"  # 410: never ask again


@dataclass(frozen=True, slots=True)
class Polled:
    """What came of a visit. Never an exception for anything a server, a network or a document can do."""

    kind: PollKind
    entries: tuple[Entry, ...] = ()
    items: tuple[str, ...] = ()  # hashes of all items of the document: `known` at the next visit
    validators: Validators = field(default_factory=Validators)
    moved_to: str | None = None  # a permanent redirect's target; only with FRESH or UNCHANGED
    wait: timedelta | None = None  # Retry-After
    fresh: timedelta | None = None  # how long the answer is fresh, by its headers
    hints: Hints = field(default_factory=Hints)  # what the document says of its own rhythm
    error: str = ""  # in words for people: what is wrong, what to do
    problems: tuple[str, ...] = ()  # the same for what did not keep it from being read
    unread: tuple[str, ...] = ()  # the first words of items that could not be read
    whole: bool = True  # False: the document breaks off, and more of it may come at the next visit


class FeedPoller(Protocol):
    """Fetches and parses one feed."""

    async def poll(self, visit: Visit) -> Polled: ...


class Unreadable(Exception):  # noqa: N818  it says what the article is
    """An article cannot be had. `permanent`: asking again is useless. `wait`: the server's own wish."""

    def __init__(self, words: str, *, permanent: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.permanent = permanent
        self.wait = wait


Gate = Callable[[str, str], bool]  # title and a page's cheap text -> worth a proper extraction?


class ArticleFetcher(Protocol):
    """Gets the text of an entry's page."""

    async def fetch(self, entry: Entry, gate: Gate) -> Article | None:
        """The article; None when `gate` said no to the page's cheap text. Raises Unreadable."""
        ...


class Reading(Protocol):
    """A text, read: the part of core.read's StoryReading that the steps use."""

    @property
    def figures(self) -> tuple[Figure, ...]: ...

    @property
    def language(self) -> str: ...


class Relevance(Protocol):
    """Whether a text is about what is watched: the part of core.relevance's answer that the steps use."""

    @property
    def matched(self) -> bool: ...

    @property
    def topic(self) -> str | None: ...

    @property
    def reason(self) -> str: ...

    @property
    def near_miss(self) -> bool: ...


class Reader(Protocol):
    """What the packs know: relevance, figures, and what each metric is called and may be."""

    def assess(self, title: str, summary: str, text: str, language: str | None) -> Relevance:
        """Whether the text is about what is watched. Pure."""
        ...

    async def read(self, story: Story) -> Reading:
        """The figures of a story; may be read in another thread or process."""
        ...

    def rules(self, metric: str) -> MetricRules:
        """What the judge must know of a metric, by its id in the ledger."""
        ...

    def title(self, metric: str) -> tuple[str, str]:
        """A metric in plain words, in full and short: ("Meta: capital expenditure", "Meta capex")."""
        ...


class Sender(Protocol):
    """An open channel: `alerts.channels.base.ChannelSender`."""

    async def send(
        self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None
    ) -> Outcome: ...


class Channels(Protocol):
    """The open channels by audience and channel id."""

    def get(self, audience: str, channel: str) -> Sender | None:
        """None when the configuration no longer has it."""
        ...


class Log(Protocol):
    """Structured logging, structlog's way."""

    def info(self, event: str, **values: Any) -> Any: ...

    def warning(self, event: str, **values: Any) -> Any: ...

    def error(self, event: str, **values: Any) -> Any: ...


class Silence:
    """A log that nobody reads."""

    def info(self, event: str, **values: Any) -> None:
        """Say nothing."""

    def warning(self, event: str, **values: Any) -> None:
        """Say nothing."""

    def error(self, event: str, **values: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is: `done` of `total` (None: not known) and the thing just dealt with."""

    step: str  # poll, read, digest, deliver
    done: int
    total: int | None
    label: str = ""


Watch = Callable[[Progress], None]
