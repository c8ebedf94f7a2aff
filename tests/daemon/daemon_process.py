"""The real daemon as a process; waiting means reading its log, never sleeping."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}
PATIENCE = 120.0  # seconds: on a busy machine; a daemon that says nothing for so long is killed


class Daemon:
    """A running `figurewatch run`."""

    def __init__(self, folder: Path, **env: str) -> None:
        own = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "FIGUREWATCH_DATA_DIR": str(folder / "data")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--hurry", "0.02"],
            cwd=folder,
            env={**QUIET, **own, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[dict[str, Any]] = []
        self._watchdog = threading.Timer(PATIENCE, self.process.kill)
        self._watchdog.start()

    def until(self, event: str, **values: Any) -> dict[str, Any]:
        """Read the log up to the next line that says so."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            said = json.loads(line)
            self.log.append(said)
            if said["event"] == event and all(said.get(name) == value for name, value in values.items()):
                return said
        raise AssertionError(f"the daemon ended before it said {event!r}: {self.log[-5:]}")

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit code. What it printed is in `printed`, the rest of its log in `log`."""
        self.printed, rest = self.process.communicate()
        self.log += [json.loads(line) for line in rest.splitlines() if line.startswith("{")]
        self._watchdog.cancel()
        return self.process.returncode


@contextmanager
def daemon(folder: Path, **env: str) -> Iterator[Daemon]:
    """A daemon that does not outlive the test."""
    running = Daemon(folder, **env)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.wait()
