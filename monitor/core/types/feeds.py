"""What is polled and what comes out of it, before any figure is read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.types.ledger import SourceKind


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of feeds.yaml. `id` is derived from the URL as written and survives reordering and renaming.

    `shown`: the URL as it may leave the process and be stored, ${NAME} in the place of each secret; the URL itself
    where it holds none.
    """

    id: str
    url: str = field(repr=False)  # may carry secrets
    name: str
    kind: SourceKind = SourceKind.PRESS
    every: timedelta | None = None  # None: learn it
    language: str | None = None  # None: detect it
    tags: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # may carry secrets
    enabled: bool = True
    shown: str = ""

    def __post_init__(self) -> None:
        if not self.shown:
            object.__setattr__(self, "shown", self.url)

    @property
    def secret(self) -> bool:
        """Whether a secret stands in its URL."""
        return self.shown != self.url


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next poll cheap; committed together with the entries it describes."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, sanitised at ingest. `key` identifies it within the feed: guid and content."""

    key: str
    guid: str | None
    url: str | None  # http(s), resolved against the feed; None when there is none worth opening
    title: str
    summary: str  # plain text
    content: str  # plain text of the feed's own full content, "" if it has none
    published: datetime | None  # UTC; never in the future; None when missing or absurd
    language: str | None
    publisher: str | None = None  # <source> of aggregators


@dataclass(frozen=True, slots=True)
class Article:
    """The text taken out of an entry's page, with where it came from."""

    url: str  # where it was found in the end
    canonical_url: str  # identity
    title: str
    text: str
    language: str | None
    published: datetime | None
    origin: str  # "page", "json-ld", "feed", "file"
    publisher: str  # registered domain
    cut: bool = False  # the page was longer than its limit: this is its beginning
