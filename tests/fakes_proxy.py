"""A forwarding proxy on loopback: it asks for what it is asked for, tunnels what is secret, and remembers both."""

import base64
import http.client
import http.server
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Proxy:
    """`asked`: method and address of each request; `login`: "user:password" if it wants them."""

    def __init__(self, port: int, login: str) -> None:
        self.port = port
        self.asked: list[tuple[str, str]] = []
        self.expected = f"Basic {base64.b64encode(login.encode()).decode()}" if login else None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    """One request. `server` is a _Server."""

    server: "_Server"

    def do_GET(self) -> None:
        """Ask in the client's name; POSTs as well."""
        if not self._welcome():
            return
        target = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        onward = http.client.HTTPConnection(target.netloc, timeout=20)
        try:
            own = {k: v for k, v in self.headers.items() if not k.lower().startswith("proxy-")}
            onward.request(self.command, target.path + (f"?{target.query}" if target.query else ""), body, own)
            found = onward.getresponse()
            self._answer(found.status, dict(found.getheaders()), found.read())
        except OSError:
            self._answer(502, {}, b"")
        finally:
            onward.close()

    do_POST = do_GET  # noqa: N815  the standard library's name

    def do_CONNECT(self) -> None:
        """A tunnel; names below .example are this machine."""
        if not self._welcome():
            return
        host, _, port = self.path.rpartition(":")
        host = "127.0.0.1" if host.endswith(".example") else host
        with socket.create_connection((host, int(port)), timeout=20) as onward:
            self.send_response(200)
            self.end_headers()
            self._carry(onward)

    def _carry(self, onward: socket.socket) -> None:
        pair = (self.connection, onward)
        while True:
            ready, _, _ = select.select(pair, (), (), 20)
            for line in ready:
                data = line.recv(65_536)
                if not data:
                    return
                pair[line is self.connection].sendall(data)

    def _welcome(self) -> bool:
        here = self.server.here
        here.asked.append((self.command, self.path))
        if here.expected is None or self.headers.get("Proxy-Authorization") == here.expected:
            return True
        self._answer(407, {}, b"who are you?")
        return False

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() in ("content-type", "location"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
        """Quiet."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, login: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.here = Proxy(self.server_address[1], login)


@contextmanager
def proxy(login: str = "") -> Iterator[Proxy]:
    """A proxy of one's own."""
    server = _Server(login)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
