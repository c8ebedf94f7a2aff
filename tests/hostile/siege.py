"""The real daemon under a hostile server, with a good newsroom beside it, and everything that leaves it kept."""

import email
import email.policy
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller

ROOT = Path(__file__).parents[2]
PATIENCE = 400.0  # seconds, on a busy machine; nothing waits for it to pass
LISTS = (["feeds", "list"], ["figures", "list"], ["alerts", "list"], ["misses"], ["health"], ["conflicts", "list"])


class Http:
    """A server on loopback; `answer(method, path, body)` gives (status, kind, bytes)."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                size = int(self.headers.get("Content-Length") or 0)
                status, kind, body = answer(self.command, self.path, self.rfile.read(size))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  the standard library's name

            def log_message(self, *words):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Mail(Controller):
    """A mail server on a port that the system picks; keeps what came, as it came."""

    def __init__(self):
        self.arrived = []
        super().__init__(self, hostname="127.0.0.1", port=0)
        self.start()

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.arrived.append(envelope.content)
        return "250 taken"


def letter(content):
    """The parts of a mail as its reader gets them: headers, plain text, and the HTML's body."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    yield content.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            yield part.get_content()
        if part.get_content_type() == "text/html":
            yield part.get_content().partition("<body")[2]


@contextmanager
def besieged(folder, front, path, *, visits, touched):
    """A siege that is over, with what came of it: `unfinished`, `left`, `touched` (what `touched()` gave then)."""
    one = Siege(folder, front, path)
    try:
        one.unfinished = one.run(visits)
        one.left = one.records()
        one.touched = touched()
        yield one
    finally:
        one.close()
        front.close()


class Siege:
    """`front`: the hostile cases; `path(name)`: a case's feed. Starts nothing by itself."""

    def __init__(self, folder, front, path):
        self.folder, self.front, self.path = folder, front, path
        self.news = False
        self.slack_bodies = []
        self.good = Http(self._good)
        self.slack = Http(self._hook)
        self.mail = Mail()
        self.log = folder / "daemon.log"
        self.database = folder / "data" / "figurewatch.db"
        (folder / "seeds").mkdir()
        feeds = [{"url": f"http://{self.good.host}/feed", "name": "Newsroom", "kind": "primary"}]
        feeds += [{"url": f"http://{front.address(name)}{path(name)}", "name": name} for name in front.names]
        (folder / "feeds.yaml").write_text(
            json.dumps(
                {
                    "feeds": feeds,
                    "allow_hosts": [self.good.host, self.slack.host, *(front.address(name) for name in front.names)],
                    "polling": {"robots": False},
                    "alerts": [
                        {
                            "name": "desk",
                            "slack": f"http://{self.slack.host}/hook",
                            "email": {"to": "desk@example.com", "sender": "watch@example.com", "host": "127.0.0.1",
                                      "port": self.mail.port, "security": "none"},
                        }
                    ],
                }
            )
        )  # fmt: skip
        self.daemon = None

    def _hook(self, method, path, body):
        self.slack_bodies.append(json.dumps(json.loads(body), ensure_ascii=False))
        return 200, "text/plain", b"ok"

    def _good(self, method, path, body):
        sentence = "Meta will invest $1.23 billion in a new data center in Abilene."
        if path != "/feed":
            text = (
                f"<p>{sentence} The plan was published in the company's newsroom.</p>" + "<p>Work begins soon.</p>" * 9
            )
            return 200, "text/html", f"<html lang=en><body><article>{text}</article></body></html>".encode()
        news = (
            f"<item><title>Meta to build in Abilene</title><link>http://{self.good.host}/1</link><guid>1</guid><pubDate>"
            f"{format_datetime(datetime.now(UTC))}</pubDate><description>{sentence}</description></item>"
        )
        old = "<item><title>Welcome</title><guid>0</guid><description>Hello.</description></item>"
        body = f'<rss version="2.0"><channel><title>Newsroom</title>{news if self.news else ""}{old}</channel></rss>'
        return 200, "application/rss+xml", body.encode()

    def run(self, visits):
        """First polls in silence, then the gates open: every case is polled `visits(name)` times, and all is read.

        Gives the cases whose polls were not over when the good feed's was.
        """
        self._start()
        feeds = len(self.front.names) + 1
        self._until(lambda: self.rows("select count(first_ok) from feeds") == [(feeds,)], "first polls")
        before = dict(self.rows("select name, last_poll from feeds"))
        self.front.open = self.news = True
        self._due()
        self._until(lambda: self.count("Newsroom") == 2, "the good feed's poll")
        unfinished = {name for name, at in self.rows("select name, last_poll from feeds") if before[name] == at}
        self._until(lambda: self._asked(visits), "every case's polls")
        self._until(self._quiet, "reading and telling")
        self.daemon.send_signal(signal.SIGTERM)
        assert self.daemon.wait(PATIENCE) == 0
        return unfinished

    def _start(self):
        argv = [sys.executable, "-m", "monitor.cli", "run", "--hurry", "0.02"]
        with self.log.open("wb") as log:
            self.daemon = subprocess.Popen(argv, cwd=self.folder, env=self._environment(), stdout=log, stderr=log)

    def _environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FIGUREWATCH_")}
        own = {"FIGUREWATCH_DATA_DIR": str(self.folder / "data"), "FIGUREWATCH_LOG_FORMAT": "json",
               "PYTHONPATH": str(ROOT)}  # fmt: skip
        return kept | own

    def command(self, *words):
        argv = [sys.executable, "-m", "monitor.cli", *words]
        return subprocess.run(
            argv,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def _asked(self, visits):
        for name in self.front.names:
            if self.front.asked[name] < visits(name):
                self._due("and name = ? and token is null", name)
                return False
        rows = self.rows("select count(*) from feeds where token is not null")
        return rows == [(0,)]

    def _quiet(self):
        open_work = (
            "select (select count(*) from entries where state = 'new' and (token is not null or due_at = seen_at)) + "
            "(select count(*) from deliveries where state = 'pending')"
        )
        return self.rows(open_work) == [(0,)] and self.mail.arrived and self.slack_bodies

    def _due(self, more="", *values):
        with closing(sqlite3.connect(self.database, timeout=60)) as db, db:
            db.execute(f"update feeds set due_at = first_ok where first_ok is not null {more}", values)

    def _until(self, done, what):
        end = time.monotonic() + PATIENCE
        while not done():
            assert self.daemon.poll() is None, self.tail()
            assert time.monotonic() < end, f"{what}: not done after {PATIENCE} s\n{self.tail()}"
            time.sleep(0.1)

    def rows(self, query, *values):
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=60)) as db,
        ):
            return db.execute(query, values).fetchall()
        return []

    def count(self, name):
        """How many entries a feed has."""
        rows = self.rows("select count(*) from entries e join feeds f on f.id = e.feed where f.name = ?", name)
        return rows[0][0] if rows else 0

    def state(self, name):
        """(error, failures, state, due in seconds from the last poll) of a feed."""
        return self.rows("select error, failures, state, last_poll, due_at from feeds where name = ?", name)[0]

    def records(self):
        """All that left the daemon, piece by piece: mails, Slack payloads, log lines, records of --json outputs."""
        found = [("mail", text) for content in self.mail.arrived for text in letter(content)]
        found += [("slack", body) for body in self.slack_bodies]
        found += [("log", line) for line in self.log.read_text(errors="replace").split("\n")]
        for words in LISTS:
            done = self.command(*words, "--json")
            assert "Traceback" not in done.stderr
            parsed = json.loads(done.stdout) if done.stdout.strip() else []
            rows = parsed if isinstance(parsed, list) else [parsed]
            found += [(" ".join(words), json.dumps(row, ensure_ascii=False)) for row in rows]
            found += [(" ".join(words), line) for line in self.command(*words).stdout.split("\n")]
        return found

    def told(self, kind):
        """All that was sent of that kind, as one text."""
        return "\n".join(text for sent, text in self.left if sent == kind)

    def leaks(self, name, forbidden):
        """The pieces with any of these strings in them that may come from this case: (strings, kind, text)."""
        others = {self.front.address(other) for other in self.front.names if other != name}
        for kind, text in self.left:
            if any(other in text for other in others) and self.front.address(name) not in text:
                continue
            if found := [each for each in forbidden if each in text]:
                yield found, kind, text[:500]

    def log_events(self):
        """The lines of the log as the objects that they should be."""
        return [json.loads(line) for kind, line in self.left if kind == "log" and line]

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]

    def close(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.good.close()
        self.slack.close()
        self.mail.stop()
