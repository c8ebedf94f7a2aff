"""What work took of memory is given back: a batch of feeds or articles needs far more than the waiting after it."""

import asyncio
import ctypes
import gc
from contextlib import suppress

from monitor.core.errors import StoreError
from monitor.steps.scarcity import looked
from monitor.store.store import Store

PAUSE = 30.0  # seconds
YOUNG = 20_000  # objects, before the collector looks for cycles: a visit leaves none, and a tenth of a poll was looking


class Rest:
    """Gives back `pause` seconds after the first work since the last time, however busy the day is."""

    def __init__(self, store: Store, pause: float = PAUSE) -> None:
        self._store = store
        self._pause = pause
        self._timer: asyncio.TimerHandle | None = None
        self._giving: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Something was done: its memory can be given back before long."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause, self._begin)

    async def aclose(self) -> None:
        """Leave the store alone from now on."""
        if self._timer:
            self._timer.cancel()
        if self._giving:
            await self._giving

    def _begin(self) -> None:
        self._timer = None
        self._giving = asyncio.ensure_future(looked(self._give, None))

    def _give(self) -> None:
        with suppress(StoreError):  # whoever works with it next tells what is wrong
            self._store.rest()
        give_back()


def settle() -> None:
    """What lives as long as the program, its modules above all, is looked at by no later collection."""
    give_back()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


def give_back() -> None:
    """Drop what nothing refers to, and hand free memory back to the system where the C library can."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc keeps freed memory for itself; others have no such function
        ctypes.CDLL(None).malloc_trim(0)
