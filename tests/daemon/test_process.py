"""The daemon's own process: what it leaves behind, and what it says before any work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from daemon_process import QUIET, ROOT

from monitor.config import ConfigError, load_config
from monitor.daemon.configuring import load_apart

YAML = """\
feeds:
  - {url: https://a.example/f, every: 90m, headers: {Authorization: "${TOKEN}"}, tags: [x]}
database: ${DATABASE}
alerts:
  - name: Team
    schedule: {at: "08:30", days: mon-fri, zone: Europe/Berlin, quiet: "22:00-07:00"}
    rules: [{metrics: ["meta.*"], min_percent: 1.5, direction: raised, kinds: [changed], sources: [primary]}]
    slack: ${HOOK}
"""
ENV = {
    "TOKEN": "Bearer hunter2hunter2",
    "DATABASE": "postgresql://me:s3cret@db.example/x",
    "HOOK": "https://h.example/x",
}


def test_a_configuration_read_apart_is_the_same_as_one_read_here(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(YAML)
    env = {**QUIET, **ENV, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    assert load_apart(tmp_path / "feeds.yaml", env) == load_config(tmp_path / "feeds.yaml", env)


def test_mistakes_found_apart_are_the_same_as_those_found_here(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - ftp://x.example\nnonsense: 1\n")
    told = []
    for load in (load_apart, load_config):
        with pytest.raises(ConfigError) as caught:
            load(tmp_path / "feeds.yaml", {**QUIET, "PYTHONPATH": str(ROOT)})
        told.append(caught.value.lines())
    assert told[0] == told[1]
    assert len(told[0]) == 2


def test_the_daemon_imports_nothing_of_what_reads_configurations_or_draws() -> None:
    code = (
        "import sys, monitor.daemon.process as p\ntry: p.main(['nowhere.yaml', '1', ''])\nfinally: print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}"],
        env={**QUIET, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.startswith("nowhere.yaml:1:1: cannot be read")
    assert "monitor.daemon.serve" in done.stdout
    heavy = {"pydantic", "typer", "ruamel.yaml", "alembic", "trafilatura", "pygments.lexers", "rich.console"}
    assert heavy & set(done.stdout.split()) == set()


def test_becoming_the_daemon_keeps_the_process_number(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: [https://127.0.0.1:9/f]\n")
    env = {**QUIET, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "FIGUREWATCH_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "monitor", "run"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert "started" in next(line for line in process.stderr if line.startswith("{"))
            lock = tmp_path / "data" / "figurewatch.db.lock"
            assert int(lock.read_text()) == process.pid
            assert "-OO" in Path(f"/proc/{process.pid}/cmdline").read_text().split("\0")[:3]
            os.kill(process.pid, 15)
            process.stderr.read()
            assert process.wait(60) == 0
        finally:
            process.kill()
