"""The receiving side: what messages are sent to, on loopback, answering by script and keeping what arrived.

A script is a list of answers, taken one a message; when it is used up, everything is accepted: `ok`; `500`, `429`,
`400` (HTTP); `451`, `550` (mail); `full` (a folder); `lost` (the message is taken, the answer never comes); `mute`
(the same, and the line stays open).
"""

import contextlib
import email
import email.policy
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from aiosmtpd.controller import Controller

REPEAT = "may be a repeat"  # what a message says of itself
VALUE = re.compile(r"\$(\d+(?:\.\d+)?)\s?(?:bn|billion)")


@dataclass
class Arrived:
    """One message that the receiving side has taken."""

    id: str
    text: str
    repeat: bool
    part: str = ""  # "(2/3)" of a message that Slack's limits split

    def values(self) -> set[str]:
        return {f"{float(value):.2f}" for value in VALUE.findall(self.text)}


class Desk(Protocol):
    """A receiver: `setting` is its line in feeds.yaml, `hosts` what the daemon must be allowed to contact."""

    hosts: list[str]

    @property
    def setting(self) -> str: ...

    @property
    def arrived(self) -> list[Arrived]: ...

    def answer(self, *answers: str) -> None:
        """Answer the next messages so."""
        ...

    def close(self) -> None: ...


@dataclass
class HttpDesk:
    """A web address that takes POSTs: an incoming webhook of Slack's, or any webhook."""

    kind: str = "slack"
    script: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        desk = self
        self.closed = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                behaviour = desk.take(json.loads(body))
                if behaviour == "mute":
                    desk.closed.wait(60)
                if behaviour in ("lost", "mute"):
                    self.close_connection = True
                    self.connection.close()
                    return
                status = 200 if behaviour == "ok" else int(behaviour)
                answer = b"ok" if status == 200 else b"no"
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
                """Quiet."""

            def finish(self) -> None:
                with contextlib.suppress(OSError, ValueError):  # the connection was cut on purpose
                    super().finish()

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):  # the other side was killed
                    super().handle()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.hosts = [f"127.0.0.1:{self.server.server_address[1]}"]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def setting(self) -> str:
        return f"{self.kind}: http://{self.hosts[0]}/hook"

    def answer(self, *answers: str) -> None:
        with self.lock:
            self.script += answers

    def take(self, message: Any) -> str:
        """Keep or refuse a message; how to answer."""
        with self.lock:
            behaviour = self.script.pop(0) if self.script else "ok"
            if behaviour in ("ok", "lost", "mute"):
                self.arrived.append(self.read(message))
            else:
                self.refused[behaviour] += 1
            return behaviour

    def read(self, message: Any) -> Arrived:
        if self.kind == "webhook":
            return Arrived(message["id"], message["text"], message["possible_repeat"])
        text = json.dumps(message, ensure_ascii=False)
        part = re.search(r"\(\d+/\d+\)$", message["text"])
        return Arrived(digest_id(text), text, REPEAT in text or "possible repeat" in text, part[0] if part else "")

    def close(self) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


def digest_id(text: str) -> str:
    """The digest's id as the message itself states it."""
    found = re.search(r"digest[ :#`]+([0-9a-zA-Z-]{6,})", text, re.IGNORECASE)
    return found[1] if found else text


class AnyPort(Controller):
    """A controller on a port that the system picks."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class MailDesk:
    """A mail server."""

    script: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    hosts: list[str] = field(default_factory=list)  # mail servers need no permission
    letters: list[bytes] = field(default_factory=list)  # what came, as it came

    def __post_init__(self) -> None:
        self.controller = AnyPort(self, hostname="127.0.0.1", port=0)
        self.controller.start()
        self.port = self.controller.port

    @property
    def setting(self) -> str:
        return (
            f"email: {{to: desk@example.com, sender: watch@example.com, host: 127.0.0.1, port: {self.port}, "
            "security: none}"
        )

    def answer(self, *answers: str) -> None:
        self.script += answers

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        behaviour = self.script.pop(0) if self.script else "ok"
        if behaviour in ("451", "550"):
            self.refused[behaviour] += 1
            return f"{behaviour} no"
        self.letters.append(envelope.content)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = message.get_body(("plain",))
        text = part.get_content() if part else ""
        self.arrived.append(Arrived(str(message["Message-ID"]), text, REPEAT in text))
        if behaviour == "lost":
            server.transport.abort()
        return "250 taken"

    def close(self) -> None:
        self.controller.stop()


@dataclass
class FileDesk:
    """A folder. A file that stands in the folder's place is the one thing that a daemon run by root cannot get past."""

    folder: Path
    hosts: list[str] = field(default_factory=list)

    @property
    def setting(self) -> str:
        return f"file: {{path: {self.folder}, formats: json}}"

    @property
    def arrived(self) -> list[Arrived]:
        self.clear()
        found = [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]
        return [Arrived(one["id"], one["text"], one["possible_repeat"]) for one in found]

    def answer(self, *answers: str) -> None:
        if "full" in answers:
            if self.folder.is_dir():
                self.folder.rename(self.folder.with_suffix(".aside"))
            self.folder.write_text("in the way")
        else:
            self.clear()

    def clear(self) -> None:
        """Let messages in again."""
        if self.folder.is_file():
            self.folder.unlink()
            aside = self.folder.with_suffix(".aside")
            if aside.exists():
                aside.rename(self.folder)

    def close(self) -> None:
        """Nothing to close."""


def desk(kind: str, folder: Path) -> Desk:
    """A receiver of a kind: email, slack, webhook or file."""
    if kind == "email":
        return MailDesk()
    return FileDesk(folder / "digests") if kind == "file" else HttpDesk(kind)


def wait(seconds: float) -> None:
    """Let other processes work: what a daemon does to its database and its receivers is seen by looking again."""
    time.sleep(seconds)
