"""figurewatch polling the origin: python ours_poll.py PORT TLS_PORT FEEDS DIR; one JSON line a phase.

The last phase, "unchanged afresh", is another process over the same database, as a daemon is that has just begun.

The same work as the daemon's poll stage: fetch with every guard, parse what is new, commit entries with validators.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import as_daemon  # noqa: F401 - for what it does
from measure import peak
from origin import allowed, base_url
from sqlalchemy import func, select

from monitor.daemon.configuring import load_apart
from monitor.daemon.migrating import migrate
from monitor.daemon.process import LEAN
from monitor.daemon.rest import settle
from monitor.daemon.wiring import open_store, outfit
from monitor.steps.begin import take_over
from monitor.steps.poll import poll_due
from monitor.store.schema import entries

port, secure, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])

PAUSE = 1.1  # seconds: no host is asked twice in one, as none is by a daemon, whose visits are minutes apart


class Clock:
    """A clock that stands still until it is moved on."""

    at = datetime(2026, 1, 6, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.at


def config_file() -> Path:
    """feeds.yaml with one feed a host."""
    lines = ["feeds:"]
    lines += [f"  - url: {base_url(host, port, secure)}/feed/{host}" for host in range(feeds)]
    lines += ["allow_hosts:", *(f'  - "{allowed(host, port, secure)}"' for host in range(feeds)), f"data_dir: {folder}"]
    path = folder / "feeds.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def cpu() -> float:
    """Seconds of CPU of this process and its workers."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


async def main() -> None:
    """Three phases: everything new, nothing changed, one new entry a feed; or the last one, in another process."""
    phases = (("first", 0, 0), ("unchanged", 0, 0), ("one new", 1, 1))
    if sys.argv[5:]:
        phases, Clock.at = (("unchanged afresh", 1, 1),), Clock.at + timedelta(days=30)
    config = load_apart(config_file(), os.environ)
    store = open_store(config, migrate=False)
    migrate(config.database_url)  # as the daemon does, in a process of its own
    clock = Clock()
    fitted = outfit(config, store, clock=clock)
    await take_over(fitted.world)
    settle()  # as the daemon does
    for name, generation, new in phases:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/control?generation={generation}&new={new}").read()
        clock.at += timedelta(days=2)
        await asyncio.sleep(PAUSE)
        before, wall, polled = cpu(), time.perf_counter(), 0
        while (report := await poll_due(fitted.world)).polled:
            polled += report.polled
        row = {"phase": name, "cpu": cpu() - before, "wall": time.perf_counter() - wall, "polled": polled}
        row["mb"] = peak()  # before anything is counted
        with store.read() as tx:
            row["entries"] = tx.execute(select(func.count()).select_from(entries)).scalar_one()
        print(json.dumps(row), flush=True)
    await fitted.aclose()
    store.close()


asyncio.run(main())
if not sys.argv[5:]:
    subprocess.run([sys.executable, *LEAN, *sys.argv, "afresh"], check=True)
