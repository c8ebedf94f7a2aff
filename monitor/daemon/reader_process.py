"""The process that reads figures: packs and texts stay out of the daemon's own memory, and a text has its bounds.

Frames are lines of JSON. First comes {"metrics": [paths], "topics": [paths]}, answered by the table of metrics; then
one {"story": …} after the other, each answered by {"figures": …, "language": …}. {"error": …} answers what failed;
what nobody foresaw is answered so too, and ends the process.
The first answer holds the topics as well: the daemon decides for itself what is worth reading.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.core.errors import FigurewatchError
from monitor.core.types.figures import Figure, Story
from monitor.core.types.packs import Packs, Topic
from monitor.core.wire import Wire
from monitor.daemon.beside import begin

STORY: Wire[Story] = Wire(Story)
FIGURES: Wire[tuple[Figure, ...]] = Wire(tuple[Figure, ...])
TOPICS: Wire[tuple[Topic, ...]] = Wire(tuple[Topic, ...])
MEMORY = 2 * 1024**3


def main() -> None:
    """Serve until stdin ends."""
    send = begin(MEMORY, _refusal)
    for answer in answers(iter(sys.stdin.buffer.readline, b"")):
        send(answer)


def answers(lines: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    """One answer a line."""
    packs: Packs | None = None
    for line in lines:
        request = json.loads(line)
        try:
            if packs is None:
                packs = _load(request)
                yield {"table": table_of(packs), "topics": TOPICS.plain(bare(packs.topics))}
            else:
                yield _read(request, packs)
        except FigurewatchError as error:
            yield {"error": str(error)}
        except (MemoryError, RecursionError) as error:
            yield {"error": f"reading the text takes more {type(error).__name__} than a text is given"}


def table_of(packs: Packs) -> list[list[Any]]:
    """What the daemon itself must know of each tracked metric: the fields of `reading.Known`, in their order."""
    rows = []
    for metric in packs.binding.metrics:
        if metric.tracked:
            plausible = [str(bound) for bound in metric.plausible] if metric.plausible else None
            rows.append([metric.id, metric.title, plausible, metric.cumulative, metric.currency or "", metric.status])
    return rows


def bare(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Topics without their examples, which only tests need."""
    return tuple(replace(topic, examples=()) for topic in topics)


def _load(request: dict[str, Any]) -> Packs:
    from monitor.packs.load import load_packs

    return load_packs(
        extra_metrics=[Path(path) for path in request["metrics"]],
        extra_topics=[Path(path) for path in request["topics"]],
    )


def _read(request: dict[str, Any], packs: Packs) -> dict[str, Any]:
    from monitor.core.read import read_story

    reading = read_story(STORY.value(request["story"]), packs)
    return {"figures": FIGURES.plain(reading.figures), "language": reading.language}


def _refusal(error: BaseException) -> dict[str, Any]:
    kind = type(error).__name__
    return {"error": f"reading the text ended in an unforeseen {kind}: a fault of this program"}


if __name__ == "__main__":
    main()
