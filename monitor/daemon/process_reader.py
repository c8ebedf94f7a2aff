"""The daemon's Reader: figures are read in a process of their own, started when needed and let go when idle."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from monitor.core.errors import FigurewatchError
from monitor.core.relevance import Relevance, assess
from monitor.core.types.figures import Figure, Story
from monitor.core.types.ledger import MetricRules
from monitor.core.types.packs import Topic
from monitor.daemon.reader_process import FIGURES, STORY, TOPICS
from monitor.daemon.reading import MetricTable

COMMAND = (sys.executable, "-P", "-m", "monitor.daemon.reader_process")
_DEBUG = "FIGUREWATCH_DEBUG"
_KEPT_ENV = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", _DEBUG)  # no secrets
_LINE = 64 * 1024 * 1024
_START = 60.0  # seconds, on a busy machine


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read in one story."""

    figures: tuple[Figure, ...]
    language: str


class ProcessReader:
    """See steps.ports.Reader. `seconds`: for one text; `idle`: how long the process is kept without work."""

    def __init__(
        self, metrics: Sequence[Path], topics: Sequence[Path], *, seconds: float = 60.0, idle: float = 60.0
    ) -> None:
        self._setup = json.dumps({"metrics": [str(p) for p in metrics], "topics": [str(p) for p in topics]}).encode()
        self._seconds = seconds
        self._idle = idle
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._timer: asyncio.TimerHandle | None = None

    def load(self) -> None:
        """Load topics and the table of metrics now. Raises FigurewatchError naming what is wrong with a pack."""
        assert self._known is not None  # noqa: S101 - read at its first use

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The watched topics; the user's own come first."""
        return self._known[1]

    @property
    def table(self) -> MetricTable:
        """The tracked metrics."""
        return self._known[0]

    @cached_property
    def _known(self) -> tuple[MetricTable, tuple[Topic, ...]]:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                COMMAND, input=self._setup + b"\n", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_env(),
                timeout=_START, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise FigurewatchError("the figure reader does not start within a minute") from None
        answer = _answer(done.stdout)
        return MetricTable(answer["table"]), TOPICS.value(answer["topics"])

    def assess(self, title: str, summary: str, text: str, language: str | None) -> Relevance:
        """Whether the text is about a watched topic."""
        return assess(title, summary, text, language, self.topics)

    def rules(self, metric: str) -> MetricRules:
        """See MetricTable.rules."""
        return self.table.rules(metric)

    def title(self, metric: str) -> tuple[str, str]:
        """See MetricTable.title."""
        return self.table.title(metric)

    async def read(self, story: Story) -> Figures:
        """The figures of a story. Raises FigurewatchError when the text is too hard; the next gets a fresh process."""
        async with self._turn:
            if self._timer:
                self._timer.cancel()
            try:
                process = self._process or await self._start()
                async with asyncio.timeout(self._seconds):
                    answer = await _ask(process, {"story": STORY.plain(story)})
            except TimeoutError:
                await self._end()
                raise FigurewatchError(f"reading the text takes more than {self._seconds:g} s") from None
            except BaseException:
                await self._end()
                raise
            self._timer = asyncio.get_running_loop().call_later(self._idle, self._rest)
        return Figures(FIGURES.value(answer["figures"]), answer["language"])

    async def aclose(self) -> None:
        """End the process."""
        if self._timer:
            self._timer.cancel()
        async with self._turn:
            await self._end()

    def _rest(self) -> None:
        self._ending = asyncio.ensure_future(self.aclose())

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=None if os.environ.get(_DEBUG) else asyncio.subprocess.DEVNULL, limit=_LINE, env=_env(),
        )  # fmt: skip
        self._process = process
        async with asyncio.timeout(_START):
            await _exchange(process, self._setup)
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # it holds nothing worth saving
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _ask(process: asyncio.subprocess.Process, request: dict[str, Any]) -> dict[str, Any]:
    return await _exchange(process, json.dumps(request).encode())


async def _exchange(process: asyncio.subprocess.Process, line: bytes) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(ConnectionError):  # it has died: the empty answer says so
        process.stdin.write(line + b"\n")
        await process.stdin.drain()
    return _answer(await process.stdout.readline())


def _answer(line: bytes) -> dict[str, Any]:
    """The answer; FigurewatchError when it is an error, or none."""
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        raise FigurewatchError("the figure reader died of the text; nothing of it is used") from None
    if "error" in answer:
        raise FigurewatchError(answer["error"])
    return answer


def _env() -> dict[str, str]:
    return {name: os.environ[name] for name in _KEPT_ENV if name in os.environ}
