"""A company's newsroom on loopback that publishes one checkable figure a story, and remembers what it published."""

import contextlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOWNS = (
    "Abilene", "Amarillo", "Appleton", "Asheville", "Athens", "Bakersfield", "Bangor", "Beaumont", "Bellingham",
    "Billings", "Boise", "Boulder", "Bowling Green", "Bozeman", "Bristol", "Burlington", "Canton", "Casper",
    "Cedar Rapids", "Chattanooga", "Cheyenne", "Columbia", "Corvallis", "Dayton", "Decatur", "Duluth", "Durham",
    "Eau Claire", "Elkhart", "Eugene", "Evansville", "Fargo", "Fayetteville", "Flagstaff", "Fresno", "Gainesville",
    "Grand Junction", "Great Falls", "Greeley", "Greenville", "Hattiesburg", "Idaho Falls", "Jackson", "Janesville",
    "Joplin", "Kalamazoo", "Knoxville", "La Crosse", "Lafayette", "Lansing", "Laredo", "Lawton", "Lincoln", "Lubbock",
    "Macon", "Mankato", "Medford", "Midland", "Missoula", "Mobile", "Muncie", "Ocala", "Odessa", "Olympia", "Owensboro",
    "Peoria", "Pocatello", "Pueblo", "Racine", "Redding", "Roanoke", "Rockford", "Salina", "Savannah", "Shreveport",
    "Spokane", "Topeka", "Tulsa", "Waco", "Yakima",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One story: a site, and what the company will spend on it in millions of dollars."""

    number: int
    town: str
    millions: int

    @property
    def value(self) -> str:
        """As the story and the digest print it."""
        return f"{self.millions / 1000:.2f}"

    @property
    def title(self) -> str:
        return f"Meta to build a data center in {self.town}"

    @property
    def sentence(self) -> str:
        return f"Meta will invest ${self.value} billion in a new data center in {self.town}."

    def page(self) -> str:
        more = f"The plan was published in the company's newsroom as item {self.number} of the day."
        return (
            f"<!doctype html><html lang=en><head><title>{self.title}</title></head><body><nav><a href=/>Home</a></nav>"
            f"<article><h1>{self.title}</h1><p>{self.sentence} {more}</p>"
            f"<p>The site near {self.town} will serve artificial intelligence, the company said, and work on it begins "
            "as soon as the town has given its permits.</p></article></body></html>"
        )


def facts() -> list[Fact]:
    """Eighty stories, each of a series of its own, no two with one value."""
    return [Fact(number, town, 1007 + 10 * number) for number, town in enumerate(TOWNS)]


DESKS = 8  # addresses for pages, so that a polite daemon need not wait a second between two stories


@dataclass
class Newsroom:
    """Serves /feed and /story/N. `publish` adds the next fact; a first, old entry makes the first poll silent."""

    published: list[tuple[Fact, datetime]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.waiting = facts()
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = room.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
                """Quiet."""

        first = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = first.server_address[1]
        self.servers = [first]
        for number in range(2, DESKS + 2):
            with contextlib.suppress(OSError):  # where loopback is one address only, it is merely slower
                self.servers.append(ThreadingHTTPServer((f"127.0.0.{number}", port), Handler))
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.host = f"127.0.0.1:{port}"
        self.hosts = [f"{server.server_address[0]!s}:{port}" for server in self.servers]

    def publish(self) -> Fact:
        with self.lock:
            fact = self.waiting.pop(0)
            self.published.append((fact, datetime.now(UTC)))
            return fact

    def answer(self, path: str) -> tuple[int, str, bytes]:
        with self.lock:
            if path == "/feed":
                return 200, "application/rss+xml", self.feed().encode()
            for fact, _ in self.published:
                if path == f"/story/{fact.number}":
                    return 200, "text/html; charset=utf-8", fact.page().encode()
        return 404, "text/plain", b"not here"

    def feed(self) -> str:
        items = "".join(
            f"<item><title>{fact.title}</title>{self.link(fact)}"
            f"<guid>story-{fact.number}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{fact.sentence}</description></item>"
            for fact, at in reversed(self.published)
        )
        first = (
            "<item><title>Welcome to the newsroom</title><guid>welcome</guid>"
            "<pubDate>Mon, 06 Jan 2025 08:00:00 GMT</pubDate><description>Hello.</description></item>"
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Newsroom</title>{items}{first}</channel></rss>'

    def link(self, fact: Fact) -> str:
        """Two stories of three are told by the feed alone: a page takes a process of its own to read."""
        return "" if fact.number % 3 else f"<link>http://{self.page_host(fact)}/story/{fact.number}</link>"

    def page_host(self, fact: Fact) -> str:
        """Where a story's page is; never the feed's own address if there is another."""
        others = self.hosts[1:] or self.hosts
        return others[fact.number % len(others)]

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
