"""The steps' Reader over the packs: relevance, figures, and what each metric is called and may be."""

import asyncio
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.core.relevance import Relevance, assess
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Story
from monitor.core.types.ledger import MetricRules
from monitor.core.types.packs import Packs

if TYPE_CHECKING:
    from monitor.core.read import StoryReading

_COMPANY = "Meta"
_SLOT = re.compile(r"<\w+>")


class ThreadReader:
    """Reads figures on a thread, so that the event loop stays free."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._patterns = [(_pattern(metric.id), metric) for metric in packs.binding.metrics if metric.tracked]

    def assess(self, title: str, summary: str, text: str, language: str | None) -> Relevance:
        """Whether the text is about a watched topic."""
        return assess(title, summary, text, language, self.packs.topics)

    async def read(self, story: Story) -> "StoryReading":
        """The figures of a story."""
        from monitor.core.read import read_story

        return await asyncio.to_thread(read_story, story, self.packs)

    def rules(self, metric: str) -> MetricRules:
        """What the judge must know of a metric; nothing special of one that no pack knows (any more)."""
        found, _ = self._find(metric)
        if found is None:
            return MetricRules(metric)
        return MetricRules(metric, found.plausible, found.cumulative)

    def title(self, metric: str) -> tuple[str, str]:
        """In full and short: ("Meta: capital expenditures", "Meta capital expenditures"); the id of an unknown one."""
        found, slots = self._find(metric)
        if found is None or not found.title:
            return metric, metric
        name = " ".join(_spoken(slot) for slot in slots)
        if name:
            return f"{name}: {found.title}", f"{name} {found.title}"
        whose = "" if _COMPANY in found.title else f"{_COMPANY} "
        return f"{_COMPANY}: {found.title}", f"{whose}{found.title}"

    def may_match(self, pattern: str) -> bool:
        """Whether a glob of an audience can match any metric, slots filled in or not."""
        filled = pattern.replace("*", "x").replace("?", "x")
        return any(
            fnmatchcase(metric.id, pattern) or fnmatchcase(filled, _SLOT.sub("*", metric.id))
            for _, metric in self._patterns
        )

    def _find(self, metric: str) -> tuple[Metric | None, tuple[str, ...]]:
        """The pack's metric behind a ledger id, with what fills its slots. Exact ids come before families."""
        families = []
        for pattern, found in self._patterns:
            if found.id == metric:
                return found, ()
            if match := pattern.fullmatch(metric):
                families.append((found, match.groups()))
        return families[0] if families else (None, ())


@lru_cache(maxsize=1024)
def _pattern(metric: str) -> re.Pattern[str]:
    """An id with its slots open: "meta.datacenter.<site>.power" matches "meta.datacenter.hyperion.power"."""
    return re.compile(r"([^.]+)".join(re.escape(part) for part in _SLOT.split(metric)))


def _spoken(slot: str) -> str:
    """A slot's value as people write it: "el_paso" -> "El Paso"."""
    return " ".join(word.capitalize() for word in slot.split("_"))
