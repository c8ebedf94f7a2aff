"""The command line as a whole: names, help, exit codes, and no traceback ever."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from monitor.cli import COMMANDS

QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}


def figurewatch(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The program as a user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=cwd,
        env={**QUIET, "HOME": str(cwd), "PYTHONPATH": str(Path(__file__).parents[2]), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command_and_every_exit_code(tmp_path: Path) -> None:
    done = figurewatch("--help", cwd=tmp_path)
    assert done.returncode == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE), name
    for code in ("0 ok", "1 failure", "2 wrong usage", "3 wrong", "4 some feeds", "75 another"):
        assert code in " ".join(done.stdout.split())


def test_help_imports_no_slow_library() -> None:
    code = "import sys, monitor.cli; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    slow = {"pydantic", "sqlalchemy", "aiohttp", "structlog", "ruamel.yaml", "trafilatura", "lxml", "rich", "asyncio"}
    assert slow.isdisjoint(loaded)


@pytest.mark.parametrize("name", [name for name in COMMANDS if find_spec(f"monitor.commands.{name}")])
def test_every_command_is_there_and_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from monitor.cli import app

    module = import_module(f"monitor.commands.{name}")
    assert module.__doc__
    with pytest.raises(SystemExit) as ended:
        app(args=[name, "--help"], prog_name="figurewatch")
    assert ended.value.code == 0
    assert f"figurewatch {name}" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    done = figurewatch("wathc", cwd=tmp_path)
    assert done.returncode == 2
    assert "No such command 'wathc'" in done.stderr


def test_a_missing_configuration_exits_3_with_a_remedy(tmp_path: Path) -> None:
    done = figurewatch("feeds", "list", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.startswith("feeds.yaml:1:1: cannot be read (No such file or directory")
    assert "--config" in done.stderr


def test_all_mistakes_of_a_configuration_are_told_each_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - ftp://x.example\n  - nothing: 1\n")
    for command in (["run"], ["once"], ["check"], ["health"], ["alerts", "list"]):
        done = figurewatch(*command, cwd=tmp_path)
        assert done.returncode == 3, command
        assert done.stderr.splitlines()[0].startswith("feeds.yaml:2:5: feeds[0].url:")
        assert len(done.stderr.splitlines()) == 3
        assert "Traceback" not in done.stderr


def test_the_mistakes_of_a_configuration_are_told_as_json_to_a_script_that_wants_it(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - ftp://x.example\n  - nothing: 1\n")
    done = figurewatch("check", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["ok"]) == (3, "", False)
    assert told["problems"] == figurewatch("check", cwd=tmp_path).stderr.splitlines()


def test_the_configuration_may_be_named_before_or_after_the_command_or_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("feeds: [https://a.example/f]")
    for arguments, env in (
        (["-c", "other.yaml", "feeds", "list"], {}),
        (["feeds", "list", "--config", "other.yaml"], {}),
        (["feeds", "list"], {"FIGUREWATCH_CONFIG": "other.yaml"}),
    ):
        done = figurewatch(*arguments, cwd=tmp_path, **env)
        assert (done.returncode, done.stdout.split("\t")[0]) == (0, "a.example/f"), done.stderr


def test_what_nobody_foresaw_is_one_line_and_a_traceback_only_for_those_who_ask(tmp_path: Path) -> None:
    code = "import sys, monitor.cli as c; c.COMMANDS['os'] = ''; sys.argv[1:] = ['os']; c.main()"
    for debug, trace in (("", False), ("1", True)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**QUIET, "FIGUREWATCH_DEBUG": debug},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) is trace
        assert trace or "figurewatch: unforeseen ModuleNotFoundError" in done.stderr


def test_help_costs_less_than_a_quarter_of_a_second(tmp_path: Path) -> None:
    def spent() -> float:
        """Processor seconds of all programs run so far: a busy machine changes little of them."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    costs = []
    for _ in range(5):
        before = spent()
        figurewatch("--help", cwd=tmp_path)
        costs.append(spent() - before)
    assert min(costs) < 0.25


def test_output_that_nobody_reads_ends_a_command_without_a_word(tmp_path: Path) -> None:
    for arguments in (["--help"], ["replay", "--help"]):
        there, here = os.pipe()
        os.close(there)
        with os.fdopen(here, "wb") as unread:
            done = subprocess.run(
                [sys.executable, "-m", "monitor", *arguments],
                cwd=tmp_path,
                env={**QUIET, "PYTHONPATH": str(Path(__file__).parents[2])},
                stdout=unread,
                stderr=subprocess.PIPE,
                timeout=120,
                check=False,
            )
        assert (done.returncode, done.stderr) == (141, b"")


TALK = """
import socket, sys, types, typer
import monitor.cli as cli
app = typer.Typer()
@app.command()
def talk(careless: bool = False):
    ours, theirs = socket.socketpair()
    theirs.close()
    try:
        ours.sendall(b"x")
    except BrokenPipeError:
        if careless:
            raise
        print("the next feed")
sys.modules["monitor.commands.talk"] = types.SimpleNamespace(app=app)
cli.COMMANDS["talk"] = ""
cli.main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("arguments", "code", "said", "told"),
    [
        (["talk"], 0, "the next feed\n", ""),
        (["talk", "--careless"], 1, "", "figurewatch: unforeseen BrokenPipeError: "),
    ],
)
def test_a_peer_that_hangs_up_never_ends_the_program_without_a_word(
    tmp_path: Path, arguments: list[str], code: int, said: str, told: str
) -> None:
    (tmp_path / "talk.py").write_text(TALK)
    done = subprocess.run(
        [sys.executable, "talk.py", *arguments],
        cwd=tmp_path,
        env={**QUIET, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, said)
    assert done.stderr.startswith(told)
    assert bool(done.stderr) is bool(told)


def test_a_command_leaves_the_signals_of_its_process_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    from monitor.cli import main

    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    with pytest.raises(SystemExit):
        main(["--help"])
    assert {number: signal.getsignal(number) for number in signal.valid_signals()} == before
