"""One daemon's life on one database: started, killed, started again, and at the end held against what was fed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chaos.desks import MailDesk, SlackDesk
from chaos.newsroom import Newsroom

CONFIG = """\
feeds:
  - url: http://{newsroom}/feed
    name: Newsroom
    kind: primary
    every: 1s
allow_hosts: ["{newsroom}", "{slack}"]
polling: {{robots: false}}
alerts:
  - name: desk
    slack: http://{slack}/hook
    email: {{to: desk@example.com, sender: watch@example.com, host: 127.0.0.1, port: {port}, security: none}}
"""


@dataclass
class Life:
    """The folder, the servers and the daemon under test."""

    folder: Path
    newsroom: Newsroom = field(default_factory=Newsroom)
    slack: SlackDesk = field(default_factory=SlackDesk)
    mail: MailDesk = field(default_factory=MailDesk)
    extra: str = ""
    daemon: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def __post_init__(self) -> None:
        text = CONFIG.format(newsroom=self.newsroom.host, slack=self.slack.host, port=self.mail.port)
        self.config.write_text(text + self.extra, encoding="utf-8")
        (self.folder / "seeds").mkdir(exist_ok=True)

    @property
    def config(self) -> Path:
        return self.folder / "feeds.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "data" / "figurewatch.db"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FIGUREWATCH_")}
        return kept | {"FIGUREWATCH_DATA_DIR": str(self.folder / "data")} | more

    def command(self, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A figurewatch command on this life's configuration."""
        argv = [sys.executable, "-m", "monitor.cli", *words, "--config", str(self.config)]
        return subprocess.run(
            argv, env=self.environment(), capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self, crash_at: str = "") -> subprocess.Popen[bytes]:
        """The daemon; `crash_at` names the point at which it kills itself."""
        more = {"FIGUREWATCH_CRASH_AT": crash_at} if crash_at else {}
        with (self.folder / "daemon.log").open("ab") as log:
            argv = [sys.executable, "-m", "monitor.cli", "run", "--hurry", "0.02", "--config", str(self.config)]
            self.daemon = subprocess.Popen(argv, env=self.environment(**more), stdout=log, stderr=log)
        return self.daemon

    def kill(self) -> None:
        """SIGKILL, as the out-of-memory killer does it."""
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
        if self.daemon:
            self.daemon.wait(30)
            self.kills += 1
        self.daemon = None

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        code = self.daemon.wait(30)
        self.daemon = None
        return code

    def hurry(self) -> None:
        """Let the waiting times of retries and polls pass."""
        if self.database.exists():
            with closing(sqlite3.connect(self.database, timeout=30)) as db, db:
                db.execute("update deliveries set due_at = first_try where state = 'pending' and first_try is not null")
                db.execute("update feeds set due_at = last_poll where last_poll is not null")
                db.execute("update entries set due_at = seen_at where state = 'new'")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(query).fetchall()

    def one(self, query: str) -> int:
        try:
            rows = self.rows(query)
        except sqlite3.OperationalError:  # the tables are not there yet
            return 0
        return int(str(rows[0][0])) if rows else 0

    def quiet(self) -> bool:
        """Everything published is read, told, and has left or is dead."""
        told = self.one("select count(*) from changes")
        open_work = self.one(
            "select (select count(*) from entries where state = 'new') + (select count(*) from deliveries where "
            "state = 'pending') + (select count(*) from tellings where state = 'pending')"
        )
        return told >= len(self.newsroom.published) and not open_work

    def settle(self, seconds: float = 90) -> None:
        """Run the daemon until nothing is left to do."""
        end = time.monotonic() + seconds
        if self.daemon is None or self.daemon.poll() is not None:
            self.start()
        while not self.quiet():
            assert time.monotonic() < end, f"still busy after {seconds} s:\n{self.tail()}"
            self.hurry()
            time.sleep(0.2)
        assert self.stop() == 0

    def tail(self) -> str:
        return (self.folder / "daemon.log").read_text(errors="replace")[-4000:]

    def close(self) -> None:
        self.kill()
        for part in (self.newsroom, self.slack, self.mail):
            part.close()


@contextmanager
def life(folder: Path, extra: str = "") -> Iterator[Life]:
    """A life that ends with its servers closed and its daemon gone, whatever happens."""
    one = Life(folder, extra=extra)
    try:
        yield one
    finally:
        one.close()
