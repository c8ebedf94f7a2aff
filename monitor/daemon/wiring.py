"""Real adapters for a configuration: what the daemon, `once` and the demo hand to the steps as their World."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.config import Config
from monitor.core.types.audiences import Audience
from monitor.daemon.knowing import packs_of
from monitor.daemon.opening import open_store
from monitor.daemon.posting import poster
from monitor.daemon.process_reader import ProcessReader
from monitor.daemon.process_renderer import ProcessRenderer
from monitor.daemon.reading import ThreadReader
from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.http import HttpFetcher
from monitor.sources.pace import Pace
from monitor.sources.places import places_of
from monitor.sources.robots import Robots
from monitor.sources.workers import Workers
from monitor.steps.outside import SourceArticles, SourceFeeds
from monitor.steps.ports import Clock, Log, Progress, Sender, Silence
from monitor.steps.world import World, no_crash, no_watch
from monitor.store.store import Store

__all__ = [
    "Outfit", "SystemClock", "ThreadReader", "crash_point", "open_store", "outfit", "packs_of", "refit", "transport_of",
]  # fmt: skip

PROJECT_URL = "https://pypi.org/project/figurewatch/"


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """This instant in UTC."""
        return datetime.now(UTC)


class OpenChannels:
    """The channels of all audiences, opened once for a configuration."""

    def __init__(self, senders: Mapping[tuple[str, str], Sender]) -> None:
        self._senders = senders

    def get(self, audience: str, channel: str) -> Sender | None:
        """None when the configuration no longer has it."""
        return self._senders.get((audience, channel))


class EveryPage(Robots):
    """For users who switched robots.txt off."""

    async def check(self, url: str) -> None:
        """Every page may be opened."""


def transport_of(config: Config) -> WebTransport:
    """The way to the network: guarded, and through the proxy if there is one."""
    polling = config.polling
    return WebTransport(Guard(config.allow_hosts), connections=polling.connections, proxy=polling.proxy)


def crash_point(env: Mapping[str, str]) -> Callable[[str], None]:
    """What the steps call at their named points: dies at `FIGUREWATCH_CRASH_AT=NAME` or `NAME:N` (the Nth time).

    The process ends as by kill -9: no clean-up, no last words. For tests.
    """
    name, _, count = env.get("FIGUREWATCH_CRASH_AT", "").partition(":")
    if not name:
        return no_crash
    left = int(count or "1")

    def point(here: str) -> None:
        nonlocal left
        if here == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return point


@dataclass(frozen=True, slots=True)
class Outfit:
    """A World and what has to be closed after it."""

    world: World
    config: Config
    fetcher: HttpFetcher
    workers: Workers
    reader: ProcessReader
    renderer: ProcessRenderer

    async def aclose(self) -> None:
        """Close connections and end workers. The store stays the caller's."""
        await self.fetcher.aclose()
        await self.workers.aclose()
        await self.reader.aclose()
        await self.renderer.aclose()


def outfit(
    config: Config,
    store: Store,
    *,
    clock: Clock | None = None,
    log: Log | None = None,
    watch: Callable[[Progress], None] = no_watch,
    env: Mapping[str, str] = os.environ,
) -> Outfit:
    """Wire everything for `config`. Raises FigurewatchError when a pack or channel cannot be used."""
    clock = clock or SystemClock()
    pace = Pace(places=places_of(config.polling.connections))
    fetcher = HttpFetcher(transport_of(config), contact=config.contact or "", pace=pace, now=clock.now)
    workers = Workers()
    robots = (Robots if config.polling.robots else EveryPage)(fetcher, clock.now, pace.slow_down)
    reader = ProcessReader(config.metrics, config.topics)
    renderer = ProcessRenderer()
    world = World(
        store=store,
        clock=clock,
        config=config,
        packs=None,  # they live in the reader's process
        feeds=SourceFeeds(fetcher, workers, clock),
        articles=SourceArticles(fetcher, workers, robots, clock),
        reader=reader,
        channels=channels_of(config.audiences, fetcher, renderer, clock),
        log=log or Silence(),
        watch=watch,
        crash_point=crash_point(env),
        worker=f"{os.getpid()}",
    )
    return Outfit(world, config, fetcher, workers, reader, renderer)


def refit(old: Outfit, config: Config) -> Outfit:
    """The outfit for a new configuration on the same store, clock and log; the old one is to be closed once idle."""
    new = outfit(config, old.world.store, clock=old.world.clock, log=old.world.log, watch=old.world.watch)
    return replace(new, world=replace(new.world, crash_point=old.world.crash_point))


def _say(text: str) -> None:
    """Standard output, at once: under a service manager it is a file or pipe."""
    sys.stdout.write(text)
    sys.stdout.flush()


def channels_of(
    audiences: tuple[Audience, ...], fetcher: HttpFetcher, render: ProcessRenderer, clock: Clock
) -> OpenChannels:
    """Open every channel. Raises FigurewatchError naming audience, setting and remedy."""
    from alerts.channels import ChannelConfigError, open_channel
    from monitor.core.errors import FigurewatchError

    post = poster(fetcher)
    senders: dict[tuple[str, str], Sender] = {}
    for audience in audiences:
        for channel in audience.channels:
            try:
                senders[audience.name, channel.id] = open_channel(
                    channel.kind, channel.id, dict(channel.settings), post=post, brand_url=PROJECT_URL, render=render,
                    now=clock.now, write=_say,
                )  # fmt: skip
            except ChannelConfigError as error:
                raise FigurewatchError(f"alerts: {audience.name}: {error}") from None
    return OpenChannels(senders)
