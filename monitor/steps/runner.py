"""The net under every step: the only place where an unforeseen exception stops, and becomes words beside its row."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from monitor.core.errors import StoreError
from monitor.steps.scarcity import scarce
from monitor.steps.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """Work on one row failed in a way nobody foresaw. `words` are for people, the log holds the rest."""

    words: str


async def caught(world: World, step: str, row: str, work: Awaitable[T]) -> T | Fault:
    """The result of `work` on `row`, or the Fault it ended in: one bad feed, article or message stops no other.

    What is not the row's fault goes on up: a database that cannot be used, an exhausted machine, and the order to stop.
    """
    try:
        return await work
    except StoreError:
        raise
    except Exception as error:  # the one net; see the first line
        if (short := scarce(error)) is not None:
            raise short from error
        world.log.error("unforeseen", step=step, row=row, error=type(error).__name__, exc_info=error)  # noqa: TRY400  structlog takes exc_info
        return Fault(f"an unforeseen fault while trying to {step} it ({type(error).__name__}); the log has the details")
