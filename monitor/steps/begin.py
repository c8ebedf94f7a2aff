"""What must happen before the first round: the work of a dead predecessor is freed, the configuration made known."""

from sqlalchemy import Connection

from monitor.steps.scarcity import off_loop
from monitor.steps.world import World
from monitor.store import claims, feeds, outbox, presence
from monitor.store.schema import deliveries, entries, refetches
from monitor.store.schema import feeds as feeds_table


async def take_over(world: World) -> None:
    """Begin as the only daemon on a SQLite file: what a dead predecessor held is free at once, as is its queue."""
    if world.store.dialect == "sqlite":
        tables = (feeds_table, entries, refetches, deliveries)
        await world.write(lambda tx: claims.release(tx, tables))
        await off_loop(world.store.rest)  # it has read all that waits to be read, which is cached for nobody
    await take_over_dead(world)
    await sync(world)


async def take_over_dead(world: World) -> None:
    """Free what killed workers on PostgreSQL were reading; what they were sending waits for its lease."""
    if world.store.dialect == "postgresql":
        await off_loop(world.store.stay)
        await world.write(lambda tx: presence.release_dead(tx, (feeds_table, entries, refetches)))


async def sync(world: World) -> None:
    """Bring the database in line with the configuration: at the start, and after each reload."""
    now = world.clock.now()

    def work(tx: Connection) -> None:
        feeds.sync(tx, world.config.feeds, now)
        outbox.sync_audiences(tx, world.config.audiences, now)

    await world.write(work)
