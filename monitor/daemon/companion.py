"""A process beside the daemon that holds what one kind of work needs: begun when needed, let go when idle.

It is asked with a line, one question at a time, and answers with a line of JSON and the bytes that its "size"
announces; {"error": …} says what failed. It ends when its stdin does, thus at the latest with the daemon.
"""

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import monitor
from monitor.sources.endings import killer

DEBUG = "FIGUREWATCH_DEBUG"
_KEPT_ENV = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "MALLOC_ARENA_MAX", DEBUG)  # no secrets
_LARGEST = 64 * 1024 * 1024  # bytes of an answer
_START = 60.0  # seconds, on a busy machine
_LAST = 5.0  # seconds between the closing of its pipe and the end of a process


class Silent(Exception):  # noqa: N818  it says what the process is
    """There is no answer; the words say why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its line, and what came after it."""

    head: dict[str, Any]
    body: bytes = b""


def command(module: str) -> tuple[str, ...]:
    """How a module of ours is begun as a program, by the interpreter that runs this one."""
    return (sys.executable, "-P", "-m", module)


def surroundings() -> dict[str, str]:
    """The environment of such a program: it finds the same code as this one, and no secrets."""
    kept = {name: os.environ[name] for name in _KEPT_ENV if name in os.environ}
    home = str(Path(next(iter(monitor.__path__))).parent)
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))}


class Companion:
    """The process of `module`. `greeting`: what it is told first, and answers. `idle`: seconds it stays without work.

    `seconds` bounds a question, the process's start included.
    """

    def __init__(self, module: str, *, seconds: float, idle: float, greeting: bytes = b"") -> None:
        self.command = command(module)
        self.seconds = seconds
        self.process: asyncio.subprocess.Process | None = None
        self._idle = idle
        self._greeting = greeting
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, question: bytes) -> Answer:
        """The answer to a line. Raises Silent, OSError (the machine gives no process); the next one begins afresh."""
        async with self._turn:
            if self._timer:
                self._timer.cancel()
            try:
                async with asyncio.timeout(self.seconds):
                    answer = await self._answer(question)
            except TimeoutError:
                await self._end()
                raise Silent(f"it takes more than {self.seconds:g} s") from None
            except BaseException:
                await self._end()
                raise
            self._timer = asyncio.get_running_loop().call_later(self._idle, self._rest)
            return answer

    async def aclose(self) -> None:
        """End the process."""
        if self._timer:
            self._timer.cancel()
        async with self._turn:
            await self._end()

    def _rest(self) -> None:
        self._ending = asyncio.ensure_future(self.aclose())

    async def _answer(self, question: bytes) -> Answer:
        if self.process is not None:
            try:
                return await _exchange(self.process, question)
            except Silent:  # it may have ended while idle, or of what was done before: this one gets a fair try
                await self._end()
        return await _exchange(await self._start(), question)

    async def _start(self) -> asyncio.subprocess.Process:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=None if os.environ.get(DEBUG) else asyncio.subprocess.DEVNULL, limit=_LARGEST, env=surroundings(),
        )  # fmt: skip
        if self._greeting:
            answer = await _exchange(self.process, self._greeting)
            if "error" in answer.head:
                raise Silent(str(answer.head["error"]))
        return self.process

    async def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # it holds nothing worth saving
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _exchange(process: asyncio.subprocess.Process, line: bytes) -> Answer:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(ConnectionError):  # it has ended: that it says nothing tells so
        process.stdin.write(line + b"\n")
        await process.stdin.drain()
    try:
        head = json.loads(await process.stdout.readline())
        return Answer(head, await process.stdout.readexactly(head.get("size", 0)))
    except (ValueError, AttributeError, TypeError, ConnectionError, asyncio.IncompleteReadError):
        raise Silent(await _how(process)) from None


async def _how(process: asyncio.subprocess.Process) -> str:
    """How a process ended that said nothing, in words."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST):
            await process.wait()
    name = killer(process.returncode)
    if name is None:
        return f"its process gave no answer (status {process.returncode})"
    return f"its process was ended by {name}{'; memory may have been short' if name in ('SIGKILL', 'SIGABRT') else ''}"
