"""Politeness: one request a host at a time, a pause between two, a bound on all together."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from monitor.sources.places import Places, places_of
from monitor.sources.transport import CONNECTIONS

_KEEP_HOSTS = 4_096  # hosts remembered; idle ones beyond that are forgotten, oldest first


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    ready_at: float = 0.0
    gap: float | None = None


class Pace:
    """Grants turns. `gap` is the pause in seconds after an exchange with a host; `places` bounds open exchanges.

    Clock and sleep are given so that tests and the demo need not wait.
    """

    def __init__(
        self,
        *,
        gap: float = 1.0,
        places: Places | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = gap
        self._places = places or places_of(CONNECTIONS)
        self._monotonic = monotonic
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    def slow_down(self, host: str, gap: float) -> None:
        """Pause at least `gap` seconds between requests to `host` (a robots.txt Crawl-delay)."""
        self._host(host).gap = max(gap, self._gap)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until `host` may be asked, and hold it until the exchange is over."""
        state = self._host(host)
        state.waiting += 1
        try:
            async with state.lock:
                pause = state.ready_at - self._monotonic()
                if pause > 0:
                    await self._sleep(pause)
                place = await self._places.take()
                try:
                    yield
                finally:
                    self._places.leave(place)
                    state.ready_at = self._monotonic() + (self._gap if state.gap is None else state.gap)
        finally:
            state.waiting -= 1

    def _host(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            if len(self._hosts) >= _KEEP_HOSTS:
                self._forget()
            state = self._hosts[host] = _Host()
        return state

    def _forget(self) -> None:
        now = self._monotonic()
        for name in [n for n, s in self._hosts.items() if not s.waiting and s.gap is None and s.ready_at <= now]:
            del self._hosts[name]
