"""Feeds: bytes to entries. RSS 0.9x, 1.0, 2.0 and Atom by feedparser, JSON Feed by a reader of our own.

Only what has not been seen is parsed: a strict scan finds the items, `known` hashes drop out, and feedparser gets a
document with the rest. It never gets a name it could open, nor a document type that could name anything.
"""

from collections.abc import Collection
from datetime import datetime

from monitor.sources import feedxml, jsonfeed
from monitor.sources.address import shown
from monitor.sources.charset import decode
from monitor.sources.entries import NeedsWorker, ParsedFeed
from monitor.sources.errors import NotAFeed
from monitor.sources.sanitise import clean_xml

__all__ = ["NeedsWorker", "ParsedFeed", "parse_feed"]

_SCAN_FACTOR = 16  # finding the items costs about a sixteenth of parsing them


def parse_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    now: datetime,
    known: Collection[str] = frozenset(),
    budget: int | None = None,
) -> ParsedFeed:
    """Read the feed served at `url`. `now` (UTC) bounds publication dates. Raises NotAFeed, or TooHard.

    `budget`: bytes of unread, sound items that may be parsed here; raises NeedsWorker for more, and for what is broken.
    Without a budget it is CPU-bound with no bound of its own: for documents from outside, run it in a worker process.
    """
    if budget is not None and len(body) > budget * _SCAN_FACTOR:
        raise NeedsWorker
    text = clean_xml(decode(body, content_type)).lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed(shown(url), "the document is empty", "nothing was changed; it is tried again later")
    if text[0] in "{[":
        return jsonfeed.parse(text, url, now=now, known=known, budget=budget)
    return feedxml.parse(text, url, now=now, known=known, budget=budget)
