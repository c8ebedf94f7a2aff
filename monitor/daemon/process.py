"""The daemon's own process: begun anew, so that the command line's libraries stay behind."""

import asyncio
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn, cast

import monitor
from monitor.core.errors import FigurewatchError
from monitor.daemon.last_words import last_words

# What libraries import where it is installed and the daemon has no use for: structlog and httpx to draw (10 MB),
# SQLAlchemy and structlog for a way of asyncio that is not ours (2 MB), the standard library for archives.
UNUSED = ("rich", "click", "pygments", "greenlet", "bz2", "lzma")

# How memory is dealt with, where the user's environment does not say: glibc keeps a pool a thread otherwise, 10 MB for
# nothing; aiohttp's lists of hooks, all of them empty, come with 1 MB of C++; and where in its line a fault happened,
# which only tracebacks show, takes half a megabyte.
SURROUNDINGS = {"MALLOC_ARENA_MAX": "1", "FROZENLIST_NO_EXTENSIONS": "1", "PYTHONNODEBUGRANGES": "1"}
# Docstrings, 3 MB of them, and assertions are left out; without a place for such bytecode a start takes a second more.
LEAN = ("-OO",)


def become(path: Path, *, hurry: float = 1.0, verbose: bool = False) -> NoReturn:
    """Replace this process, its number and its files kept, by a daemon on the configuration in `path`."""
    env = {**SURROUNDINGS, **os.environ}
    home = str(Path(next(iter(monitor.__path__))).parent)
    env["PYTHONPATH"] = os.pathsep.join([home, *filter(None, [env.get("PYTHONPATH")])])  # the same program, wherever
    words = [
        sys.executable,
        *LEAN,
        "-P",
        "-m",
        "monitor.daemon.process",
        str(path),
        str(hurry),
        "debug" if verbose else "",
    ]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, words, env)  # noqa: S606 - our own interpreter and module


def leave_out() -> None:
    """Let nobody import what the daemon has no use for: libraries do without what is not there."""
    for unused in UNUSED:
        sys.modules.setdefault(unused, cast("ModuleType", None))


def main(words: list[str]) -> None:
    """Run the daemon: configuration, hurry, log level ("": the environment's). Ends in SystemExit."""
    sys.excepthook = last_words
    leave_out()
    path, hurry, level = Path(words[0]), float(words[1]), words[2] or None

    from monitor.daemon import logs
    from monitor.daemon.configuring import load_apart
    from monitor.daemon.serve import Options, serve

    try:
        config = load_apart(path, os.environ)  # mistakes are told in plain lines, before any log begins
        logs.set_up(os.environ, level=level)
        asyncio.run(serve(Options(path, os.environ, hurry), config=config))
    except FigurewatchError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
