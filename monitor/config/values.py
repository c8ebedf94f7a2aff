"""The configuration as the rest of the product sees it: frozen, complete, checked."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from monitor.core.types.audiences import Audience, Channel, ChannelKind
from monitor.core.types.feeds import Feed


@dataclass(frozen=True, slots=True)
class Polling:
    """How feeds are asked. A feed's own `every`, or the one for all, has gone into Feed.every."""

    connections: int = 128  # at once, over all hosts; one a host
    robots: bool = True  # article pages only where robots.txt lets us
    proxy: str | None = field(default=None, repr=False)  # where every request goes; may carry a password

    @property
    def proxy_shown(self) -> str:
        """The proxy's address as it may be shown."""
        scheme, _, place = (self.proxy or "").partition("://")
        return f"{scheme}://{place.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what no figure rests on is kept."""

    entries: timedelta = timedelta(days=180)
    articles: timedelta = timedelta(days=365)
    digests: timedelta = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Watch:
    """When the owner is told of trouble."""

    silent_after: timedelta = timedelta(days=7)  # the shortest time after which a source counts as silent
    ping_url: str | None = field(default=None, repr=False)  # dead-man's switch: asked after each healthy round


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that feeds.yaml and the environment say. Paths are absolute."""

    path: Path
    feeds: tuple[Feed, ...]
    audiences: tuple[Audience, ...]
    data_dir: Path
    database_url: str = field(repr=False)  # SQLAlchemy URL; may carry a password
    seeds_dir: Path
    contact: str | None = None  # in the User-Agent, for webmasters
    allow_hosts: frozenset[str] = frozenset()  # "host:port" of private or loopback servers that may be contacted
    polling: Polling = Polling()
    metrics: tuple[Path, ...] = ()  # the user's own metric packs
    topics: tuple[Path, ...] = ()  # the user's own topic packs
    retention: Retention = Retention()
    watch: Watch = Watch()
    secrets: tuple[str, ...] = field(default=(), repr=False)  # expanded values, to be blanked from logs

    @property
    def enabled_feeds(self) -> tuple[Feed, ...]:
        """The feeds to poll."""
        return tuple(feed for feed in self.feeds if feed.enabled)


def feed_id(url: str) -> str:
    """12 hexadecimal digits of the URL as written: survives reordering and renaming."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def console_audience() -> Audience:
    """Who is told when nobody is configured: whoever looks at the terminal."""
    return Audience(name="console", channels=(Channel("console.console", ChannelKind.CONSOLE, ("console",)),))
