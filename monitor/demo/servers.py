"""Loopback servers for the demo: the outlets' web sites, a Slack and webhook receiver, and a mail server."""

import asyncio
import hashlib
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self

from aiosmtpd.controller import Controller

from monitor.demo.material import DemoStory, Material, Outlet
from monitor.demo.pages import CONTENT_TYPES, MOVED, article_page, article_path, feed_body

LOOPBACK = "127.0.0.1"
_HTML = "text/html; charset=utf-8"


class _Part(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class _Quiet(ThreadingHTTPServer):
    """Takes a client that hangs up for what it is."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a broken connection, which is the client's right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Server:
    """An HTTP server in a thread of its own, on a port that the system picks."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._http = _Quiet((LOOPBACK, 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        """host:port, as `allow_hosts` wants it."""
        return f"{LOOPBACK}:{self._http.server_address[1]}"

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def reply(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304 and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the standard library's
        """Keep the terminal for the demo's own words."""


class SiteServer(_Server):
    """One web site at the simulated time: its outlet's feed at /feed (if it has one), its articles, a robots.txt."""

    def __init__(self, name: str, outlet: Outlet | None, town: "Town") -> None:
        self.name = name
        self.outlet = outlet
        self._town = town
        site = self

        class Site(_Handler):
            def do_GET(self) -> None:
                status, kind, body, stamp = site.answer(self.path.partition("?")[0], town.clock())
                etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if status == 200 and self.headers.get("If-None-Match") == etag:
                    status = 304
                town.requests.append((name, self.path, status))
                extra = {"ETag": etag, "Last_Modified": format_datetime(stamp, usegmt=True)} if stamp else {}
                self.reply(status, kind, body, **extra)

        super().__init__(Site)

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.base}/feed"

    def answer(self, path: str, now: datetime) -> tuple[int, str, bytes, datetime | None]:
        """Status, content type, body and last change of `path` at `now`."""
        material = self._town.material
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /search\n", None
        if path == "/feed" and self.outlet is not None and self.outlet.broken == "html":
            return 200, _HTML, MOVED.encode(), None
        if path == "/feed" and self.outlet is not None and self.outlet.broken is None:
            listed = material.published(self.outlet.id, now)
            body = feed_body(self.outlet, listed, self.base, self._town.url, now).encode()
            return 200, CONTENT_TYPES[self.outlet.format], body, listed[0].at if listed else None
        for story in material.stories:
            if story.at <= now and not story.seed and self._town.url(story) == self.base + path:
                page = article_page(self._town.outlet_of(story), story, self.base + path, now)
                return 200, _HTML, page.encode(), story.at
        return 404, _HTML, b"<!doctype html><title>404</title><h1>Not found</h1>", None


class Receiver(_Server):
    """Takes what a Slack webhook and a plain webhook are sent; `posts` holds (path, body) in order of arrival."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes]] = []
        posts = self.posts

        class Hook(_Handler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                posts.append((self.path, self.rfile.read(length)))
                self.reply(200, "text/plain", b"ok")

        super().__init__(Hook)


class _AnyPort(Controller):
    """aiosmtpd knocks at its own door to be sure, so it must learn which port the system gave it."""

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd ships no types for it


class MailServer:
    """A real SMTP server; `mails` holds (recipients, message bytes) in order of arrival."""

    def __init__(self) -> None:
        self.mails: list[tuple[tuple[str, ...], bytes]] = []
        self._controller = _AnyPort(self, hostname=LOOPBACK, port=0)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep the message and accept it."""
        self.mails.append((tuple(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 Message accepted for delivery"

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return int(self._controller.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


class Town:
    """All the demo's servers, up between `with` and its end. `requests` holds (site, path, status) in their order."""

    def __init__(self, material: Material, clock: Callable[[], datetime]) -> None:
        self.material = material
        self.clock = clock
        self.requests: list[tuple[str, str, int]] = []
        outlets = {outlet.id: outlet for outlet in material.outlets}
        names = (*outlets, *material.sites)
        self.sites = {name: SiteServer(name, outlets.get(name), self) for name in names}
        self.receiver = Receiver()
        self.mail = MailServer()
        self._outlets = outlets
        self._parts: tuple[_Part, ...] = (*self.sites.values(), self.receiver, self.mail)

    @property
    def hosts(self) -> frozenset[str]:
        """Every HTTP host:port."""
        return frozenset(server.host for server in (*self.sites.values(), self.receiver))

    def feed(self, outlet: Outlet) -> str:
        """The address of an outlet's feed."""
        return self.sites[outlet.id].feed

    def outlet_of(self, story: DemoStory) -> Outlet:
        """Who published a story."""
        return self._outlets[story.outlet]

    def url(self, story: DemoStory) -> str:
        """Where a story's page stands."""
        return self.sites[story.site or story.outlet].base + article_path(story)

    def __enter__(self) -> Self:
        for part in self._parts:
            part.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for part in self._parts:
            part.stop()
