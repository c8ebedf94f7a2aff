"""Notices that a file was saved, by looking: it works on every file system, and costs a look a second and no memory."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from monitor.steps.scarcity import looked

_Stamp = tuple[int, int, int]


async def saved(path: Path, pause: float = 1.0) -> AsyncIterator[None]:
    """Comes round each time that the file at `path` was written or another put in its place. `pause`: seconds.

    A file that still changes from one look to the next is waited for: editors write in pieces.
    """
    known = last = await looked(partial(_stamp, path), None)
    while True:
        await asyncio.sleep(pause)
        now = await looked(partial(_stamp, path), None)
        if now is not None and now == last and now != known:
            known = now
            yield
        last = now


def _stamp(path: Path) -> _Stamp | None:
    """What changes with every save; None while there is no file, as editors leave it for a moment."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
