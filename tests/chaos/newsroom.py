"""A company's newsroom on loopback that publishes one checkable figure a story, and remembers what it published."""

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

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

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
            f"<item><title>{fact.title}</title><link>http://{self.host}/story/{fact.number}</link>"
            f"<guid>story-{fact.number}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{fact.sentence}</description></item>"
            for fact, at in reversed(self.published)
        )
        first = (
            "<item><title>Welcome to the newsroom</title><guid>welcome</guid>"
            "<pubDate>Mon, 06 Jan 2025 08:00:00 GMT</pubDate><description>Hello.</description></item>"
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Newsroom</title>{items}{first}</channel></rss>'

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
