"""Replays stories through the daemon's own read step on a throw-away ledger: each story's date is the clock.

Only the edges differ from the daemon's: stories enter as entries of one feed, their pages give back their texts, and
the clock stands where the story stands. What a replay tells is what the daemon would have told.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b

from sqlalchemy import Connection

from monitor.core.errors import FigurewatchError
from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Article, Entry, Feed
from monitor.core.types.figures import Story
from monitor.core.types.ledger import Change, Reading, SourceKind
from monitor.steps.ports import Gate, Polled, PollKind, Reader, Visit
from monitor.steps.read import read_due
from monitor.steps.world import World
from monitor.store import entries, feeds, ledger
from monitor.store.ledger import Verdict
from monitor.store.store import Store

FEED = Feed(id="replay", url="https://replay.invalid/feed", name="Replay", kind=SourceKind.PRESS)
_UNDATED = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one story. `outcome` and `reason` say what the read step made of it as a whole.

    `verdicts` holds the judge's word on each of its readings, `alerts` what is told, with its reading.
    """

    story: Story
    outcome: str
    reason: str
    verdicts: tuple[Verdict, ...]
    alerts: tuple[tuple[Change, Reading], ...]


@dataclass(slots=True)
class _Clock:
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class _Settings:
    feeds: tuple[Feed, ...] = (FEED,)
    audiences: tuple[Audience, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _NoFeeds:
    async def poll(self, visit: Visit) -> Polled:
        return Polled(PollKind.UNCHANGED, validators=visit.validators)


@dataclass(slots=True)
class _Pages:
    """The pages of the stories: each gives back its text."""

    stories: dict[str, Story] = field(default_factory=dict)

    async def fetch(self, entry: Entry, gate: Gate) -> Article | None:
        story = self.stories[entry.key]
        if not gate(story.title, story.text):
            return None
        url = _url(story)
        return Article(url, url, story.title, story.text, story.language, entry.published, "file", _publisher(story))


class _NoChannels:
    def get(self, audience: str, channel: str) -> None:
        """Nobody is told of a replay."""


async def replay(
    stories: Sequence[Story], reader: Reader, packs: object, *, watch: Callable[[str], None] = lambda _id: None
) -> tuple[Told, ...]:
    """Feed the stories, in their order, to an empty ledger in memory. `watch` hears of each story that is done.

    Raises FigurewatchError when a story cannot be read at all: a replay that leaves stories out would tell too little.
    """
    store = Store.open("sqlite://")
    try:
        clock, pages = _Clock(), _Pages({story.id: story for story in stories})
        world = World(store, clock, _Settings(), packs, _NoFeeds(), pages, reader, _NoChannels())
        await world.write(lambda tx: feeds.sync(tx, world.config.feeds, clock.now()))
        told: list[Told] = []
        seen: set[str] = set()
        for place, at in enumerate(_instants(stories)):
            clock.at = at
            told.append(await _one(world, stories[place], seen))
            seen |= {change.id for change, _ in told[-1].alerts}
            watch(stories[place].id)
        return tuple(told)
    finally:
        store.close()


async def _one(world: World, story: Story, seen: AbstractSet[str]) -> Told:
    """Let one story in, read it, and look up what was decided. `seen`: the changes told before."""
    now = world.clock.now()
    entry = Entry(story.id, story.id, _url(story), story.title, "", "", now, story.language, _publisher(story))
    await world.write(lambda tx: entries.add(tx, FEED.id, [entry], now, background=False))
    await read_due(world)

    def found(tx: Connection) -> Told:
        stored = next(one for one in entries.by_url(tx, _url(story)) if one.entry.key == story.id)
        if stored.state != "done":
            raise FigurewatchError(f"{story.id}: {stored.reason}; this is a fault of the program")
        if stored.article is None or stored.outcome == "known":
            return Told(story, stored.outcome or stored.state, stored.reason or "", (), ())
        verdicts = ledger.verdicts(tx, article=stored.article)
        changes = ledger.changes_of(tx, {one.change for one in verdicts if one.change is not None} - seen)
        readings = ledger.readings_of(tx, {change.reading for change in changes.values()})
        order = {one.change: place for place, one in enumerate(verdicts)}
        fresh = sorted(changes.values(), key=lambda change: order[change.id])
        alerts = tuple((change, readings[change.reading]) for change in fresh)
        return Told(story, stored.outcome or "", stored.reason or "", tuple(verdicts), alerts)

    return await world.read(found)


def _instants(stories: Sequence[Story]) -> list[datetime]:
    """When each story appears: its date, and within a date the order of the file; undated ones with the one before.

    Those before the first date appear on it.
    """
    seen: dict[date, int] = {}
    instants, day = [], next((story.date for story in stories if story.date), _UNDATED)
    for story in stories:
        day = story.date or day
        seen[day] = seen.get(day, -1) + 1
        instants.append(datetime.combine(day, time(6), UTC) + timedelta(seconds=seen[day]))
    return instants


def _url(story: Story) -> str:
    return f"https://{_publisher(story)}/story"


def _publisher(story: Story) -> str:
    """Each story counts as an outlet of its own: a stories file does not say who published what."""
    return f"{blake2b(story.id.encode(), digest_size=12).hexdigest()}.invalid"
