"""The receiving side: a Slack webhook and a mail server on loopback that answer by script and keep what arrived.

A script is a list of behaviours, taken one a message; when it is used up, everything is accepted:
`ok`, `500`, `429`, `400` (Slack), `451`, `550` (mail), `lost` (the message is taken, the answer never comes).
"""

import contextlib
import email
import email.policy
import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

REPEAT = "may be a repeat"  # what a message says of itself
VALUE = re.compile(r"\$(\d+(?:\.\d+)?)\s?(?:bn|billion)")


@dataclass
class Arrived:
    """One message that the receiving side has taken."""

    id: str
    text: str
    repeat: bool

    def values(self) -> set[str]:
        return {f"{float(value):.2f}" for value in VALUE.findall(self.text)}


@dataclass
class SlackDesk:
    """An incoming webhook."""

    script: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                behaviour = desk.script.pop(0) if desk.script else "ok"
                if behaviour in ("ok", "lost"):
                    text = json.dumps(json.loads(body), ensure_ascii=False)
                    desk.arrived.append(
                        Arrived(digest_id(text), text, "sent again" in text.lower() or "repeat" in text)
                    )
                else:
                    desk.refused[behaviour] += 1
                if behaviour == "lost":
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

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
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

    def __post_init__(self) -> None:
        self.controller = AnyPort(self, hostname="127.0.0.1", port=0)
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        behaviour = self.script.pop(0) if self.script else "ok"
        if behaviour in ("451", "550"):
            self.refused[behaviour] += 1
            return f"{behaviour} no"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = message.get_body(("plain",))
        text = part.get_content() if part else ""
        self.arrived.append(Arrived(str(message["Message-ID"]), text, REPEAT in text))
        if behaviour == "lost":
            server.transport.abort()
        return "250 taken"

    def close(self) -> None:
        self.controller.stop()
