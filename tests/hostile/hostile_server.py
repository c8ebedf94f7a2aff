"""A server on loopback that does what it should not: hostile feeds, hostile articles, and a canary nobody may touch.

Each case is a function of a socket whose request has been read. `Case.verdict`:
  entries:N   the feed is usable and N entries come out       fails      the poll fails, in words
  unchanged   nothing new, no error                           any        either; what matters is that nothing breaks
An article case is reached through a feed of one item that leads to it.
"""

import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

CANARY = "127.0.0.3"
LINE = "Meta will own 350,000 Nvidia H100 accelerators by the end of 2024, its chief executive told staff on Thursday."
PAGE = "".join(f"<p>{LINE} Part {n} of the note adds no other number.</p>" for n in "abcdef")


@dataclass(frozen=True)
class Case:
    """`absent`: strings that may come out nowhere. `wants`: one that must. `waits`: only a deadline ends it."""

    id: str
    verdict: str
    run: Callable
    article: bool = False
    absent: tuple[str, ...] = ()
    wants: str = ""
    waits: bool = False


CASES: dict[str, Case] = {}


def case(verdict="any", **more):
    def register(function):
        name = function.__name__
        CASES[name] = Case(name, verdict, function, **more)
        return function

    return register


class Peer:
    """One connection, with what cases need to misbehave."""

    def __init__(self, sock, host, canary, path, stop):
        self.sock, self.host, self.canary, self.path, self.stop = sock, host, canary, path, stop

    def raw(self, data):
        self.sock.sendall(data)

    def reply(self, body=b"", kind="application/xml", status="200 OK", **headers):
        body = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def start(self, **headers):
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.raw(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n{extra}\r\n".encode())

    def chunk(self, data):
        self.raw(b"%x\r\n%s\r\n" % (len(data), data))

    def drip(self, data):
        for n in range(len(data)):
            if self.stop.wait(0.2):
                return
            self.raw(data[n : n + 1])


def rss(*items, pre="", head=""):
    return f'{pre}<rss version="2.0"><channel><title>t</title>{head}{"".join(items)}</channel></rss>'


def item(title="Meta story", link=None, more=""):
    if link is None:  # one that nobody answers, another for each story
        link = f"http://127.0.0.1:9/{zlib.crc32(title.encode(errors='replace')):x}"
    return f"<item><title>{title}</title><link>{link}</link><description>{LINE}</description>{more}</item>"


def page(body=PAGE, head=""):
    head = f"<head><meta charset=utf-8>{head}</head>"
    return f"<!doctype html><html lang=en>{head}<body><article>{body}</article></body></html>"


# ---------------------------------------------------------------------------------------------------- the wire
@case("fails", waits=True)
def headers_drip_for_ever(peer):
    peer.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    peer.drip(b"a" * 400)


@case("fails", waits=True)
def body_drips_for_ever(peer):
    peer.start()
    peer.drip(b"1\r\n<\r\n" * 100)


@case("fails", waits=True)
def never_answers(peer):
    peer.stop.wait(60)


@case("fails")
def interim_answers_without_end(peer):
    while not peer.stop.is_set():
        peer.raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50)


@case("fails")
def items_without_end(peer):
    peer.start()
    peer.chunk(rss().partition("</channel>")[0].encode())
    while not peer.stop.is_set():
        peer.chunk(item().encode() * 500)


@case("fails")
def connection_reset_in_the_body(peer):
    peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + rss(item()).encode())
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@case("fails")
def body_shorter_than_announced(peer):
    peer.raw(b'HTTP/1.1 200 OK\r\nETag: "half"\r\nContent-Length: 9000\r\n\r\n' + rss(item()).encode())


@case("fails")
def chunk_of_no_size(peer):
    peer.start()
    peer.raw(b"size\r\n" + rss(item()).encode())


@case("fails")
def chunks_that_never_close(peer):
    peer.start()
    peer.chunk(rss(item()).encode())


@case("fails")
def another_protocol(peer):
    peer.raw(b"220 mail.example ESMTP ready\r\n")


@case("fails")
def two_lengths(peer):
    body = rss(item()).encode()
    peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@case("fails")
def header_of_megabytes(peer):
    peer.raw(b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * (4 << 20) + b"\r\n\r\n")


@case("fails")
def headers_by_the_thousand(peer):
    peer.raw(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(50_000)) + b"\r\n")


@case("fails")
def gzip_bomb(peer):
    peer.reply(gzip.compress(rss(item("A" * (48 << 20))).encode()), Content_Encoding="gzip")


@case("fails")
def gzip_bomb_in_gzip(peer):
    bomb = gzip.compress(gzip.compress(b"A" * (48 << 20)))
    peer.reply(bomb, Content_Encoding="gzip, gzip")


@case("fails")
def zlib_nobody_asked_for(peer):
    peer.reply(zlib.compress(rss(item()).encode()), Content_Encoding="deflate")


@case("fails")
def gzip_without_its_end(peer):
    peer.reply(gzip.compress(rss(*(item(f"s{n}") for n in range(900))).encode())[:-200], Content_Encoding="gzip")


@case("entries:1")
def gzip_in_name_only(peer):
    peer.reply(rss(item()), Content_Encoding="gzip")


@case("entries:1")
def validators_of_kilobytes(peer):
    peer.reply(rss(item()), ETag='"' + "e" * 20_000 + '"', Last_Modified="x" * 9_000)


# ---------------------------------------------------------------------------------------------------- redirects, status
def redirect(name, location, verdict="fails", status="302 Found"):
    def run(peer):
        peer.reply(status=status, Location=location(peer))

    CASES[name] = Case(name, verdict, run)


redirect("redirect_to_itself", lambda peer: peer.path)
redirect("redirect_to_a_file", lambda peer: "file:///etc/hostname")
redirect("redirect_to_script", lambda peer: "javascript:alert(1)")
redirect("redirect_to_canary", lambda peer: f"http://{peer.canary}/")
redirect("redirect_to_canary_behind_userinfo", lambda peer: f"http://{peer.host}@{peer.canary}/")
redirect("redirect_to_canary_in_hex", lambda peer: f"http://0x7f000003:{peer.canary.partition(':')[2]}/")
redirect("redirect_to_canary_in_octal", lambda peer: f"http://0177.0.0.3:{peer.canary.partition(':')[2]}/")
redirect("redirect_to_canary_mapped", lambda peer: f"http://[::ffff:127.0.0.3]:{peer.canary.partition(':')[2]}/")
redirect("redirect_to_localhost", lambda peer: f"http://localhost:{peer.canary.partition(':')[2]}/")
redirect("redirect_without_a_target", lambda peer: "")
redirect("redirect_in_raw_bytes", lambda peer: "http://\u00e9\u00fc\u00ff/\x7f")
redirect("moved_for_good", lambda peer: f"http://{peer.host}/good", "entries:1", "308 Permanent Redirect")


def status(name, line, verdict="fails", body="", **headers):
    def run(peer):
        peer.reply(body, "text/html", line, **headers)

    CASES[name] = Case(name, verdict, run)


status("gone", "410 Gone")
status("slow_down", "429 Too Many Requests", Retry_After="99999999999999999999")
status("out_of_order_until_no_date", "503 Service Unavailable", Retry_After="Wed, 99 Foo 99999 99:99:99 GMT")
status("login_wanted", "401 Unauthorized", body="<h1>Log in</h1>", WWW_Authenticate="Basic realm=x")
status("no_content", "204 No Content")
status("only_a_part", "206 Partial Content", body=rss(item()), Content_Range="bytes 0-9/9")
status("not_modified_unasked", "304 Not Modified", "unchanged")
status("challenge_page", "200 OK", body=page("<p>Checking your browser</p>"))
status("status_without_meaning", "799 Whatever")


# ---------------------------------------------------------------------------------------------------- XML
def feed(name, body, verdict="any", kind="application/rss+xml", **more):
    def run(peer):
        document = body(peer) if callable(body) else body
        peer.reply(document, kind)

    CASES[name] = Case(name, verdict, run, **more)


_DOUBLING = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
feed("entities_doubling", rss(item("&e11;"), pre=f'<!DOCTYPE rss [<!ENTITY e0 "ha">{_DOUBLING}]>'))
feed("entities_doubling_in_utf_16", rss(item("&e11;"), pre=f"<!DOCTYPE rss [{_DOUBLING}]>").encode("utf-16"))
feed("entity_of_parameters", rss(item("&x;"), pre="<!DOCTYPE rss [<!ENTITY % p '<!ENTITY x \"xxx\">'>%p;]>"))
feed(
    "entity_of_a_file",
    rss(item("&x;"), pre='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    absent=("root:",),
)
feed("doctype_at_the_canary", lambda p: rss(item("&x;"), pre=f'<!DOCTYPE rss SYSTEM "http://{p.canary}/x.dtd">'))
feed(
    "stylesheet_at_the_canary",
    lambda p: rss(item(), pre=f'<?xml-stylesheet type="text/xsl" href="http://{p.canary}/x"?>'),
    "entries:1",
)
feed(
    "content_at_the_canary",
    lambda p: (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title>'
        f'<content src="http://{p.canary}/x" type="text/html"/></entry></feed>'
    ),
    "entries:1",
)
feed(
    "pictures_at_the_canary",
    lambda p: rss(item(more=f'<enclosure url="http://{p.canary}/x" type="image/png"/>')),
    "entries:1",
)
feed(
    "schema_at_the_canary",
    lambda p: (
        '<rss version="2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://{p.canary}/x http://{p.canary}/x.xsd"><channel>{item()}</channel></rss>'
    ),
    "entries:1",
)
feed(
    "base_is_a_file",
    '<rss version="2.0" xml:base="file:///etc/"><channel><item><title>T</title><link>passwd</link></item></channel></rss>',
    "entries:1",
    absent=("file:",),
)
feed("nested_beyond_reason", rss(item(more="<description>" + "<b>" * 80_000 + "</b>" * 80_000 + "</description>")))
feed(
    "attributes_without_end", rss("<item " + " ".join(f'a{n}="1"' for n in range(60_000)) + "><title>T</title></item>")
)
feed(
    "namespaces_without_end",
    rss("<item " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(9_000)) + "><title>T</title></item>"),
)
feed("title_of_megabytes", rss(item("<![CDATA[" + "Meta 350,000 " * 400_000 + "]]>")), "entries:1")
feed("guid_of_megabytes", rss(item(more="<guid>" + "g" * 2_000_000 + "</guid>")), "entries:1")
feed("date_of_megabytes", rss(item(more="<pubDate>" + "Mon, 1 Jan 2024 " * 60_000 + "</pubDate>")))
feed("one_item_a_thousand_times", rss(*[item()] * 3_000), "entries:1")
feed(
    "seven_bit_trick",
    b'<?xml version="1.0" encoding="utf-7"?>' + rss(item("+ADw-script+AD4- Meta")).encode(),
    "entries:1",
    absent=("<script",),
)
feed("wide_without_a_mark", rss(item("35万枚 Meta")).encode("utf-16-be"), "entries:1", wants="35万枚")
feed("half_a_character", rss(item("Meta 35万")).encode().replace("万".encode(), "万".encode()[:2]), "entries:1")
feed(
    "broken_off_in_a_character",
    rss(item("one"), item("two", more="<x>万")).encode().partition("万".encode())[0] + b"\xe4\xb8",
    wants="one",
)
feed(
    "wrong_header_charset",
    rss(item("メタは35万枚を買う")).encode(),
    "entries:1",
    "text/xml; charset=windows-1252",
    wants="35万枚",
)
feed("picture_for_a_feed", b"GIF89a" + bytes(range(256)) * 40, "fails")
feed("nothing_at_all", b"", "fails")
feed("spaces_by_the_megabyte", b" " * 4_000_000, "fails")
feed("a_page_in_a_feeds_clothes", page("<form>password</form>"), "fails")
feed("comment_without_end", rss(item()).replace("<item>", "<!--<item>"), "fails")
feed(
    "terminal_and_direction_tricks",
    rss(item("Meta \x1b]0;x\x07\x1b[31m350,000\u202e\u2066 \x00")),
    "entries:1",
    absent=("\x1b", "\u202e", "\x00"),
)
feed(
    "headers_in_a_title",
    rss(item("Meta&#13;&#10;Bcc: you@example.org&#13;&#10;&#13;&#10;body")),
    "entries:1",
    absent=("\nBcc", "\rBcc"),
)
feed(
    "markup_in_markup",
    rss(item("&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;x&lt;/script&gt;Meta")),
    "entries:1",
    absent=("onerror", "<script"),
)
feed(
    "links_that_are_none",
    rss(
        *(
            item(f"Meta {n}", link)
            for n, link in enumerate(
                (
                    "java&#9;script:alert(1)",
                    "  javascript:alert(1)",
                    "http:///x",
                    "http://a b/",
                    "vbscript:x",
                    "//",
                    "http://x:99999999/",
                    "\u202ehttp://x/",
                    "file://localhost/etc/passwd",
                    "http://" + "a" * 70_000,
                )
            )
        )
    ),
    "entries:10",
    absent=("script:", "file:"),
)
feed(
    "dates_that_are_none",
    rss(
        *(
            item(f"Meta {n}", more=f"<pubDate>{date}</pubDate>")
            for n, date in enumerate(
                (
                    "Tue, 99 Foo 99999 99:99:99 +9999",
                    "-1",
                    "9" * 4_000,
                    "2024-02-30T25:61:61Z",
                    "\u0661\u0662\u0663",
                    "Mon, 1 Jan 1 00:00:00 GMT",
                    "30 Feb 2024",
                    "P1D",
                )
            )
        )
    ),
    "entries:8",
)


def json_feed(name, body, verdict="any", **more):
    feed(name, body, verdict, "application/feed+json", **more)


json_feed("json_nested_beyond_reason", '{"items":' + "[" * 200_000, "fails")
json_feed("json_number_of_kilobytes", '{"items": [{"id": ' + "9" * 100_000 + "}]}")
json_feed("json_not_a_number", '{"items": [{"id": NaN, "title": "T", "date_published": Infinity}, 1e999, null]}')
json_feed(
    "json_half_characters",
    '{"items": [{"title": "Meta \\ud800\\u0000\\u001b[31m", "url": "http://x/"}]}',
    "entries:1",
    absent=("\x1b", "\x00"),
)
json_feed(
    "json_of_wrong_kinds",
    json.dumps({"title": [1], "items": [{"title": {"a": 1}, "url": ["x"], "content_html": 5, "id": True}]}),
)


# ---------------------------------------------------------------------------------------------------- articles
def article(name, body, kind="text/html; charset=utf-8", **more):
    def run(peer):
        document = body(peer) if callable(body) else body
        peer.reply(document, kind)

    CASES[name] = Case(name, "any", run, article=True, **more)


article("divs_beyond_reason", page("<div>" * 60_000 + PAGE))
article("tables_in_tables", page("<table><tr><td>" * 3_000 + PAGE))
article("attributes_on_one_tag", page("<p " + " ".join(f"a{n}=1" for n in range(90_000)) + f">{LINE}</p>"))
article("one_word_of_megabytes", page(f"<p>{'9' * 2_000_000}</p>{PAGE}"))
article("tags_never_closed", page(PAGE + "<p" * 200_000))
article("comment_that_swallows_the_page", page(PAGE + "<!-- " + "- " * 300_000), wants="350,000")
article("page_of_many_megabytes", page(PAGE * 20_000), wants="350,000")
article(
    "refresh_to_the_canary",
    lambda p: page(head=f'<meta http-equiv=refresh content="0;url=http://{p.canary}/">'),
    wants="350,000",
)
article(
    "frames_at_the_canary",
    lambda p: page(PAGE + f'<iframe src="http://{p.canary}/"></iframe><img src="http://{p.canary}/i">'),
)
article(
    "base_at_the_canary",
    lambda p: page(head=f'<base href="http://{p.canary}/"><link rel=canonical href="x">'),
    wants="350,000",
)
article(
    "numbers_nobody_sees",
    page(
        PAGE
        + '<div hidden>Meta has 111,000 chips.</div><p style="position:fixed;left:-5000px">Meta has 222,000 chips.</p>'
        '<p style="font-size:0">Meta has 333,000 chips.</p><noscript>Meta has 444,000 chips.</noscript>'
        '<template><p>Meta has 555,000 chips.</p></template><p style="color:transparent">Meta has 666,000 chips.</p>'
    ),
    wants="350,000",
    absent=("111,000", "222,000", "333,000", "444,000", "555,000", "666,000"),
)
article(
    "json_ld_nested_beyond_reason",
    page(head=f'<script type="application/ld+json">{"[" * 100_000}</script>'),
    wants="350,000",
)
article(
    "json_ld_of_wrong_kinds",
    page(head='<script type="application/ld+json">{"@type": "Article", "headline": [], "datePublished": {}}</script>'),
    wants="350,000",
)
article("document_of_another_kind", b"%PDF-1.7 " + bytes(range(256)) * 200)
article(
    "letters_in_disguise", page(PAGE.replace("350,000", "350,\u200b000").replace("Meta", "M\u00adeta")), wants="350,000"
)
article(
    "charset_that_lies",
    page("".join(f"<p>メタは35万枚の加速器を買う。社長が{n}で述べた。</p>" for n in "朝昼夜春夏秋冬")).encode("euc_jp"),
)
article("page_of_noise", bytes(range(256)) * 2_000)


@case(article=True, waits=True)
def article_drips_for_ever(peer):
    peer.start(Content_Type="text/html")
    peer.drip(page().encode())


@case(article=True, wants="350,000")
def article_in_a_bomb(peer):
    peer.reply(gzip.compress(page(PAGE + "<p>" + "A" * (48 << 20)).encode()), "text/html", Content_Encoding="gzip")


class HostileServer:
    """Serves all cases at /c/ID on 127.0.0.1; `touched` lists what reached the canary on 127.0.0.3."""

    def __init__(self):
        self.stop = threading.Event()
        self.touched = []
        self._main = self._listen("127.0.0.1", self._serve)
        self._trap = self._listen(CANARY, self._catch)
        self.host = f"127.0.0.1:{self._main.getsockname()[1]}"
        self.canary = f"{CANARY}:{self._trap.getsockname()[1]}"

    def _listen(self, host, serve):
        listening = socket.create_server((host, 0), backlog=128)
        threading.Thread(target=self._accept, args=(listening, serve), daemon=True).start()
        return listening

    def _accept(self, listening, serve):
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(sock, serve), daemon=True).start()

    def _one(self, sock, serve):
        sock.settimeout(30)
        with sock, suppress(OSError, ValueError):
            serve(sock)

    def _catch(self, sock):
        self.touched.append(sock.recv(200))
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def _serve(self, sock):
        head = b""
        while b"\r\n\r\n" not in head:
            data = sock.recv(65_536)
            if not data:
                return
            head += data
        path = head.split(b" ", 2)[1].decode()
        peer = Peer(sock, self.host, self.canary, path, self.stop)
        name = path.partition("?")[0].removeprefix("/c/")
        if path == "/good":
            peer.reply(rss(item("Good", f"http://{self.host}/good-page")))
        elif path == "/robots.txt":
            peer.reply(b"", "text/plain", "404 Not Found")
        elif name.removesuffix("/feed") in CASES and name.endswith("/feed"):
            peer.reply(
                rss(item(f"Meta {name}", f"http://{self.host}{path.removesuffix('/feed')}", "").replace(LINE, ""))
            )
        elif name in CASES:
            CASES[name].run(peer)
        else:
            peer.reply(page(), "text/html")

    def close(self):
        """Stop listening and let every case end."""
        self.stop.set()
        self._main.close()
        self._trap.close()
