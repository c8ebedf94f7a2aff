"""The engine of one process: APScheduler ticks, an event carries the ring. Due times live in the database."""

import asyncio
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.engines.base import Work


class LocalEngine:
    """See Engine."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._stopped = False

    async def run(self, work: Work, every: timedelta) -> None:
        """Do `work` now, at each tick and at each ring, until stopped."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        # A tick is only a ring: late or missed ones (a laptop that slept) fold into the next.
        scheduler.add_job(self._tick, "interval", seconds=every.total_seconds(), coalesce=True, misfire_grace_time=None)
        scheduler.start()
        self._bell.set()
        try:
            while not self._stopped:
                await self._bell.wait()
                self._bell.clear()
                if not self._stopped:
                    await work()
        finally:
            scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        self.ring()

    def ring(self) -> None:
        """There may be work; returns at once. Only from the event loop's own thread."""
        self._bell.set()

    def stop(self) -> None:
        """Start no further work."""
        self._stopped = True
        self._bell.set()
