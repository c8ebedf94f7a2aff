"""Fakes of everything the steps ask of the outside: programmable, in memory, never a mock.

Texts of fake articles say their figures outright, one a line: `meta.capex 2025 USD 64e9..72e9 guidance news`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from samples import NOON, audience, feed

from alerts.channels.base import Arrived
from alerts.message import Message
from alerts.outcome import Outcome, sent
from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Article, Entry, Feed, Validators
from monitor.core.types.figures import (
    Figure,
    Modifier,
    Period,
    PeriodKind,
    PeriodSource,
    Quantity,
    Role,
    Status,
    Story,
)
from monitor.core.types.ledger import MetricRules
from monitor.steps.ports import Gate, Polled, PollKind, Progress, Visit
from monitor.steps.world import World, no_crash
from monitor.store.store import Store

_LINE = re.compile(r"^(\S+) (\S+) (\S+) (\S+?)(?:\.\.(\S+))? (\w+) (\w+)$", re.MULTILINE)


@dataclass
class FakeClock:
    """Stands still until told to move."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class FakeSettings:
    feeds: tuple[Feed, ...] = ()
    audiences: tuple[Audience, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass
class FakeFeeds:
    """Answers of each feed in turn, the last for ever. An exception among them is raised."""

    answers: dict[str, list[Polled | Exception]] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)

    async def poll(self, visit: Visit) -> Polled:
        self.visits.append(visit)
        waiting = self.answers.get(visit.feed.id, [])
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0] if waiting else Polled(PollKind.UNCHANGED)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class FakeArticles:
    """Pages by URL: an article, an exception to raise, or nothing (the entry's own text)."""

    pages: dict[str, Article | Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, entry: Entry, gate: Gate) -> Article | None:
        url = entry.url or ""
        self.fetched.append(url)
        page = self.pages.get(url)
        if isinstance(page, Exception):
            raise page
        if page is None:
            page = Article(url, url, entry.title, entry.content, entry.language, entry.published, "page", "one.example")
        return page if gate(page.title, page.text) else None


@dataclass(frozen=True)
class FakeRelevance:
    matched: bool
    topic: str | None
    reason: str
    near_miss: bool = False


@dataclass(frozen=True)
class FakeReading:
    figures: tuple[Figure, ...]
    language: str


@dataclass
class FakeReader:
    """Reads the figures that a text says outright. A text that holds "irrelevant" is, "nearly" too, "boom" raises."""

    fault: Callable[[str], None] = lambda _text: None

    def assess(self, title: str, summary: str, text: str, language: str | None) -> FakeRelevance:
        if "nearly" in f"{title} {summary} {text}":
            return FakeRelevance(False, "ai", "something was missing", near_miss=True)
        if "irrelevant" in f"{title} {summary} {text}":
            return FakeRelevance(False, None, "nothing in it is watched")
        return FakeRelevance(True, "ai", "matched")

    async def read(self, story: Story) -> FakeReading:
        if "boom" in story.text:
            raise ValueError("a bug in the reader")
        self.fault(story.text)
        return FakeReading(tuple(figures_in(story.text)), story.language or "en")

    def rules(self, metric: str) -> MetricRules:
        if metric == "broken.rules":
            raise ValueError("a bug in the rules")
        return MetricRules(metric)

    def title(self, metric: str) -> tuple[str, str]:
        return f"Title of {metric}", metric


def figures_in(text: str) -> list[Figure]:
    """The figures of a fake text."""
    return [_figure(text, match) for match in _LINE.finditer(text)]


def _figure(text: str, match: re.Match[str]) -> Figure:
    metric, period, unit, low, high, status, role = match.groups()
    bottom, top = Decimal(low), Decimal(high or low)
    start, end = match.span(4)
    end = match.span(5)[1] if high else end
    quantity = Quantity(start, end, text[start:end], bottom, top, Decimal(1), Decimal(1), unit,
                        Modifier.RANGE if high else Modifier.EXACT)  # fmt: skip
    when = None if period == "-" else Period(period, PeriodKind.YEAR, PeriodSource.CLAUSE)
    return Figure(quantity, metric, when, Status(status), Role(role), "Susan Li", match.group(0), match.start(), "en",
                  (), "fake")  # fmt: skip


@dataclass
class FakeChannel:
    """Takes messages of so many parts; outcomes in turn, the last for ever."""

    outcomes: list[Outcome | Exception] = field(default_factory=list)
    got: list[tuple[Message, str, int]] = field(default_factory=list)
    parts: int = 1

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        self.got.append((message, recipient, done))
        if arrived is not None:
            for number in range(done + 1, self.parts):
                await arrived(number)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0] if self.outcomes else sent("250")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class FakeChannels:
    open: dict[tuple[str, str], FakeChannel] = field(default_factory=dict)

    def get(self, audience: str, channel: str) -> FakeChannel | None:
        return self.open.get((audience, channel))


@dataclass
class FakeLog:
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, **values: object) -> None:
        self.lines.append((event, values))

    warning = error = info


@dataclass
class Scene:
    """A world of fakes with handles to all of them."""

    world: World
    clock: FakeClock
    feeds: FakeFeeds
    articles: FakeArticles
    channels: FakeChannels
    reader: FakeReader
    log: FakeLog
    progress: list[Progress]

    def feed_gives(self, *found: Entry, feed: str = "one", **changed: object) -> None:
        """The next visit to the feed finds these entries."""
        answer = Polled(PollKind.FRESH, tuple(found), items=tuple(one.key for one in found),
                        validators=Validators(etag=f"e{len(found)}"))  # fmt: skip
        self.feeds.answers[feed] = [replace(answer, **changed)]

    def feed_fails(self, error: str = "404: not found", feed: str = "one", **changed: object) -> None:
        self.feeds.answers[feed] = [replace(Polled(PollKind.FAILED, error=error), **changed)]

    def channel(self, audience: str = "desk", channel: str | None = None) -> FakeChannel:
        return self.channels.open[audience, channel or f"{audience}.email"]

    def dies_at(self, name: str) -> "Scene":
        """The same scene, killed at a crash point."""

        def die(point: str) -> None:
            if point == name:
                raise KilledError(point)

        return replace(self, world=replace(self.world, crash_point=die))

    def alive(self) -> "Scene":
        return replace(self, world=replace(self.world, crash_point=no_crash))


class KilledError(BaseException):
    """Stands for SIGKILL: nothing may catch it."""


def scene(
    store: Store | None = None,
    *,
    feeds: Sequence[Feed] = (feed(),),
    audiences: Sequence[Audience] = (audience(),),
) -> Scene:
    """A world of fakes on `store` (in memory when None)."""
    clock, poller, pages, channels = FakeClock(), FakeFeeds(), FakeArticles(), FakeChannels()
    reader, log, progress = FakeReader(), FakeLog(), []
    for one in audiences:
        for channel in one.channels:
            channels.open[one.name, channel.id] = FakeChannel()
    world = World(
        store=store or Store.open("sqlite://"),
        clock=clock,
        config=FakeSettings(tuple(feeds), tuple(audiences)),
        packs=None,
        feeds=poller,
        articles=pages,
        reader=reader,
        channels=channels,
        log=log,
        watch=progress.append,
    )
    return Scene(world, clock, poller, pages, channels, reader, log, progress)
