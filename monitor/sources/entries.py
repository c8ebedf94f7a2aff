"""What every feed format ends in: entries with clean text, a safe link, a believable date and an identity."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import urljoin

from monitor.core.dedup import canonical_url
from monitor.core.schedule import Hints
from monitor.core.types.feeds import Entry
from monitor.sources.address import split_url
from monitor.sources.markup import plain_text
from monitor.sources.place import is_absolute
from monitor.sources.sanitise import MAX_SUMMARY, MAX_TEXT, clean_line

MAX_NEW = 1_000  # entries a poll; a feed's own order decides, which is newest first
_OLDEST_YEAR = 1995  # older than any feed: such dates are zeros and defaults
_AHEAD = timedelta(days=2)  # beyond clocks and time zones: a wrong date, not an early one


class NeedsWorker(Exception):  # noqa: N818  a way to say "not here"
    """Too much or too broken to be parsed in this process."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed document holds. `entries` are those whose raw item was not in `known`, in document order.

    `items` are the hashes of all its items, to be given back as `known` at the next poll (committed with the entries);
    empty when the document was too broken to tell its items apart. `total` counts the items of the document.
    `problems` are in words for people; `unread` are the first words of items that could not be read, which no hash
    stands for; not `whole`: the document breaks off, and must be asked for again even if it does not change.
    """

    kind: str  # "rss", "atom", "json"
    title: str
    link: str | None
    language: str | None
    entries: tuple[Entry, ...]
    items: tuple[str, ...]
    total: int
    hints: Hints = field(default_factory=Hints)
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An item as a format's reader found it: texts may be HTML, the link anything at all."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None  # UTC
    language: str | None = None
    publisher: str | None = None


def make_entry(raw: RawEntry, *, base: str, home: str | None, now: datetime) -> Entry:
    """The entry of a raw item. `base` resolves relative links; `home` is the feed's own page; `now` bounds dates."""
    url = clean_link(raw.link, base)
    title = clean_line(plain_text(raw.title, 4_000))
    summary = plain_text(raw.summary, MAX_SUMMARY)
    content = plain_text(raw.content, MAX_TEXT)
    return Entry(
        key=entry_key(title, url, summary or content[:MAX_SUMMARY], home),
        guid=clean_line(raw.guid) or None,
        url=url,
        title=title,
        summary=summary,
        content=content,
        published=believable(raw.published, now),
        language=language_tag(raw.language),
        publisher=clean_line(raw.publisher or "", 200) or None,
    )


def make_entries(
    raws: Sequence[RawEntry], *, base: str, home: str | None, now: datetime
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries of raw items, each once, and what is wrong with them in words."""
    entries = [make_entry(raw, base=base, home=home, now=now) for raw in raws]
    bad = sum(entry.url is None and bool(raw.link.strip()) for raw, entry in zip(raws, entries, strict=True))
    what = f"{bad} of {len(raws)} new entries have a link that cannot be opened"
    problems = (f"{what}: they are read from what the feed itself says of them",) if bad else ()
    return without_twins(entries), problems


def unread_words(unread: Sequence[str]) -> tuple[str, ...]:
    """What is said of items that cannot be read, each given by its first words."""
    if not unread:
        return ()
    first = f"“{unread[0]}”" if unread[0] else "one without a word"
    if len(unread) == 1:
        return (f"an item cannot be read: {first}",)
    return (f"{len(unread)} items cannot be read, the first: {first}",)


def entry_key(title: str, url: str | None, text: str, home: str | None = None) -> str:
    """Who an entry is, from its content alone: title and link; with the text where the link does not tell one apart.

    Guids are no help: some feeds give one guid to every story, others a new one to the same story at every poll. The
    summary stays out where title and link suffice, because some feeds count comments in it.
    """
    link = identity_link(url) if url else ""
    if not link or (home and link == identity_link(home)) or not title:
        parts = ("text", link, title, text)
    else:
        parts = ("link", link, title, "")
    folded = "\x1f".join([_folded(part) for part in parts])
    return hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _folded(text: str) -> str:
    return " ".join((text if text.isascii() else normalize("NFKC", text)).casefold().split())


@lru_cache(maxsize=256)
def identity_link(url: str) -> str:
    """The link without what changes from poll to poll; an anchor stays, for live blogs tell their posts apart by it."""
    anchor = url.partition("#")[2]
    return f"{canonical_url(url).partition('#')[0]}#{anchor}" if anchor else canonical_url(url)


def clean_link(link: str, base: str) -> str | None:
    """The absolute http(s) address of `link` seen from `base`, None for everything else."""
    link = link.strip()
    if is_absolute(link):
        return link
    try:
        url = urljoin(base, link)
    except ValueError:
        return None
    return url if link and split_url(url) else None


def believable(at: datetime | None, now: datetime) -> datetime | None:
    """A date that an entry may have: never in the future; None when absurd."""
    if at is None or at.year < _OLDEST_YEAR or at - now > _AHEAD:
        return None
    return min(at, now)


def language_tag(tag: str | None) -> str | None:
    """A BCP 47 tag as the feed declares it, in lower case; None when it is none."""
    text = (tag or "").strip().lower().replace("_", "-")
    return text if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", text) else None


def without_twins(entries: list[Entry]) -> tuple[Entry, ...]:
    """Each key once; a second text under one title and link is an entry of its own."""
    kept: dict[str, Entry] = {}
    for entry in entries:
        first = kept.setdefault(entry.key, entry)
        if (first.summary or first.content) != (entry.summary or entry.content):
            own = entry_key(entry.title, None, f"{entry.url} {entry.summary or entry.content}")
            kept.setdefault(own, replace(entry, key=own))
    return tuple(kept.values())


def iso_date(value: str) -> datetime | None:
    """An ISO 8601 date in UTC, which it also is when it names no zone; None when it is none."""
    try:
        at = datetime.fromisoformat(value.strip()[:40])
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
