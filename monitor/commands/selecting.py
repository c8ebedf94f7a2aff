"""Which feeds a user means, and what the database knows of them."""

from difflib import get_close_matches
from pathlib import Path

from sqlalchemy.engine import make_url

from monitor.commands.shared import now, opened
from monitor.config import Config
from monitor.config.values import feed_id
from monitor.core.errors import FigurewatchError
from monitor.core.types.feeds import Feed
from monitor.sources.address import shown
from monitor.store import feeds
from monitor.store.feeds import FeedState


class NoSuchError(FigurewatchError):
    """What was named does not exist; the message says what does."""

    exit_code = 2


def pick_feeds(config: Config, wanted: list[str]) -> list[Feed]:
    """The configured feeds of these names, URLs or ids. Raises NoSuchError."""
    return [_pick(config, each) for each in wanted]


def feed_or_url(config: Config, wanted: str) -> Feed:
    """A configured feed, or a made-up one for any other URL. Raises NoSuchError."""
    try:
        return _pick(config, wanted)
    except NoSuchError:
        if wanted.startswith(("http://", "https://")):
            return Feed(id=feed_id(wanted), url=wanted, name=shown(wanted), shown=shown(wanted))
        raise


def _pick(config: Config, wanted: str) -> Feed:
    for feed in config.feeds:
        if wanted in (feed.id, feed.url, feed.shown) or wanted.casefold() == feed.name.casefold():
            return feed
    within = [feed for feed in config.feeds if wanted.casefold() in feed.name.casefold()]
    if len(within) == 1:
        return within[0]
    names = [feed.name for feed in (within or config.feeds)]
    close = [feed.name for feed in within] or get_close_matches(wanted, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "'figurewatch feeds list' shows all"
    raise NoSuchError(f"no feed is called {wanted!r}; {hint}")


def has_database(config: Config) -> bool:
    """Whether there is a database yet; opening a missing SQLite file would make one."""
    if not config.database_url.startswith("sqlite"):
        return True
    path = make_url(config.database_url).database
    return bool(path) and Path(path or "").is_file()


def known_states(config: Config) -> dict[str, FeedState]:
    """What is known of the feeds, by id; nothing before the first run."""
    if not has_database(config):
        return {}
    with opened(config) as store, store.read() as tx:
        return {state.id: state for state in feeds.states(tx)}


def revive(config: Config, wanted: list[Feed]) -> None:
    """Give feeds that were given up (gone, parked) or that fail another chance at once."""
    if not has_database(config):
        return
    with opened(config) as store, store.write() as tx:
        for feed in wanted:
            feeds.set_state(tx, feed.id, "active", now())
