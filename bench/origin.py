"""An origin server on loopback for the bench: many hosts (127.x.y.z), feeds with ETags and gzip, article pages.

    python bench/origin.py --feeds 1000 --items 25

prints its port on one line, then the port for TLS, and serves until its standard input closes.
`GET /control?generation=N&new=K` moves every feed to generation N, in which each feed has K entries that generation N-1
had not; with `&every=E` only one feed in E has news at each generation. `/story/N` is an article page; with
`--relevant 0.03`, 3 in 100 are about what is watched.
"""

import argparse
import asyncio
import gzip
import hashlib
import ssl
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

CERTIFICATE = Path(__file__).with_name("tls_bench.pem")
START = datetime(2026, 1, 5, 6, tzinfo=UTC)
WORDS = (
    *("river", "council", "harvest", "museum", "bridge", "garden", "school", "concert", "market", "station"),
    *("weather", "library", "painter", "orchard", "festival", "harbour", "village", "teacher", "railway"),
    *("kitchen", "football", "theatre", "mountain", "bakery", "election", "hospital"),
)


def sentence(seed: int, words: int = 18) -> str:
    """A sentence that is the same for the same seed and speaks of nothing that matters."""
    picked = [WORDS[(seed * 31 + i * i * 7 + i) % len(WORDS)] for i in range(words)]
    return (" ".join(picked)).capitalize() + "."


def item(host: int, number: int, base: str) -> str:
    """One RSS item of about 900 bytes."""
    when = format_datetime(START + timedelta(minutes=number))
    body = " ".join(sentence(host * 977 + number * 13 + k) for k in range(4))
    return (f"<item><title>{sentence(host + number, 9)} {number}</title><link>{base}/story/{number}</link>"
            f"<guid isPermaLink=\"false\">h{host}-n{number}</guid><pubDate>{when}</pubDate>"
            f"<description><![CDATA[<p>{body}</p>]]></description></item>")  # fmt: skip


def feed(host: int, base: str, items: int, generation: int, new: int) -> bytes:
    """An RSS 2.0 document, newest item first."""
    last = items + generation * new
    rows = "".join(item(host, n, base) for n in range(last - 1, last - items - 1, -1))
    head = f"<title>Paper {host}</title><link>{base}/</link><description>{sentence(host)}</description>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{rows}</channel></rss>'.encode()


@dataclass
class Origin:
    """The server's state: which generation of the feeds it shows, and bodies already made."""

    feeds: int
    items: int
    port: int = 0
    secure: int = 0
    generation: int = 0
    new: int = 0
    every: int = 1
    relevant: float = 0.0
    requests: int = 0
    bodies: dict[tuple[int, int], tuple[bytes, str]] = field(default_factory=dict)
    pages: list[bytes] = field(default_factory=list)

    def body(self, host: int) -> tuple[bytes, str]:
        """The gzipped feed of a host and its ETag; made once a generation."""
        news = (self.generation + host % self.every) // self.every
        key = (host, news)
        if key not in self.bodies:
            raw = feed(host, base_url(host, self.port, self.secure), self.items, news, self.new)
            self.bodies.pop((host, news - 1), None)
            self.bodies[key] = gzip.compress(raw, 6), hashlib.blake2b(raw, digest_size=8).hexdigest()
        return self.bodies[key]

    def answer(self, target: str, headers: dict[str, str]) -> bytes:
        """The whole response to one GET."""
        url = urlsplit(target)
        if url.path == "/control":
            query = parse_qs(url.query)
            self.generation, self.new = int(query["generation"][0]), int(query["new"][0])
            self.every = int(query.get("every", ["1"])[0])
            for host in range(self.feeds):
                self.body(host)
            return response(b"ok")
        self.requests += 1
        if url.path == "/count":
            return response(str(self.requests).encode())
        if url.path.startswith("/story/"):
            page = self.page(url.path, headers.get("host", ""))
            return response(page, extra="Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n")
        if not url.path.startswith("/feed/"):
            return response(b"no such page", "404 Not Found")
        packed, tag = self.body(int(url.path.removeprefix("/feed/")))
        if headers.get("if-none-match") == f'"{tag}"':
            return response(b"", "304 Not Modified", f'ETag: "{tag}"\r\n')
        extra = f'ETag: "{tag}"\r\nContent-Type: application/rss+xml; charset=utf-8\r\n'
        if "gzip" in headers.get("accept-encoding", ""):
            return response(packed, extra=extra + "Content-Encoding: gzip\r\n")
        return response(gzip.decompress(packed), extra=extra)

    def page(self, path: str, host: str) -> bytes:
        """A gzipped article page, the same each time for the same address."""
        if not self.pages:
            from material import irrelevant, story_pages

            matter, count = story_pages(), 400
            made = irrelevant(count - round(count * self.relevant)) + matter[: round(count * self.relevant)]
            self.pages = [gzip.compress(one.html, 6) for one in made]
        digest = hashlib.blake2b(f"{host}{path}".encode(), digest_size=4).digest()
        return self.pages[int.from_bytes(digest, "big") % len(self.pages)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection until the client leaves."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                pairs = (line.split(":", 1) for line in lines if ":" in line)
                writer.write(self.answer(first.split()[1], {k.lower(): v.strip() for k, v in pairs}))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def response(body: bytes, status: str = "200 OK", extra: str = "") -> bytes:
    """An HTTP/1.1 response with its length."""
    length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{extra}{length}\r\n".encode() + body


def address(host: int) -> str:
    """A loopback address that stands for one host name."""
    return f"127.{10 + host // 60000}.{host // 250 % 240}.{host % 250 + 1}"


def base_url(host: int, port: int, secure: int) -> str:
    """Where a host is served: one in ten of the first thousand over TLS."""
    tls = secure and host % 10 == 3 and host < 1000
    return f"https://{address(host)}:{secure}" if tls else f"http://{address(host)}:{port}"


def allowed(host: int, port: int, secure: int) -> str:
    """The host and port of a feed, as `allow_hosts` names them."""
    return base_url(host, port, secure).partition("//")[2]


async def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--relevant", type=float, default=0.0)
    args = parser.parse_args()
    origin = Origin(args.feeds, args.items, relevant=args.relevant)
    server = await asyncio.start_server(origin.serve, "0.0.0.0", 0, backlog=2048)
    origin.port = server.sockets[0].getsockname()[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    over_tls = await asyncio.start_server(origin.serve, "0.0.0.0", 0, backlog=2048, ssl=context)
    origin.secure = over_tls.sockets[0].getsockname()[1]
    for host in range(origin.feeds):
        origin.body(host)
    print(origin.port, origin.secure, sep="\n", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
    over_tls.close()


if __name__ == "__main__":
    asyncio.run(main())
