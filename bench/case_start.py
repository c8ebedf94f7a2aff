"""Starting and sitting idle: `figurewatch --help` beside a bare python, the idle daemon beside all its libraries."""

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from measure import COMMAND, OURS, cpu, emit, full_size, resident

BARE, EVERYTHING = "python -c pass", "all libraries imported"
LIBRARIES = ("aiohttp aiosmtpd alembic apscheduler courlan css_inline eldc feedparser jinja2 lxml.html PIL protego "
             "psycopg pydantic rich ruamel.yaml sqlalchemy structlog trafilatura typer")  # fmt: skip
IMPORT_ALL = "import " + ", ".join(LIBRARIES.split())
FEED = (b'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><item><title>A concert</title>'
        b'<link>http://127.0.0.1/a</link><guid>a</guid></item></channel></rss>')  # fmt: skip


class Site(BaseHTTPRequestHandler):
    """One feed, and no page."""

    def do_GET(self) -> None:
        """The feed at /feed."""
        found = self.path == "/feed"
        self.send_response(200 if found else 404)
        body = FEED if found else b"no such page"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's names
        """Say nothing."""


@contextlib.contextmanager
def site() -> Iterator[str]:
    """Host and port of a running site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def run(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of a program."""
    before, wall = cpu(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cpu() - before, time.perf_counter() - wall


def family(pid: int) -> float:
    """Megabytes of a process and all below it."""
    below = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return resident(pid) + sum(family(int(child)) for child in below.stdout.split())


def idle(seconds: float) -> float:
    """Megabytes of the daemon, with all its processes, after the work is done and the workers are let go."""
    with tempfile.TemporaryDirectory() as folder, site() as address:
        path = Path(folder) / "feeds.yaml"
        path.write_text(
            f'feeds:\n  - url: http://{address}/feed\nallow_hosts: ["{address}"]\ndata_dir: {folder}/data\n'
        )
        daemon = subprocess.Popen([COMMAND, "run", "--config", str(path)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            time.sleep(seconds)
            if daemon.poll() is not None:
                raise SystemExit("the daemon ended by itself")
            return family(daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait(30)


def imported() -> float:
    """Megabytes of a python that has imported every library the product uses."""
    code = f"{IMPORT_ALL}; print([l for l in open('/proc/self/status') if l.startswith('VmRSS')][0].split()[1])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def main() -> None:
    """Start-up in turn with the peers, then the idle daemon."""
    times = 7 if full_size() else 3
    programs = {OURS: [str(COMMAND), "--help"], BARE: [sys.executable, "-c", "pass"],
                EVERYTHING: [sys.executable, "-c", IMPORT_ALL]}  # fmt: skip
    taken: dict[str, list[float]] = {who: [] for who in programs}
    for command in programs.values():
        run(command)  # compiled files are made once
    for _ in range(times):
        for who, command in programs.items():
            taken[who].append(run(command)[0])
    for who, seconds in taken.items():
        emit("start: figurewatch --help", who, 1, median(seconds), "s of processor time")
    emit("idle daemon", OURS, 1, idle(110 if full_size() else 25), "MB")
    emit("idle daemon", EVERYTHING, 1, imported(), "MB")


if __name__ == "__main__":
    main()
