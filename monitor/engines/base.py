"""What an engine is: something that rings when there may be work. It keeps no work itself; the database does."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

Work = Callable[[], Awaitable[None]]


class Engine(Protocol):
    """Runs named pieces of work again and again: at each tick of theirs, whenever rung, and never one twice at once.

    A ring during the work makes it run once more afterwards: nothing that was committed before the ring is overlooked.
    """

    def add(self, name: str, work: Work, every: timedelta) -> None:
        """Do `work` at the start, at each tick and at each ring. Before `run` only."""
        ...

    async def run(self) -> None:
        """Work until stopped, then until what is under way has ended. An exception of a work ends the run."""
        ...

    def ring(self, name: str) -> None:
        """There may be work of this name; returns at once."""
        ...

    async def rung(self, name: str) -> None:
        """Wait for a tick or ring of this name, and take it: for work under way that can look around meanwhile."""
        ...

    def stop(self) -> None:
        """Start no further work."""
        ...
