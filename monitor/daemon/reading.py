"""The steps' Reader: relevance, figures, and what each metric is called and may be."""

import asyncio
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.core.relevance import Relevance, assess
from monitor.core.types.figures import Story
from monitor.core.types.ledger import MetricRules
from monitor.daemon.reader_process import table_of

if TYPE_CHECKING:
    from monitor.core.read import StoryReading
    from monitor.core.types.packs import Packs

_COMPANY = "Meta"
_SLOT = re.compile(r"<\w+>")


class Known(NamedTuple):
    """One tracked metric of the packs; its id may have slots: "meta.datacenter.<site>.power"."""

    id: str
    title: str
    plausible: tuple[Decimal, Decimal] | None
    cumulative: bool
    currency: str = ""
    status: str = ""


class MetricTable:
    """What is known of metrics, looked up by the ids of the ledger."""

    def __init__(self, rows: Iterable[list[Any]]) -> None:
        self._known: list[tuple[re.Pattern[str], Known]] = []
        for id_, title, plausible, cumulative, *more in rows:
            bounds = (Decimal(plausible[0]), Decimal(plausible[1])) if plausible else None
            self._known.append((_pattern(id_), Known(id_, title, bounds, cumulative, *more)))

    def rules(self, metric: str) -> MetricRules:
        """What the judge must know of a metric; nothing special of one that no pack knows (any more)."""
        found, slots = self.find(metric)
        if found is None:
            return MetricRules(metric)
        others = str(found.status == "estimate").lower()  # only third parties count it: their estimates are its values
        extra = (("currency", found.currency), ("third_party", others), ("family", str(bool(slots)).lower()))
        return MetricRules(metric, found.plausible, found.cumulative, extra)

    def title(self, metric: str) -> tuple[str, str]:
        """In full and short: ("Meta: capital expenditures", "Meta capital expenditures"); the id of an unknown one."""
        found, slots = self.find(metric)
        if found is None or not found.title:
            return metric, metric
        name = " ".join(_spoken(slot) for slot in slots)
        if name:
            return f"{name}: {found.title}", f"{name} {found.title}"
        whose = "" if _COMPANY in found.title else f"{_COMPANY} "
        return f"{_COMPANY}: {found.title}", f"{whose}{found.title}"

    def find(self, metric: str) -> tuple[Known | None, tuple[str, ...]]:
        """The metric behind a ledger id, with what fills its slots. Exact ids come before families."""
        families = []
        for pattern, known in self._known:
            if known.id == metric:
                return known, ()
            if match := pattern.fullmatch(metric):
                families.append((known, match.groups()))
        return families[0] if families else (None, ())


class ThreadReader:
    """Reads figures on a thread of this process: for commands and replays."""

    def __init__(self, packs: "Packs") -> None:
        self.packs = packs
        self.table = MetricTable(table_of(packs))

    def assess(self, title: str, summary: str, text: str, language: str | None) -> Relevance:
        """Whether the text is about a watched topic."""
        return assess(title, summary, text, language, self.packs.topics)

    async def read(self, story: Story) -> "StoryReading":
        """The figures of a story."""
        from monitor.core.read import read_story

        return await asyncio.to_thread(read_story, story, self.packs)

    def rules(self, metric: str) -> MetricRules:
        """See MetricTable.rules."""
        return self.table.rules(metric)

    def title(self, metric: str) -> tuple[str, str]:
        """See MetricTable.title."""
        return self.table.title(metric)


@lru_cache(maxsize=1024)
def _pattern(metric: str) -> re.Pattern[str]:
    """An id with its slots open: "meta.datacenter.<site>.power" matches "meta.datacenter.hyperion.power"."""
    return re.compile(r"([^.]+)".join(re.escape(part) for part in _SLOT.split(metric)))


def _spoken(slot: str) -> str:
    """A slot's value as people write it: "el_paso" -> "El Paso"."""
    return " ".join(word.capitalize() for word in slot.split("_"))


__all__ = ["MetricTable", "ThreadReader"]
