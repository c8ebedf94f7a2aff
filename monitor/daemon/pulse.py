"""Signs of life for whoever watches the watcher."""

from monitor.daemon.wiring import Outfit
from monitor.sources.errors import FetchError
from monitor.sources.http import Limits, Request
from monitor.store.upkeep import health

_LIMITS = Limits(seconds=10.0, bytes=16 * 1024, cut=True)


async def ping(outfit: Outfit) -> None:
    """Ask the dead-man's URL, if there is one, unless digests are lost: silence there is the alarm."""
    url = outfit.config.watch.ping_url
    if url is None:
        return
    world = outfit.world
    now = world.clock.now()
    state = await world.read(lambda tx: health(tx, now))
    if state.dead or state.parked_deliveries:
        world.log.warning("no sign of life given", reason="undelivered digests", dead=state.dead)
        return
    try:
        await outfit.fetcher.fetch(Request(url, limits=_LIMITS, secret=True))
    except FetchError as error:
        world.log.warning("the sign of life was not taken", error=str(error))
