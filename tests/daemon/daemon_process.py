"""The real daemon as a process, with a site on loopback to watch; waiting means reading its log, never sleeping."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}
PATIENCE = 120.0  # seconds: on a busy machine; a daemon that says nothing for so long is killed


class Site:
    """Pages and a feed by path, served on loopback; `posts` holds what was sent to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.posts: list[bytes] = []
        self.gets: list[str] = []
        self.stories: list[str] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def page_host(self) -> str:
        """Pages have a host of their own: the daemon is polite, and polls would keep it waiting for them."""
        return f"localhost:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def tell(self, number: int, title: str, text: str, day: str) -> None:
        """A new story in the feed, with its page."""
        link = f"http://{self.page_host}/story/{number}"
        self.stories.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{number}</guid>"
            f"<description>{text}</description><pubDate>{day} 10:00:00 GMT</pubDate></item>"
        )
        head = f"<html><head><title>{title}</title></head>"
        page = f"{head}<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
        self.pages[f"/story/{number}"] = ("text/html", page.encode())
        items = "".join(self.stories)
        rss = f'<rss version="2.0"><channel><title>News</title><link>{self.url("/")}</link>{items}</channel></rss>'
        self.pages["/feed"] = ("application/rss+xml", rss.encode())


@contextmanager
def site() -> Iterator[Site]:
    """A site of one's own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.gets.append(self.path)
            kind, body = here.pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in here.pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            here.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Daemon:
    """A running `figurewatch run`."""

    def __init__(self, folder: Path, **env: str) -> None:
        own = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "FIGUREWATCH_DATA_DIR": str(folder / "data")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--hurry", "0.02"],
            cwd=folder,
            env={**QUIET, **own, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[dict[str, Any]] = []
        self._watchdog = threading.Timer(PATIENCE, self.process.kill)
        self._watchdog.start()

    def until(self, event: str, **values: Any) -> dict[str, Any]:
        """Read the log up to the next line that says so."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            said = json.loads(line)
            self.log.append(said)
            if said["event"] == event and all(said.get(name) == value for name, value in values.items()):
                return said
        raise AssertionError(f"the daemon ended before it said {event!r}: {self.log[-5:]}")

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit code. What it printed is in `printed`, the rest of its log in `log`."""
        self.printed, rest = self.process.communicate()
        self.log += [json.loads(line) for line in rest.splitlines() if line.startswith("{")]
        self._watchdog.cancel()
        return self.process.returncode


@contextmanager
def daemon(folder: Path, **env: str) -> Iterator[Daemon]:
    """A daemon that does not outlive the test."""
    running = Daemon(folder, **env)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.wait()
