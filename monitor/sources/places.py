"""Places for exchanges: nearly all are over at once, and one that is not moves aside, so that it holds up nobody."""

import asyncio

PATIENCE = 3.0  # seconds


class Places:
    """At most `prompt` exchanges at once, and `aside` more that have taken longer than `patience` seconds.

    What is open costs memory, so few are begun together; what is slow costs next to nothing, so it may be many.
    """

    def __init__(self, prompt: int, aside: int = 0, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(prompt)
        self._aside = aside
        self._patience = patience
        self._open: dict[object, float] = {}  # those that have a prompt place, by when they began, oldest first
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None

    async def take(self) -> object:
        """Wait for a place; what comes back is to be given to `leave`."""
        mine = object()
        if self._free.locked():
            self._waiting += 1
            self._look_in_time()
            try:
                await self._free.acquire()
            finally:
                self._waiting -= 1
        else:
            await self._free.acquire()  # at once
        self._open[mine] = asyncio.get_running_loop().time()
        self._look_in_time()
        return mine

    def leave(self, mine: object) -> None:
        """The exchange is over."""
        if self._open.pop(mine, None) is not None:
            self._free.release()
        else:
            self._aside += 1
            self._look_in_time()

    def _look_in_time(self) -> None:
        """See to it that the oldest exchange moves aside once it is slow, if anybody waits and there is room."""
        if self._waiting and self._aside and self._open and self._timer is None:
            oldest = next(iter(self._open.values()))
            self._timer = asyncio.get_running_loop().call_at(oldest + self._patience, self._look)

    def _look(self) -> None:
        self._timer = None
        slow = asyncio.get_running_loop().time() - self._patience
        for one in [one for one, began in self._open.items() if began <= slow][: self._aside]:
            del self._open[one]
            self._aside -= 1
            self._free.release()
        self._look_in_time()


def places_of(connections: int) -> Places:
    """The places for a transport with so many connections: half of them for those that answer soon."""
    prompt = max(1, connections // 2)
    return Places(prompt, connections - prompt)
