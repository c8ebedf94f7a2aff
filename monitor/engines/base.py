"""What an engine is: something that rings when there may be work. It keeps no work itself; the database does."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

Work = Callable[[], Awaitable[None]]


class Engine(Protocol):
    """Runs one piece of work again and again: at each tick, whenever rung, and never two at once.

    A ring during the work makes it run once more afterwards: nothing that was committed before the ring is overlooked.
    """

    async def run(self, work: Work, every: timedelta) -> None:
        """Do `work` now, at each tick and at each ring, until stopped. An exception of the work ends the run."""
        ...

    def ring(self) -> None:
        """There may be work; returns at once."""
        ...

    def stop(self) -> None:
        """Start no further work; `run` returns when the work under way has ended."""
        ...
