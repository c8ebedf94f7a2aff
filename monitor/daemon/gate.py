"""Many may be inside together, or one alone: batches of work and the swap of the configuration."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Gate:
    """Whoever wants to be alone keeps newcomers out and waits for those inside to leave."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone = False
        self._moved = asyncio.Condition()

    @property
    def wanted(self) -> bool:
        """Whether somebody is alone, or waits to be."""
        return self._alone

    @contextlib.asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Be inside with others."""
        async with self._moved:
            await self._moved.wait_for(lambda: not self._alone)
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            # Shielded: a cancelled batch must still tell those who wait for it.
            await asyncio.shield(self._tell())

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be inside alone."""
        async with self._moved:
            await self._moved.wait_for(lambda: not self._alone)
            self._alone = True
            try:
                await self._moved.wait_for(lambda: self._inside == 0)
            except BaseException:
                self._alone = False
                raise
        try:
            yield
        finally:
            self._alone = False
            await asyncio.shield(self._tell())

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()
