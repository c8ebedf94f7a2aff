"""The process that renders: whatever becomes of it, an order ends in words, and the next one is rendered."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from daemon_process import QUIET, ROOT

from alerts.message import Message, Note
from alerts.rendering import NotRendered, Order, render
from monitor.daemon.companion import surroundings
from monitor.daemon.process_renderer import ProcessRenderer

T = TypeVar("T")
MAIL = Order("email", Message("d1", "2026-03-01T12:00", "Desk", (), (Note("feed", "A feed is silent."),)),
             "you@example.org", "fw@example.org")  # fmt: skip
DIES = "import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.{})"
STUCK = "import sys; sys.stdin.readline(); sys.stdin.read()"
SHORT = "{}; is there memory, and is the installation whole?"
PATCHED = "from monitor.daemon import renderer_process as r\ndef render(order): {}\nr.render = render\n{}\nr.main()"


def with_renderer(work: Callable[[ProcessRenderer], Awaitable[T]], **bounds: float) -> T:
    async def run() -> T:
        renderer = ProcessRenderer(**bounds)
        try:
            return await work(renderer)
        finally:
            await renderer.aclose()
            assert renderer.companion.process is None

    return asyncio.run(run())


async def refused(renderer: ProcessRenderer, *command: str) -> NotRendered:
    """How the order ends when `command` is what renders; a sound renderer must then do it."""
    sound, renderer.companion.command = renderer.companion.command, command
    with pytest.raises(NotRendered) as caught:
        await renderer(MAIL)
    renderer.companion.command = sound
    assert await renderer(MAIL) == render(MAIL)
    return caught.value


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", code)


def patched(body: str, more: str = "") -> tuple[str, ...]:
    """The real process, but for what it does to render."""
    return python(PATCHED.format(body, more))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (python(DIES.format("SIGKILL")), "its process was ended by SIGKILL; memory may have been short"),
        (python(DIES.format("SIGSEGV")), "its process was ended by SIGSEGV"),
        (python("import monitor.daemon.nowhere"), "its process gave no answer (status 1)"),
        (("true",), "its process gave no answer (status 0)"),
        (("/nowhere/python",), "its process cannot be begun: No such file or directory"),
        (("echo", "nonsense"), "its process gave no answer (status 0)"),
        (("echo", "[]"), "its process gave no answer (status 0)"),
        (("echo", '{"size": 9}'), "its process gave no answer (status 0)"),
        (patched("raise MemoryError"), SHORT.format("MemoryError")),
        (patched("bytearray(2**33)"), SHORT.format("MemoryError")),
        (patched("import monitor.daemon.nowhere"), SHORT.format("ModuleNotFoundError")),
        (patched("open('/nowhere/template')"), SHORT.format("FileNotFoundError")),
        (patched("any(iter(int, 1))", "r.SECONDS = 0.05"), "its process was ended by SIGPROF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_ends_the_renderer_is_told_in_words_and_to_be_tried_again(command: tuple[str, ...], words: str) -> None:
    fault = with_renderer(lambda renderer: refused(renderer, *command))
    assert str(fault) == words
    assert not fault.lasting


def test_a_fault_of_the_program_is_told_by_its_kind_and_as_lasting_and_shows_nothing_of_the_digest() -> None:
    fault = with_renderer(lambda renderer: refused(renderer, *patched("return {}[order.message.notes[0].text]")))
    assert (str(fault), fault.lasting) == ("an unforeseen KeyError: a fault of this program", True)


def test_a_renderer_that_hangs_is_ended_and_the_next_order_is_rendered() -> None:
    async def work(renderer: ProcessRenderer) -> tuple[NotRendered, bool]:
        sound, renderer.companion.command = renderer.companion.command, python(STUCK)
        renderer.companion.seconds = 0.0
        with pytest.raises(NotRendered) as caught:
            await renderer(MAIL)
        renderer.companion.command, renderer.companion.seconds = sound, 60.0
        return caught.value, await renderer(MAIL) == render(MAIL)

    fault, rendered = with_renderer(work)
    assert (str(fault), fault.lasting, rendered) == ("it takes more than 0 s", False, True)


def test_an_order_behind_one_that_hangs_is_given_up_before_its_send_is() -> None:
    async def work(renderer: ProcessRenderer) -> str:
        renderer.companion.command = python(STUCK)
        hanging = asyncio.create_task(renderer.companion.ask(b"{}"))
        await asyncio.sleep(0)
        with pytest.raises(NotRendered) as caught:
            await renderer(MAIL)
        hanging.cancel()
        await asyncio.wait({hanging})
        return str(caught.value)

    assert with_renderer(work, patience=0.0) == "other digests before it take too long"


def test_many_mails_at_once_are_rendered_by_one_process(tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    async def work(renderer: ProcessRenderer) -> list[bytes]:
        renderer.companion.command = ("sh", "-c", f'echo one >> {begun}; exec "$@"', "sh", *renderer.companion.command)
        return list(await asyncio.gather(*(renderer(MAIL) for _ in range(20))))

    assert with_renderer(work) == [render(MAIL)] * 20
    assert begun.read_text() == "one\n"


def test_a_renderer_without_work_is_let_go_and_the_next_mail_begins_another() -> None:
    async def work(renderer: ProcessRenderer) -> bool:
        await renderer(MAIL)
        process = renderer.companion.process
        assert process is not None
        await asyncio.wait_for(process.wait(), 60)
        return await renderer(MAIL) == render(MAIL)

    assert with_renderer(work, idle=0.01)


def test_a_renderer_that_was_killed_between_two_mails_is_replaced_and_nobody_hears_of_it() -> None:
    async def work(renderer: ProcessRenderer) -> bool:
        await renderer(MAIL)
        assert renderer.companion.process is not None
        renderer.companion.process.kill()
        return await renderer(MAIL) == render(MAIL)

    assert with_renderer(work)


def test_a_cancelled_order_ends_the_process_and_the_next_is_rendered() -> None:
    async def work(renderer: ProcessRenderer) -> bool:
        sound, renderer.companion.command = renderer.companion.command, python(STUCK)
        waiting = asyncio.create_task(renderer(MAIL))
        while renderer.companion.process is None:
            await asyncio.sleep(0)
        process = renderer.companion.process
        waiting.cancel()
        await asyncio.wait({waiting})
        assert waiting.cancelled()
        assert process.returncode is not None
        renderer.companion.command = sound
        return await renderer(MAIL) == render(MAIL)

    assert with_renderer(work)


def test_signals_that_reach_the_whole_group_leave_the_renderer_to_the_daemon() -> None:
    async def work(renderer: ProcessRenderer) -> bool:
        await renderer(MAIL)
        before = renderer.companion.process
        assert before is not None
        before.send_signal(signal.SIGINT)
        before.send_signal(signal.SIGTERM)
        await renderer(MAIL)
        return renderer.companion.process is before

    assert with_renderer(work)


@pytest.mark.parametrize("body", ["return b'done'", "os.write(2, b'busy\\n'); select.select([], [], [])"])
def test_a_renderer_dies_with_the_daemon_that_asks_it(body: str, tmp_path: Path) -> None:
    daemon = (
        "import asyncio, sys\n"
        "sys.path[:0] = [sys.argv[1]]\n"
        "from test_renderer_process import MAIL, ProcessRenderer, patched\n"
        "async def main():\n"
        "    renderer = ProcessRenderer()\n"
        f"    renderer.companion.command = patched({body!r}, 'import os, select')\n"
        "    await renderer(MAIL)\n"
        "    print('busy', file=sys.stderr, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    env = {**QUIET, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "FIGUREWATCH_DEBUG": "1"}
    words = [sys.executable, "-P", "-c", daemon, str(Path(__file__).parent)]
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"busy\n"
        process.kill()
        process.wait()
        assert process.communicate(timeout=60)[1] == b""  # it ends with the last that can write to it


def test_the_renderer_is_told_no_secret_and_its_command_line_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "canary")
    monkeypatch.setenv("FIGUREWATCH_DATABASE_URL", "postgresql://a:canary@b/c")

    async def work(renderer: ProcessRenderer) -> bytes:
        await renderer(MAIL)
        process = renderer.companion.process
        assert process is not None
        if not Path("/proc/self/environ").exists():
            pytest.skip("this system shows no process's surroundings")
        return b"".join(Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("environ", "cmdline"))

    shown = with_renderer(work)
    assert b"canary" not in shown
    assert b"example.org" not in shown
    assert not any("canary" in value for value in surroundings().values())


def test_the_renderer_finds_the_code_that_runs_the_daemon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    assert surroundings()["PYTHONPATH"] == str(ROOT)
    assert with_renderer(lambda renderer: renderer(MAIL)) == render(MAIL)
