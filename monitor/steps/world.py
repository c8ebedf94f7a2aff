"""Everything a step needs of the outside, in one frozen value: swap a field and the product runs on fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from monitor.core.errors import StoreError
from monitor.core.types.audiences import Audience, Channel
from monitor.core.types.feeds import Feed
from monitor.steps.ports import (
    ArticleFetcher,
    Channels,
    Clock,
    FeedPoller,
    Log,
    Progress,
    Reader,
    Settings,
    Silence,
)
from monitor.steps.scarcity import off_loop
from monitor.store import claims
from monitor.store.store import Store

T = TypeVar("T")


def no_crash(_name: str) -> None:
    """Production's crash points do nothing."""


def no_watch(_progress: Progress) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class World:
    """The adapters, wired once by the daemon, the demo or a test.

    A reload is `dataclasses.replace(world, config=…, channels=…, packs=…)`.
    """

    store: Store
    clock: Clock
    config: Settings
    packs: Any  # monitor.packs: the lexicon, metrics and topics in force
    feeds: FeedPoller
    articles: ArticleFetcher
    reader: Reader
    channels: Channels
    log: Log = field(default_factory=Silence)
    watch: Callable[[Progress], None] = no_watch
    crash_point: Callable[[str], None] = no_crash  # chaos tests die here, by name
    worker: str = "local"  # names this process in logs
    _feeds: dict[str, Feed] = field(init=False, repr=False, compare=False)
    _owed: list[tuple[Table, str]] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_feeds", {feed.id: feed for feed in self.config.feeds})

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reading transaction, off the event loop."""

        def run() -> T:
            with self.store.read() as tx:
                return work(tx)

        return await off_loop(run)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one committed transaction, off the event loop; it may run again, so it must only use `tx`."""
        done = await off_loop(partial(self.store.transact, work))
        owed = self._owed[:]
        self._owed.clear()
        for table, token in owed:
            await self.give_back(table, token)
        return done

    async def give_back(self, table: Table, token: str) -> None:
        """Let go of what a claim holds after the database failed; as soon as it can be reached, if not now."""
        try:
            await off_loop(partial(self.store.transact, lambda tx: claims.give_back(tx, table, token)))
        except StoreError:
            self._owed.append((table, token))

    def feed(self, feed_id: str) -> Feed | None:
        """The configured feed of that id."""
        return self._feeds.get(feed_id)

    def audience(self, name: str) -> Audience | None:
        """The configured audience of that name."""
        return next((audience for audience in self.config.audiences if audience.name == name), None)

    def channel(self, audience: str, channel: str) -> Channel | None:
        """The configured channel of that audience."""
        found = self.audience(audience)
        return next((one for one in found.channels if one.id == channel), None) if found else None
