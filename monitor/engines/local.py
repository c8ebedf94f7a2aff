"""The engine of one process: APScheduler ticks, events carry the rings. Due times live in the database."""

import asyncio
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.engines.base import Work


class LocalEngine:
    """See Engine. `ring` and `stop` only from the event loop's own thread."""

    def __init__(self) -> None:
        self._works: dict[str, tuple[Work, timedelta]] = {}
        self._bells: dict[str, asyncio.Event] = {}
        self._stopped = False

    def add(self, name: str, work: Work, every: timedelta) -> None:
        """Do `work` at the start, at each tick and at each ring."""
        self._works[name] = (work, every)
        self._bells[name] = asyncio.Event()

    async def run(self) -> None:
        """Work until stopped."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        for name, (_, every) in self._works.items():
            # A tick is only a ring: late or missed ones (a laptop that slept) fold into the next.
            scheduler.add_job(
                self._tick, "interval", [name], seconds=every.total_seconds(), coalesce=True, misfire_grace_time=None
            )
            self._bells[name].set()
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as group:
                for name, (work, _) in self._works.items():
                    group.create_task(self._answer(self._bells[name], work))
        finally:
            scheduler.shutdown(wait=False)

    async def _answer(self, bell: asyncio.Event, work: Work) -> None:
        while not self._stopped:
            await bell.wait()
            bell.clear()
            if not self._stopped:
                await work()

    async def _tick(self, name: str) -> None:
        self.ring(name)

    def ring(self, name: str) -> None:
        """There may be work of this name."""
        self._bells[name].set()

    async def rung(self, name: str) -> None:
        """Wait for a tick or ring of this name, and take it."""
        bell = self._bells[name]
        await bell.wait()
        bell.clear()

    def stop(self) -> None:
        """Start no further work."""
        self._stopped = True
        for bell in self._bells.values():
            bell.set()
