"""What feedparser makes of feeds: of the items that are not written plainly, and of those whose XML is broken."""

import calendar
import io
from datetime import UTC, datetime
from typing import Any

from monitor.sources.address import shown
from monitor.sources.domain import publisher_of
from monitor.sources.entries import RawEntry
from monitor.sources.errors import NotAFeed

# feedparser promises no exception and has some: a namespace with a blank, a tag that ends inside another.
_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def loosely(document: bytes, url: str) -> Any:
    """What feedparser makes of a document, broken or not. Raises NotAFeed where it stumbles."""
    import feedparser  # a megabyte: only where a feed is not written plainly

    try:
        return feedparser.parse(
            io.BytesIO(document),  # never a string: feedparser would open it as a file or an address
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            sanitize_html=False,  # only plain text is kept, and markup.py takes out what is not seen
            resolve_relative_uris=False,
        )
    except _STUMBLES as error:
        what = f"the XML is so broken that it cannot be read ({type(error).__name__})"
        raise NotAFeed(shown(url), what, "tell the site, or look for another feed") from error


def raw_entries(found: Any) -> list[RawEntry]:
    """The entries of what feedparser found."""
    language = found.feed.get("language")
    return [
        RawEntry(
            guid=str(item.get("id", "")),
            link=str(item.get("link", "")),
            title=str(item.get("title", "")),
            summary=str(item.get("summary", "")),
            content=max((str(c.get("value", "")) for c in item.get("content", ())), key=len, default=""),
            published=_date(item),
            language=(item.get("title_detail") or {}).get("language") or language,
            publisher=_publisher(item.get("source") or {}),
        )
        for item in found.entries
    ]


def _publisher(source: Any) -> str:
    """Whose story an aggregator passes on: the domain its <source> links to, else the name it gives."""
    return publisher_of(str(source.get("href") or source.get("link") or "")) or str(source.get("title", ""))


def _date(item: Any) -> datetime | None:
    for field in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = dict.get(item, field)  # feedparser's own `get` guesses one date from another
        if moment:
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return None
