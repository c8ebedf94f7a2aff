"""A relay in front of a hostile server: each case on a host of its own, quiet until the gates open.

The daemon asks one host one thing at a time, so cases on one host would wait for each other. Until `open` is set, every
feed shows one harmless old entry: the first, silent poll. All of the server's own addresses in what it answers become
those of the case's host, of the same length; so does the shared story's page, and the year of its figure where a case
shall have a series of its own.
"""

import asyncio
import contextlib
import random
import socket
import threading
from collections import Counter

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
BENIGN = (
    b'<rss version="2.0"><channel><title>t</title><item><title>Welcome</title><guid>welcome</guid>'
    b"<pubDate>Mon, 06 Jan 2025 08:00:00 GMT</pubDate><description>Hello.</description></item></channel></rss>"
)


class Front:
    """`names`: the cases. `years` gives some of them a year of their own."""

    def __init__(self, upstream, names, years=None):
        self.upstream = upstream
        self.names = list(names)
        self.hosts = {name: f"127.{n // 81 + 1}.{n // 9 % 9 + 1}.{n % 9 + 1}" for n, name in enumerate(self.names)}
        self.years = years or {}
        self.open = False
        self.asked = Counter()  # feeds asked for since the gates opened
        self._tasks = set()
        self._cases = {host: name for name, host in self.hosts.items()}
        self._loop = asyncio.new_event_loop()
        self.port, listening = self._listen(len(str(upstream[1])))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(listening), self._loop).result(30)

    def address(self, name):
        return f"{self.hosts[name]}:{self.port}"

    def _listen(self, digits):
        """One port that is free on every host and has as many digits as the server's."""
        for _ in range(100):
            port = random.randrange(10 ** (digits - 1), min(10**digits, 65_000))
            with contextlib.ExitStack() as opened:
                try:
                    socks = [
                        opened.enter_context(socket.create_server((host, port), backlog=32)) for host in self._cases
                    ]
                except OSError:
                    continue
                opened.pop_all()
                return port, socks
        raise OSError("no port is free on all hosts")

    async def _serve(self, listening):
        self._servers = [await asyncio.start_server(self._relay, sock=sock) for sock in listening]

    async def _relay(self, reader, writer):
        name = self._cases[writer.get_extra_info("sockname")[0]]
        self._tasks.add(asyncio.current_task())  # the event loop itself keeps no hold on them
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            self.asked[name] += self.open and path.startswith(b"/c/") and not path.endswith(b"/article")
            if not self.open and path.startswith(b"/c/"):
                writer.write(HEAD % len(BENIGN) + BENIGN)
            else:
                await self._forward(name, head, writer)
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            writer.close()
            self._tasks.discard(asyncio.current_task())

    async def _forward(self, name, head, writer):
        index, year = self.names.index(name), self.years.get(name, 2024)
        ours = b"/ok/a%06d" % index
        there = b"%s:%d" % (self.upstream[0].encode(), self.upstream[1])
        swaps = [
            (there, self.address(name).encode()),
            (b"/ok/article", ours),
            (b"by the end of 2024", b"by the end of %d" % year),
        ]
        lines = [
            line
            for line in head.replace(ours, b"/ok/article").split(b"\r\n")
            if not line.lower().startswith(b"connection:")
        ]
        source, sink = await asyncio.open_connection(*self.upstream)
        try:
            sink.write(b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]))
            while data := await source.read(1 << 20):
                for old, new in swaps:
                    data = data.replace(old, new)
                writer.write(data)
                await writer.drain()
        finally:
            sink.close()

    def close(self):
        async def end():
            for server in self._servers:
                server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for _ in range(3):  # closed transports take leave in the next turns of the loop
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()
