"""What the waiting daemon and quick commands do without: imports are most of what they weigh and of how long they take.

Each of the modules named here is needed somewhere, and nowhere in what is run here.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from daemon_process import QUIET, ROOT

READ_CONFIGURATIONS = {"pydantic", "ruamel.yaml", "monitor.config.load"}
MIGRATE = {"alembic", "mako"}
SPEAK_POSTGRESQL = {"psycopg", "sqlalchemy.dialects.postgresql"}
READ_PAGES = {"trafilatura", "courlan", "lxml.html", "justext", "babel", "dateparser"}
READ_FIGURES = {"eldc", "monitor.packs.load", "monitor.core.read"}
DRAW = {"PIL", "matplotlib", "jinja2", "css_inline", "rich.console", "pygments.lexers"}
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


@pytest.mark.parametrize("words", [("health",), ("figures", "list"), ("alerts", "list"), ("feeds", "list")])
def test_a_question_to_the_database_loads_nothing_but_what_answers_it(configured: Path, words: tuple[str, ...]) -> None:
    assert imported(COMMAND, configured.parent, "migrate", "-c", str(configured)) >= {"alembic"}
    held = imported(COMMAND, configured.parent, *words, "-c", str(configured))
    assert {"sqlalchemy", "pydantic"} <= held
    assert held & (HEAVY | READ_FEEDS | TALK) <= {"greenlet"}  # SQLAlchemy's own; a hundredth of a second


def test_help_loads_the_command_line_alone(tmp_path: Path) -> None:
    held = imported(COMMAND, tmp_path, "--help")
    assert held & (HEAVY | READ_FEEDS | TALK | READ_CONFIGURATIONS | {"sqlalchemy"}) == set()


def test_a_poll_in_which_nothing_is_new_loads_nothing_that_reads_documents() -> None:
    code = "import json, sys\nimport monitor.daemon.wiring, monitor.steps.begin, monitor.steps.poll\n"
    held = imported(f"{code}print(json.dumps(list(sys.modules)))", ROOT)
    assert held & (READ_FEEDS | READ_PAGES | READ_FIGURES | READ_CONFIGURATIONS | SEND_MAIL) == set()
