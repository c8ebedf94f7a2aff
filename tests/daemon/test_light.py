"""What the waiting daemon and quick commands do without: imports are most of what they weigh and of how long they take.

Each of the modules named here is needed somewhere, and nowhere in what is run here.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from daemon_process import QUIET, ROOT

from alerts.message import Item, Message, Point, to_json
from monitor.core.types.audiences import Audience
from monitor.store import deliveries, outbox
from monitor.store.outbox import StoredDigest
from monitor.store.store import Store

READ_CONFIGURATIONS = {"pydantic", "ruamel.yaml", "monitor.config.load"}
MIGRATE = {"alembic", "mako"}
SPEAK_POSTGRESQL = {"psycopg", "sqlalchemy.dialects.postgresql"}
READ_PAGES = {"trafilatura", "courlan", "lxml.html", "justext", "babel", "dateparser"}
READ_FIGURES = {"eldc", "monitor.packs.load", "monitor.core.read"}
DRAW = {"PIL", "matplotlib", "jinja2", "css_inline", "rich.console", "pygments.lexers", "alerts.chart",
        "alerts.render_html", "alerts.render_email"}  # fmt: skip
SEND_MAIL = {"smtplib", "aiosmtpd", "alerts.channels.email"}
SERVE_OTHERS = {"greenlet", "httpcore", "h11", "h2", "anyio", "trio", "aiohttp.web"}
HEAVY = READ_PAGES | READ_FIGURES | DRAW | SEND_MAIL | SERVE_OTHERS | MIGRATE | SPEAK_POSTGRESQL
READ_FEEDS = {"feedparser", "lxml.etree"}
TALK = {"aiohttp", "httpx", "apscheduler", "structlog"}

# The daemon itself, stopped once each of its stages has looked for work.
DAEMON = """
import json, os, signal, sys
from monitor.daemon import process
from monitor.engines.local import LocalEngine

begin, looked = LocalEngine.add, set()

def add(engine, name, work, every):
    async def look():
        await work()
        looked.add(name)
        if looked == {"poll", "read", "tell", "sweep"}:
            os.kill(os.getpid(), signal.SIGTERM)

    begin(engine, name, look, every)

LocalEngine.add = add
try:
    process.main([sys.argv[1], "0.01", "error"])
finally:
    print(json.dumps([name for name, module in sys.modules.items() if module]))
"""
COMMAND = """
import json, sys
from monitor.cli import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps([name for name, module in sys.modules.items() if module]))
"""


def imported(code: str, folder: Path, *words: str) -> set[str]:
    """The modules that a program has loaded when it ends; it must end well."""
    env = {**QUIET, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    command = [sys.executable, "-P", "-c", code, *words]
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1), done.stderr  # 1: all is not well, which health says
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.yaml"
    path.write_text(f"data_dir: {tmp_path}/data\nfeeds: [{{url: 'https://127.0.0.1:9/feed', enabled: false}}]\n")
    return path


def test_a_waiting_daemon_holds_nothing_of_what_its_other_processes_do(configured: Path) -> None:
    held = imported(DAEMON, configured.parent, str(configured))
    assert {"monitor.steps.deliver", "aiohttp", "httpx"} <= held
    assert held & (HEAVY | READ_CONFIGURATIONS | {"feedparser", "typer", "click"}) == set()


class Desk:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(envelope.content)  # type: ignore[attr-defined]  # aiosmtpd has no types
        return "250 OK"


class AnyPort(Controller):
    """A controller on a port that the system picks."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def test_a_daemon_that_has_sent_mails_with_pictures_holds_nothing_that_drew_them(tmp_path: Path) -> None:
    desk = Desk()
    server = AnyPort(desk, hostname="127.0.0.1", port=0)
    server.start()
    path, out = tmp_path / "feeds.yaml", tmp_path / "out"
    path.write_text(
        f"data_dir: {tmp_path}/data\nfeeds: [{{url: 'https://127.0.0.1:9/feed', enabled: false}}]\n"
        "alerts:\n  - name: Desk\n"
        f"    email: {{to: [a@b.example, c@b.example], sender: f@b.example, host: 127.0.0.1, port: {server.port}, "
        f"security: none}}\n    file: {{path: {out}, formats: [text, html, eml]}}\n"
    )
    try:
        queue(tmp_path / "data", [("desk.email", "a@b.example"), ("desk.email", "c@b.example"), ("desk.file", "file")])
        held = imported(DAEMON, tmp_path, str(path))
    finally:
        server.stop()
    assert len(desk.mails) == 2
    assert all(b"Content-Type: image/png" in mail for mail in [*desk.mails, next(out.glob("*.eml")).read_bytes()])
    assert "data:image/png" in next(out.glob("*.html")).read_text()
    assert {"smtplib", "alerts.channels.email", "alerts.channels.file"} <= held
    assert held & (DRAW | READ_CONFIGURATIONS | READ_PAGES | READ_FIGURES | SERVE_OTHERS | MIGRATE) == set()


def queue(folder: Path, recipients: list[tuple[str, str]]) -> None:
    """A digest with a chart, due to be sent."""
    points = tuple(Point(f"2025-0{month}-01", month * 1e9, None, f"${month}bn", "guidance") for month in (1, 4))
    item = Item(
        change_id="c", metric="meta.capex", title="Capex", period="2025", old="$1bn", new="$4bn", difference=None,
        percent=None, kind="changed", direction="raised", status="guidance", speaker=None, quote="Now $4bn.",
        number=(4, 8), quote_language="en", source="Paper", url="https://a.example", published="2025-04-01",
        other_outlets=0, languages=("en",), points=points, reason="", explain="",
    )  # fmt: skip
    now = datetime.now(UTC)
    digest = StoredDigest("d1", "Desk", now, "Capex", to_json(Message("d1", now.isoformat(), "Desk", (item,))))
    folder.mkdir(mode=0o700)
    store = Store.open(f"sqlite:///{folder}/figurewatch.db")
    with store.write() as tx:
        outbox.sync_audiences(tx, [Audience("Desk", ())], now)
        assert len(outbox.commit_digest(tx, digest, told=[], note_ids=[], recipients=recipients)) == len(recipients)
        assert len(deliveries.undelivered(tx)) == len(recipients)
    store.close()


@pytest.mark.parametrize("words", [("health",), ("figures", "list"), ("alerts", "list"), ("feeds", "list")])
def test_a_question_to_the_database_loads_nothing_but_what_answers_it(configured: Path, words: tuple[str, ...]) -> None:
    assert imported(COMMAND, configured.parent, "migrate", "-c", str(configured)) >= {"alembic"}
    held = imported(COMMAND, configured.parent, *words, "-c", str(configured))
    assert {"sqlalchemy", "pydantic"} <= held
    assert held & (HEAVY | READ_FEEDS | TALK) <= {"greenlet"}  # SQLAlchemy's own; a hundredth of a second


@pytest.mark.parametrize("words", [(), ("--topic", "Meta will spend $65bn on data centres.")])
def test_checking_a_configuration_loads_neither_what_stores_nor_what_polls(
    configured: Path, words: tuple[str, ...]
) -> None:
    held = imported(COMMAND, configured.parent, "check", *words, "-c", str(configured))
    assert {"pydantic", "monitor.packs.load"} <= held
    unneeded = HEAVY - READ_FIGURES - {"alerts.channels.email", "smtplib"}  # which know their settings
    assert held & (unneeded | READ_FEEDS | TALK | {"sqlalchemy"}) == set()


def test_help_loads_the_command_line_alone(tmp_path: Path) -> None:
    held = imported(COMMAND, tmp_path, "--help")
    assert held & (HEAVY | READ_FEEDS | TALK | READ_CONFIGURATIONS | {"sqlalchemy"}) == set()


def test_news_in_a_feed_that_is_written_plainly_is_read_without_what_knows_all_others() -> None:
    code = (
        "import json, sys\nfrom datetime import UTC, datetime\nfrom monitor.sources.feed import parse_feed\n"
        "item = '<item><title>$60bn</title><link>https://a.example/60</link><guid>60</guid></item>'\n"
        "feed = f'<rss version=\"2.0\"><channel><title>Paper</title>{item}</channel></rss>'.encode()\n"
        "url = 'https://a.example/feed'\n"
        "parsed = parse_feed(feed, 'application/rss+xml', url, now=datetime(2025, 4, 1, tzinfo=UTC))\n"
        "assert len(parsed.entries) == 1\n"
    )
    held = imported(f"{code}print(json.dumps(list(sys.modules)))", ROOT)
    assert "lxml.etree" in held
    assert held & ({"feedparser"} | READ_PAGES | READ_FIGURES | READ_CONFIGURATIONS | SEND_MAIL) == set()


def test_a_poll_in_which_nothing_is_new_loads_nothing_that_reads_documents() -> None:
    code = "import json, sys\nimport monitor.daemon.wiring, monitor.steps.begin, monitor.steps.poll\n"
    held = imported(f"{code}print(json.dumps(list(sys.modules)))", ROOT)
    assert held & (READ_FEEDS | READ_PAGES | READ_FIGURES | READ_CONFIGURATIONS | SEND_MAIL) == set()
