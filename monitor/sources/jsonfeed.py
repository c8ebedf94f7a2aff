"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not read."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from monitor.sources.address import shown
from monitor.sources.entries import (
    MAX_NEW,
    NeedsWorker,
    ParsedFeed,
    RawEntry,
    clean_link,
    iso_date,
    language_tag,
    make_entries,
    unread_words,
)
from monitor.sources.errors import NotAFeed
from monitor.sources.sanitise import clean_line


def parse(text: str, url: str, *, now: datetime, known: Collection[str], budget: int | None) -> ParsedFeed:
    """Read a JSON Feed. Raises NotAFeed."""
    if budget is not None and len(text) > budget:
        raise NeedsWorker
    feed = _load(text, url)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    unread = tuple(clean_line(json.dumps(item), 80) for item in feed["items"] if not isinstance(item, dict))
    hashes = [hashlib.blake2b(json.dumps(i, sort_keys=True).encode(), digest_size=8).hexdigest() for i in items]
    seen = frozenset(known)
    fresh = [item for item, digest in zip(items, hashes, strict=True) if digest not in seen]
    home = clean_link(_text(feed, "home_page_url"), url)
    language = language_tag(_text(feed, "language"))
    problems = (f"only the first {MAX_NEW} of {len(fresh)} items are read",) if len(fresh) > MAX_NEW else ()
    entries, unsound = make_entries([_raw(i, language) for i in fresh[:MAX_NEW]], base=url, home=home, now=now)
    return ParsedFeed(
        kind="json",
        title=clean_line(_text(feed, "title"), 200),
        link=home,
        language=language,
        entries=entries,
        items=tuple(dict.fromkeys(hashes[: MAX_NEW * 4])),
        total=len(items),
        problems=unread_words(unread) + problems + unsound,
        unread=unread,
    )


def _load(text: str, url: str) -> dict[str, Any]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(shown(url), "the JSON is broken", "tell the site, or look for another feed") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed(shown(url), "this is JSON, but no JSON Feed: it has no list of items", "check the address")
    return feed


def _raw(item: dict[str, Any], language: str | None) -> RawEntry:
    return RawEntry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or _text(item, "content_text"),
        published=iso_date(_text(item, "date_published") or _text(item, "date_modified")),
        language=_text(item, "language") or language,
    )


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)[:40]  # 1.0 allowed numbers as ids
    return value if isinstance(value, str) else ""
