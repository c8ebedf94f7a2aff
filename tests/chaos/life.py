"""Daemons' lives on one database: started, killed, started again, and at the end held against what was fed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psycopg

from chaos import zygote
from chaos.desks import Desk, FileDesk, desk, wait
from chaos.newsroom import Newsroom

CHANNELS = ("email", "slack", "webhook", "file")
PATIENCE = 180.0  # seconds, on a busy machine


@dataclass
class Life:
    """The folder, the servers and the daemons under test. `url` is a PostgreSQL's; None: a SQLite file."""

    folder: Path
    url: str | None = None
    channels: tuple[str, ...] = CHANNELS
    extra: str = ""
    newsroom: Newsroom = field(default_factory=Newsroom)
    desks: dict[str, Desk] = field(default_factory=dict)
    daemons: list[ForkServerProcess] = field(default_factory=list)
    kills: int = 0

    def __post_init__(self) -> None:
        self.desks = {kind: desk(kind, self.folder) for kind in self.channels}
        hosts = [*self.newsroom.hosts, *(host for one in self.desks.values() for host in one.hosts)]
        lines = [
            "feeds:",
            f"  - {{url: http://{self.newsroom.host}/feed, name: Newsroom, kind: primary, every: 1s}}",
            f"allow_hosts: [{', '.join(repr(host) for host in hosts)}]",
            "polling: {robots: false}",
            "alerts:",
            "  - name: desk",
            *(f"    {one.setting}" for one in self.desks.values()),
            self.extra,
        ]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "seeds").mkdir(exist_ok=True)

    @property
    def config(self) -> Path:
        return self.folder / "feeds.yaml"

    @property
    def database(self) -> str:
        """The database's address."""
        return self.url or f"sqlite:///{self.file}"

    @property
    def file(self) -> Path:
        return self.folder / "data" / "figurewatch.db"

    @property
    def log(self) -> Path:
        return self.folder / "daemon.log"

    @property
    def workers(self) -> int:
        """How many daemons work at once: SQLite takes one."""
        return 3 if self.url else 1

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FIGUREWATCH_")}
        own = {"FIGUREWATCH_DATA_DIR": str(self.folder / "data"), "FIGUREWATCH_LOG_FORMAT": "json"}
        return kept | own | ({"FIGUREWATCH_DATABASE_URL": self.url} if self.url else {}) | more

    def command(self, *words: str, timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """A figurewatch command on this life's configuration."""
        argv = [sys.executable, "-m", "monitor.cli", *words, "--config", str(self.config)]
        return subprocess.run(
            argv, env=self.environment(), capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self, crash_at: str = "", **env: str) -> ForkServerProcess:
        """One more daemon; `crash_at` names the point at which it kills itself."""
        more = env | ({"FIGUREWATCH_CRASH_AT": crash_at} if crash_at else {})
        daemon = zygote.start(self.config, 0.02, self.environment(**more), self.log)
        self.daemons.append(daemon)
        return daemon

    def said(self, event: str) -> int:
        """How often the daemons' log says so."""
        return self.log.read_text(errors="replace").count(f'"event": "{event}"') if self.log.exists() else 0

    def born(self) -> int:
        """How many daemons have begun their work so far."""
        return self.said("started")

    def start_all(self) -> None:
        """As many daemons as may work at once."""
        while len(self.daemons) < self.workers:
            self.start()

    def kill(self, daemon: ForkServerProcess) -> None:
        """SIGKILL, as the out-of-memory killer does it."""
        daemon.kill()
        self.gone(daemon)
        self.kills += 1

    def gone(self, daemon: ForkServerProcess, seconds: float = PATIENCE) -> int:
        """Wait for a daemon's end; how it ended (-9: killed)."""
        daemon.join(seconds)
        code = daemon.exitcode
        assert code is not None, f"the daemon does not end:\n{self.tail()}"
        self.daemons.remove(daemon)
        return code

    def stop_all(self) -> None:
        """SIGTERM to all; they must end well."""
        for daemon in list(self.daemons):
            assert daemon.pid is not None
            os.kill(daemon.pid, signal.SIGTERM)
        for daemon in list(self.daemons):
            assert self.gone(daemon) == 0, self.tail()

    def until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait, letting retries' and polls' waiting times pass, until something holds."""
        self.watch(lambda: holds() or self.hurry(), what, seconds)

    def watch(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait until something holds, the database left alone."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what}: not within {seconds:g} s:\n{self.tail()}"
            wait(0.05)

    def begin(self) -> None:
        """The first, silent poll, so that all that is published afterwards is news."""
        self.start()
        self.until(lambda: self.one("select count(*) from feeds where first_ok is not null"), "the first poll")
        self.stop_all()

    def crash(self, point: str) -> None:
        """A daemon that ends at the named point."""
        daemon = self.start(crash_at=point)
        self.until(lambda: daemon.exitcode is not None, point)
        assert self.gone(daemon) == -signal.SIGKILL, self.tail()
        self.kills += 1
        self.lapse()

    def hurry(self) -> None:
        """Let the waiting times of retries and polls pass."""
        self.change(
            "update deliveries set due_at = first_try where state = 'pending' and first_try is not null "
            "and due_at > first_try",
            # Only while something is unpolled: a daemon at its stop waits for the poll under way, and polls are paced.
            "update feeds set due_at = last_poll where last_poll is not null and due_at > last_poll "
            f"and (select count(*) from entries) <= {len(self.newsroom.published)}",
            "update entries set due_at = seen_at where state = 'new' and due_at > seen_at",
        )

    def lapse(self) -> None:
        """Let the leases of the dead run out; only while nobody works."""
        assert not self.daemons
        if self.url:  # the one daemon on a SQLite file sees to that itself
            self.let_go()

    def let_go(self) -> None:
        """Let every lease run out."""
        tables = ("feeds", "entries", "refetches", "deliveries")
        self.change(*(f"update {table} set lease_until = null" for table in tables))

    def change(self, *statements: str) -> None:
        try:
            if self.url:
                with psycopg.connect(self.url, autocommit=True) as pg:
                    for statement in statements:
                        pg.execute(statement.encode())
            elif self.file.exists():
                with closing(sqlite3.connect(self.file, timeout=30)) as db, db:
                    for statement in statements:
                        db.execute(statement)
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable, psycopg.errors.DeadlockDetected):
            pass  # the tables are not there yet, or somebody else was first

    def rows(self, query: str) -> list[tuple[object, ...]]:
        if self.url:
            with psycopg.connect(self.url) as pg:
                return list(pg.execute(query.encode()).fetchall())
        if not self.file.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(query).fetchall()

    def one(self, query: str) -> int:
        try:
            rows = self.rows(query)
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):  # the tables are not there yet
            return 0
        return int(str(rows[0][0])) if rows else 0

    def quiet(self) -> bool:
        """Everything published is read, told, and has left or is dead."""
        told = self.one("select count(*) from changes")
        open_work = self.one(
            "select (select count(*) from entries where state in ('new', 'parked')) + "
            "(select count(*) from deliveries where state = 'pending') + "
            "(select count(*) from tellings where state = 'pending')"
        )
        return told >= len(self.newsroom.published) and not open_work

    def settle(self, seconds: float = PATIENCE, *, later: float = 0) -> None:
        """Run the daemons until nothing is left to do; `later`: by a clock that is so many seconds ahead."""
        for one in self.desks.values():
            if isinstance(one, FileDesk):
                one.clear()
        if not self.daemons:
            self.lapse()
        clock = self.folder / "clock"
        clock.write_text(str(later))
        born = self.born() + self.workers - len(self.daemons)
        while len(self.daemons) < self.workers:
            self.start(CHAOS_CLOCK=str(clock))
        self.until(lambda: self.born() >= born, "started")  # before that, SIGTERM ends it the system's way
        self.until(self.quiet, "settled", seconds)
        self.stop_all()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def close(self) -> None:
        for daemon in list(self.daemons):
            self.kill(daemon)
        for part in (self.newsroom, *self.desks.values()):
            part.close()


@contextmanager
def life(
    folder: Path,
    url: str | None = None,
    channels: tuple[str, ...] = CHANNELS,
    extra: str = "",
    newsroom: Newsroom | None = None,
) -> Iterator[Life]:
    """A life that ends with its servers closed and its daemons gone, whatever happens."""
    one = Life(folder, url, channels, extra, newsroom or Newsroom())
    try:
        yield one
    finally:
        one.close()
