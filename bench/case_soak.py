"""A day of a thousand feeds in minutes: the whole product on an injected clock; memory and descriptors must stay flat.

Every tick is a whole round (poll, read, digest, deliver, sweep) over real sockets. Each hour one feed in ten has news
and 3 in 100 of the pages are about what is watched.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import as_daemon  # noqa: F401 - for what it does
from measure import OURS, ROOT, cpu, descriptors, emit, full_size, resident
from origin import address

from monitor.config import load_config
from monitor.daemon import wiring
from monitor.daemon.rest import give_back, settle
from monitor.sources.pace import Pace
from monitor.steps.begin import take_over
from monitor.steps.round import run_round

TICK = timedelta(minutes=10)


class Clock:
    """Stands still until it is moved on."""

    at = datetime(2026, 1, 6, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.at


def config_file(folder: Path, port: int, feeds: int) -> Path:
    """One feed a host, one audience that writes to a file."""
    lines = ["feeds:", *(f"  - url: http://{address(host)}:{port}/feed/{host}" for host in range(feeds))]
    lines += ["allow_hosts:", *(f'  - "{address(host)}:{port}"' for host in range(feeds)), f"data_dir: {folder}"]
    lines += ["alerts:", "  - name: Desk", f"    file: {folder}/out.txt"]
    path = folder / "feeds.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def below() -> float:
    """Megabytes of the worker processes."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return sum(resident(int(pid)) for pid in listed.stdout.split())


async def day(port: int, feeds: int, hours: int, folder: Path) -> None:
    """Round after round; one line an hour."""
    wiring.Pace = lambda **more: Pace(gap=0, **more)  # the hosts are one machine, and the day is short
    config = load_config(config_file(folder, port, feeds), {})
    store, clock = wiring.open_store(config), Clock()
    fitted = wiring.outfit(config, store, clock=clock)
    await take_over(fitted.world)
    settle()  # as the daemon does, and gives back soon after it worked
    memory: list[float] = []
    files: list[int] = []
    polled = read = 0
    started = cpu()
    for hour in range(hours):
        control = f"http://127.0.0.1:{port}/control?generation={hour}&new=1&every=10"
        await asyncio.to_thread(lambda url=control: urllib.request.urlopen(url).read())
        for _ in range(timedelta(hours=1) // TICK):
            report = await run_round(fitted.world)
            polled += report.polled.polled
            read += report.read.read
            clock.at += TICK
        await asyncio.to_thread(store.rest)
        give_back()
        memory.append(resident())
        files.append(descriptors())
        emit("soak: daemon", OURS, hour + 1, memory[-1], "MB")
        emit("soak: workers", OURS, hour + 1, below(), "MB")
        emit("soak: descriptors", OURS, hour + 1, files[-1], "files and sockets")
    emit("soak: polls", OURS, hours, polled, "polls")
    emit("soak: entries read", OURS, hours, read, "entries")
    emit("soak: processor time an hour", OURS, hours, (cpu() - started) / hours, "s")
    third = max(1, hours // 3)
    emit("soak: memory", OURS, hours, median(memory[-third:]), "MB")
    emit("soak: memory", "its first third", hours, median(memory[:third]), "MB")
    emit("soak: open files", OURS, hours, median(files[-third:]), "files and sockets")
    emit("soak: open files", "its first third", hours, median(files[:third]), "files and sockets")
    await fitted.aclose()
    store.close()


def main() -> None:
    """The origin in a process of its own, the product in this one."""
    feeds, hours = (1000, 24) if full_size() else (50, 3)
    command = [sys.executable, str(ROOT / "bench" / "origin.py"), "--feeds", str(feeds), "--items", "2",
               "--relevant", "0.03"]  # fmt: skip
    origin = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert origin.stdin is not None
    assert origin.stdout is not None
    try:
        port = int(origin.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(day(port, feeds, hours, Path(folder)))
    finally:
        origin.stdin.close()
        origin.wait(20)


if __name__ == "__main__":
    main()
