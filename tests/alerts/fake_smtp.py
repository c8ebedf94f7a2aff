"""An SMTP server on loopback that says what a test tells it to, on one connection after another."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TLS = Path(__file__).parent / "tls"
CLOSE, SILENCE = "close", "silence"
ANSWERS = {
    "greeting": "220 fake ESMTP",
    "EHLO": "250-fake\r\n250-8BITMIME\r\n250 SMTPUTF8",
    "HELO": "250 fake",
    "AUTH": "235 welcome",
    "STARTTLS": "220 go ahead",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "body": "250 queued as 42",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}


@dataclass
class FakeSmtp:
    """`answers` by verb; CLOSE hangs up instead, SILENCE says nothing until the client gives up."""

    answers: Mapping[str, str] = field(default_factory=dict)
    tls: str = ""  # "", "starttls" or "tls"
    mails: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    seen: threading.Event = field(default_factory=threading.Event)  # set when SILENCE is reached

    @property
    def settings(self) -> dict[str, str]:
        """Channel settings that reach this server."""
        security = {"port": str(self.port), "security": self.tls or "none", "timeout": "5"}
        return {"host": "localhost", "sender": "fw@example.org", "ca_file": str(TLS / "ca.pem"), **security}

    def _answer(self, verb: str) -> str:
        return {**ANSWERS, **self.answers}.get(verb, "502 what?")

    def serve(self, listener: socket.socket) -> None:
        """Until the listener is closed."""
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.settimeout(20)
                try:
                    self._talk(client)
                except OSError:
                    continue

    def _wrap(self, client: socket.socket) -> socket.socket:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(TLS / "server.pem")
        return context.wrap_socket(client, server_side=True)

    def _talk(self, client: socket.socket) -> None:
        line = client if self.tls != "tls" else self._wrap(client)
        reader = line.makefile("rb")
        try:
            alive = self._say(line, reader, "greeting")
            while alive and (command := reader.readline()):
                text = command.decode("utf-8", "replace").rstrip("\r\n")
                self.commands.append(text)
                verb = text.split(" ")[0].upper()
                alive = self._say(line, reader, verb) and verb != "QUIT"
                if verb == "DATA" and alive and self._answer("DATA").startswith("354"):
                    self.mails.append(_body(reader))
                    alive = self._say(line, reader, "body")
                if verb == "STARTTLS" and alive and self._answer(verb).startswith("220"):
                    reader.close()
                    line = self._wrap(client)
                    reader = line.makefile("rb")
        finally:
            reader.close()
            line.close()

    def _say(self, line: socket.socket, reader: object, verb: str) -> bool:
        answer = self._answer(verb)
        if verb == "EHLO" and self.tls == "starttls" and not isinstance(line, ssl.SSLSocket):
            answer = answer.replace("250-fake", "250-fake\r\n250-STARTTLS", 1)
        if answer == CLOSE:
            return False
        if answer == SILENCE:
            self.seen.set()
            line.recv(1)  # returns when the client hangs up
            return False
        line.sendall(answer.encode() + b"\r\n")
        return True


def _body(reader: object) -> bytes:
    lines: list[bytes] = []
    while (line := reader.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


@contextmanager
def smtp_server(answers: Mapping[str, str] | None = None, *, tls: str = "") -> Iterator[FakeSmtp]:
    """A running server; stopped, and its thread ended, on leaving."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fake = FakeSmtp(dict(answers or {}), tls, port=listener.getsockname()[1])
        thread = threading.Thread(target=fake.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(10)
