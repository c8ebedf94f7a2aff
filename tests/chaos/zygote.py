"""Daemons are forked from a process that has imported the program already: a kill costs a third of a second, not two.

What is forked is all that `figurewatch run` becomes, from reading its configuration to its exit code; only what it
asks other processes at its start (the configuration, the table of metrics) it finds in its own memory.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from monitor.daemon.reader_process import bare, table_of
from monitor.daemon.reading import MetricTable
from monitor.packs.load import load_packs

PRELOAD = (
    "monitor.config.load monitor.daemon.process monitor.daemon.serve alerts.channels chaos.zygote psycopg "
    "sqlalchemy.dialects.postgresql.psycopg sqlalchemy.dialects.sqlite"
).split()
_packs = load_packs()
KNOWN = (MetricTable(table_of(_packs)), bare(_packs.topics))
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(PRELOAD)


def start(config: Path, hurry: float, env: Mapping[str, str], log: Path) -> ForkServerProcess:
    """A daemon in a process of its own; what it says goes to the end of `log`."""
    process = _server.Process(target=_run, args=([str(config), str(hurry), ""], dict(env), str(log)))
    process.start()
    return process


def adjust(env: Mapping[str, str]) -> None:
    """What a test cannot wait for: CHAOS_BUSY, the seconds a locked database is waited for; CHAOS_MUTE and
    CHAOS_DEADLINE, those that a silent receiver or feed is; CHAOS_CLOCK, a file that holds how many seconds this
    machine's clock is ahead; CHAOS_RENDERER, a file while which is there every process that renders mails is killed."""
    from dataclasses import replace
    from datetime import UTC, datetime, timedelta
    from functools import partial

    from monitor.daemon import companion, posting, wiring
    from monitor.daemon.wiring import SystemClock
    from monitor.sources.messages import FEED_LIMITS
    from monitor.store import engine

    if deadline := env.get("CHAOS_DEADLINE"):
        limits = replace(FEED_LIMITS, seconds=float(deadline))
        wiring.SourceFeeds = partial(wiring.SourceFeeds, limits=limits)
    if busy := env.get("CHAOS_BUSY"):
        engine.BUSY_SECONDS = int(busy)
    if mute := env.get("CHAOS_MUTE"):
        posting._LIMITS = replace(posting._LIMITS, seconds=float(mute))
    if deadly := env.get("CHAOS_RENDERER"):
        sound = companion.command

        def command(module: str) -> tuple[str, ...]:
            dies = ("sh", "-c", 'test -e "$0" && read order && kill -9 $$; exec "$@"', deadly)
            return (*dies, *sound(module)) if "renderer" in module else sound(module)

        companion.command = command
    if clock := env.get("CHAOS_CLOCK"):

        def now(_self: SystemClock) -> datetime:
            return datetime.now(UTC) + timedelta(seconds=float(Path(clock).read_text()))

        SystemClock.now = now


def _run(words: list[str], env: dict[str, str], log: str) -> None:
    from monitor.config.load import load_config
    from monitor.daemon import configuring
    from monitor.daemon.process import main
    from monitor.daemon.process_reader import ProcessReader

    adjust(env)
    configuring.load_apart = load_config
    ProcessReader._known = KNOWN

    os.environ.clear()
    os.environ.update(env)
    with open(log, "ab") as stream:  # noqa: PTH123  the log is a plain path
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    sys.stdout = open(1, "w", closefd=False, buffering=1)  # noqa: SIM115  open as long as the process lives
    sys.stderr = open(2, "w", closefd=False, buffering=1)  # noqa: SIM115  open as long as the process lives
    main(words)
