"""The daemon's Reader: figures are read in a process of their own, started when needed and let go when idle."""

import json
import subprocess
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
from monitor.daemon.companion import Companion, Silent, surroundings
from monitor.daemon.reader_process import FIGURES, STORY, TOPICS
from monitor.daemon.reading import MetricTable

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
        self.companion = Companion("monitor.daemon.reader_process", seconds=seconds, idle=idle, greeting=self._setup)

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
                self.companion.command, input=self._setup + b"\n", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=surroundings(), timeout=_START, check=False,
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
        try:
            answer = await self.companion.ask(json.dumps({"story": STORY.plain(story)}).encode())
        except Silent as silent:
            raise FigurewatchError(f"the figure reader gave up: {silent}; nothing of the text is used") from None
        read = _whole(answer.head)
        return Figures(FIGURES.value(read["figures"]), read["language"])

    async def aclose(self) -> None:
        """End the process."""
        await self.companion.aclose()


def _answer(line: bytes) -> dict[str, Any]:
    """The answer; FigurewatchError when it is an error, or none."""
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        raise FigurewatchError("the figure reader does not start; is the installation whole?") from None
    return _whole(answer)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, unless it says what went wrong."""
    if "error" in answer:
        raise FigurewatchError(answer["error"])
    return answer
