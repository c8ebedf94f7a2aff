"""What is nobody's fault but the machine's: it has no thread, process or file descriptor left to give."""

import asyncio
import errno
from collections.abc import Callable
from typing import TypeVar

from monitor.core.errors import StoreError

T = TypeVar("T")
_SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})


def scarce(error: BaseException) -> StoreError | None:
    """The same in words for people, as an error that blames no row; None for every other error.

    MemoryError is not among them: one text too many may be its cause.
    """
    if isinstance(error, OSError) and error.errno in _SHORT:
        what = error.strerror or "too little of something"
    elif isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        what = "no new thread"
    else:
        return None
    return StoreError(f"the machine is exhausted ({what}): raise the service's limits; nothing that was stored is lost")


async def looked(work: Callable[[], T], otherwise: T) -> T:
    """The result of `work` on a thread; `otherwise` when there is none to be had, for who will look again anyway."""
    try:
        return await off_loop(work)
    except StoreError:
        return otherwise


async def off_loop(work: Callable[[], T]) -> T:
    """The result of `work` on a thread. Raises StoreError when there is none to be had."""
    try:
        return await asyncio.to_thread(work)
    except (RuntimeError, OSError) as error:
        raise scarce(error) or error from error
