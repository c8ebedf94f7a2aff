"""A wired World for a command that needs one, for as long as it needs it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from monitor.commands.shared import opened
from monitor.config import Config
from monitor.daemon import logs
from monitor.daemon.wiring import Outfit, outfit
from monitor.steps.begin import sync
from monitor.steps.ports import Log, Progress
from monitor.steps.world import no_watch

T = TypeVar("T")


def in_world(
    config: Config,
    work: Callable[[Outfit], Awaitable[T]],
    *,
    log: Log | None = None,
    watch: Callable[[Progress], None] = no_watch,
) -> T:
    """Run `work` with everything wired and the configuration known to the database; close it all afterwards."""
    logs.set_secrets(config.secrets)

    async def run() -> T:
        with opened(config) as store:
            fitted = outfit(config, store, log=log, watch=watch)
            try:
                await sync(fitted.world)
                return await work(fitted)
            finally:
                await fitted.aclose()

    return asyncio.run(run())
