"""What must happen before the first round: the work of a dead predecessor is freed, the configuration made known."""

from sqlalchemy import Connection

from monitor.steps.world import World
from monitor.store import claims, feeds, outbox
from monitor.store.schema import deliveries, entries, refetches
from monitor.store.schema import feeds as feeds_table


async def take_over(world: World) -> None:
    """Begin as the only daemon on a SQLite file: what a dead predecessor held is free at once, as is its queue."""
    if world.store.dialect == "sqlite":
        tables = (feeds_table, entries, refetches, deliveries)
        await world.write(lambda tx: claims.release(tx, tables))
    await sync(world)


async def sync(world: World) -> None:
    """Bring the database in line with the configuration: at the start, and after each reload."""
    now = world.clock.now()

    def work(tx: Connection) -> None:
        feeds.sync(tx, world.config.feeds, now)
        outbox.sync_audiences(tx, world.config.audiences, now)

    await world.write(work)
