"""The seed corpus: what was known before the first poll."""

import datetime as dt
from dataclasses import dataclass

from monitor.core.types.figures import Status
from monitor.core.types.ledger import Claim, SeriesKey


@dataclass(frozen=True, slots=True)
class SeedFigure:
    """A known figure. `evidence` is the few words around the number, as printed; it contains `printed`."""

    series: SeriesKey
    claim: Claim
    status: Status
    speaker: str | None
    printed: str
    evidence: str


@dataclass(frozen=True, slots=True)
class SeedCard:
    """What is kept of a seed document: where it came from, how to know it again, what it says. Never its text.

    `fingerprint` and `paragraphs` are the near-copy sketch and the paragraph hashes of the document (core.dedup),
    `url` where it was read, "" for a file, `source` its publisher in words.
    """

    id: str
    language: str
    date: dt.date
    source: str
    title: str
    url: str
    fingerprint: str
    figures: tuple[SeedFigure, ...]
