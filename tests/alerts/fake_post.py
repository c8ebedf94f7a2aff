"""A `post` that answers what a test tells it to, and remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alerts.channels.base import PostError, PostResult


@dataclass(frozen=True)
class Asked:
    """One POST."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass
class FakePost:
    """Gives `answers` in turn, the last one for ever; a PostError is raised instead of given."""

    answers: list[PostResult | PostError] = field(default_factory=lambda: [PostResult(200, {}, b"ok")])
    asked: list[Asked] = field(default_factory=list)

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> PostResult:
        self.asked.append(Asked(url, body, dict(headers)))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, PostError):
            raise answer
        return answer


@dataclass
class FakeClock:
    """A monotonic clock that only pauses move."""

    seconds: float = 100.0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds
