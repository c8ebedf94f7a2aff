"""Notices that the database was taken away from under the daemon, which would work on where nobody looks."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from monitor.steps.scarcity import looked

_Place = tuple[int, ...]
_UNTOLD: _Place | None = ()


async def taken(paths: Sequence[Path], pause: float) -> Path:
    """Comes back with the first of these files that is gone or another than it was at the call. `pause`: seconds.

    A place that cannot be looked at tells nothing, as where a network file system is away for a moment.
    """
    known: dict[Path, _Place] = {}
    while True:
        for path in paths:
            place = await looked(partial(_place, path), _UNTOLD)
            if place is None or (place and place != known.setdefault(path, place)):
                return path
        await asyncio.sleep(pause)


def _place(path: Path) -> _Place | None:
    """Device and number of a file; None where there is none, nothing where nobody can tell."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError:
        return ()
    return found.st_dev, found.st_ino
