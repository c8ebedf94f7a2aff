"""A news site on loopback: a feed, its stories' pages, and whatever is posted to it."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Site:
    """Pages and a feed by path, served on loopback; `posts` holds what was sent to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.posts: list[bytes] = []
        self.gets: list[str] = []
        self.stories: list[str] = []
        self.keyed: tuple[str, bytes] | None = None

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

    def keyed_story(self, number: int, text: str) -> None:
        """A story of a feed that wants a key, tells all in its entries, and has moved there from /old for good."""
        item = (
            f"<item><title>Meta AI {number}</title><guid>k{number}</guid><description>{text}</description>"
            f"<pubDate>Thu, {number + 9} Apr 2025 10:00:00 GMT</pubDate></item>"
        )
        rss = f'<rss version="2.0"><channel><title>Keyed</title>{item}</channel></rss>'
        self.keyed = ("application/rss+xml", rss.encode())


@contextmanager
def site() -> Iterator[Site]:
    """A site of one's own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.gets.append(self.path)
            kind, body = here.pages.get(self.path, ("text/plain", b""))
            found = self.path in here.pages
            if here.keyed and self.path.startswith("/keyed?api_key="):
                found, (kind, body) = True, here.keyed
            moved = self.path.startswith("/old?")
            self.send_response(301 if moved or self.path == "/plain" else 200 if found else 404)
            if self.path == "/plain":  # a site that hands out a key of its own
                self.send_header("Location", "/keyed?api_key=canary-of-the-site-8")
            if moved:
                self.send_header("Location", self.path.replace("/old?token", "/keyed?api_key"))
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

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
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
