"""The daemon's way to have mails and pages rendered: in a process of their own, one order after the other."""

import asyncio

from alerts.rendering import NotRendered, Order
from monitor.daemon.companion import Companion, Silent
from monitor.daemon.renderer_process import written

SECONDS = 60.0  # for one order, on a busy machine
PATIENCE = 90.0  # with those before it: a send has 240 in all, and the longest talk with a server takes 122 of them
IDLE = 10.0  # the next mail of a digest comes within moments; then ten megabytes are given back


class ProcessRenderer:
    """See alerts.rendering.Render. However many channels order at once, there is one process at most."""

    def __init__(self, *, seconds: float = SECONDS, patience: float = PATIENCE, idle: float = IDLE) -> None:
        self.companion = Companion("monitor.daemon.renderer_process", seconds=seconds, idle=idle)
        self._patience = patience

    async def __call__(self, order: Order) -> bytes:
        """The rendered bytes, the same as rendered here. Raises NotRendered."""
        try:
            async with asyncio.timeout(self._patience):
                answer = await self.companion.ask(written(order))
        except Silent as silent:
            raise NotRendered(str(silent)) from None
        except TimeoutError:
            raise NotRendered("other digests before it take too long") from None
        except OSError as error:
            raise NotRendered(f"its process cannot be begun: {error.strerror or type(error).__name__}") from None
        if "error" in answer.head:
            raise NotRendered(str(answer.head["error"]), lasting=answer.head["lasting"] is True)
        return answer.body

    async def aclose(self) -> None:
        """End the process."""
        await self.companion.aclose()
