"""Starting and sitting idle: `figurewatch --help` beside a bare python, the idle daemon beside all its libraries.

The daemon has polled, opened pages, read a change in them, told it, and let its workers go, before it is measured.
"""

import contextlib
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import ClassVar

from measure import COMMAND, OURS, cpu, emit, full_size, resident

LISTING = "figures list"
BARE, EVERYTHING = "python -c pass", "all libraries imported"
LIBRARIES = ("aiohttp aiosmtpd alembic apscheduler courlan css_inline eldc feedparser jinja2 lxml.html PIL protego "
             "psycopg pydantic rich ruamel.yaml sqlalchemy structlog trafilatura typer")  # fmt: skip
IMPORT_ALL = "import " + ", ".join(LIBRARIES.split())
STORIES = {
    "/60": "Meta expects capital expenditures of $60 billion in 2025.",
    "/70": "Meta now expects capital expenditures of $70 billion in 2025.",
}
LET_GO = 240.0  # seconds in which the work is done and the workers are gone


class Site(BaseHTTPRequestHandler):
    """A feed with one story, with two from its third poll on, and their pages."""

    polls = 0

    def do_GET(self) -> None:
        """The feed at /feed, a story's page, or no such page."""
        Site.polls += self.path == "/feed"
        told = STORIES.get(self.path)
        body = self.feed() if self.path == "/feed" else f"<article><p>{told}</p></article>".encode()
        self.send_response(200 if told or self.path == "/feed" else 404)
        self.send_header("Content-Type", "application/rss+xml" if self.path == "/feed" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def feed(self) -> bytes:
        """An RSS document."""
        items = "".join(f"<item><title>{STORIES[path]}</title><link>http://{self.headers['Host']}{path}</link>"
                        f"<guid>{path}</guid><pubDate>Wed, {path[1]} Apr 2025 10:00:00 GMT</pubDate></item>"
                        for path in list(STORIES)[: 1 + (Site.polls > 2)])  # fmt: skip
        return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's names
        """Say nothing."""


class Desk(socketserver.StreamRequestHandler):
    """A mail server that keeps what it is given."""

    mails: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        """One conversation."""
        self.wfile.write(b"220 desk\r\n")
        while verb := self.rfile.readline().split(b" ")[0].strip().upper():
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                Desk.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


@contextlib.contextmanager
def served(server: socketserver.TCPServer) -> Iterator[str]:
    """Host and port of a running server."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def run(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of a program."""
    before, wall = cpu(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cpu() - before, time.perf_counter() - wall


def children(pid: int) -> int:
    """How many processes a process has begun that still run."""
    below = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return len(below.stdout.split())


def idle(form: str) -> float:
    """Megabytes of the daemon after the work is done and the workers are let go: it is one process then.

    `form`: how it tells the change: in files of "text", or by "mail" in HTML with its chart.
    """
    feed = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    desk = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Desk)
    with tempfile.TemporaryDirectory() as folder, served(feed) as address, served(desk) as mail:
        channel = {
            "text": f"file: {{path: {folder}/out, formats: [text]}}",
            "mail": f"email: {{to: a@b.example, sender: f@b.example, host: 127.0.0.1, port: {mail.partition(':')[2]}, "
            "security: none}",
        }[form]
        path = Path(folder) / "feeds.yaml"
        path.write_text(
            f"feeds:\n  - {{url: http://{address}/feed, every: 10s, kind: primary, language: en}}\n"
            f'allow_hosts: ["{address}"]\ndata_dir: {folder}/data\n'
            f"alerts:\n  - name: Desk\n    {channel}\n"
        )
        daemon = subprocess.Popen([COMMAND, "run", "--config", str(path)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)  # fmt: skip
        Site.polls = 0
        Desk.mails.clear()
        try:
            until, told = time.monotonic() + LET_GO, False
            while not told or children(daemon.pid):
                if daemon.poll() is not None or time.monotonic() > until:
                    raise SystemExit("the daemon ended by itself, or its work or its workers did not")
                time.sleep(1)
                told = told or any("70bn" in out.read_text() for out in Path(folder, "out").glob("*"))
                told = told or any(b"image/png" in letter for letter in Desk.mails)
            return resident(daemon.pid)
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feeds.yaml"
        path.write_text(f"feeds: ['https://127.0.0.1:9/feed']\ndata_dir: {folder}/data\n")
        begin(path)
    emit("idle daemon", OURS, 1, idle("text"), "MB")
    emit("idle daemon, after mails", OURS, 1, idle("mail"), "MB")
    emit("idle daemon", EVERYTHING, 1, imported(), "MB")


def begin(path: Path) -> None:
    """What it takes to begin: the help, a question to an empty ledger, and what they are compared with."""
    times = 7 if full_size() else 3
    listing = [str(COMMAND), "figures", "list", "--config", str(path)]
    programs = {OURS: [str(COMMAND), "--help"], LISTING: listing, BARE: [sys.executable, "-c", "pass"],
                EVERYTHING: [sys.executable, "-c", IMPORT_ALL]}  # fmt: skip
    taken: dict[str, list[float]] = {who: [] for who in programs}
    for command in programs.values():
        run(command)  # compiled files are made once
    for _ in range(times):
        for who, command in programs.items():
            taken[who].append(run(command)[0])
    for who, seconds in taken.items():
        what, whose = ("figures list", OURS) if who == LISTING else ("--help", who)
        emit(f"start: figurewatch {what}", whose, 1, median(seconds), "s of processor time")


if __name__ == "__main__":
    main()
