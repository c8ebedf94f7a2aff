"""What worker processes can do, by name. Arguments and results travel as JSON: nothing from a worker is ever unpickled.

A job takes (params, document) and returns JSON bytes; a DocumentError is an answer too.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from monitor.core.types.feeds import Article, Entry
from monitor.core.wire import Wire
from monitor.sources.entries import ParsedFeed

Job = Callable[[dict[str, Any], bytes], bytes]

FEED: Wire[ParsedFeed] = Wire(ParsedFeed)
ARTICLE: Wire[Article] = Wire(Article)
ENTRY: Wire[Entry] = Wire(Entry)


def feed(params: dict[str, Any], document: bytes) -> bytes:
    """monitor.sources.feed.parse_feed."""
    from monitor.sources.feed import parse_feed

    now = datetime.fromisoformat(params["now"])
    parsed = parse_feed(document, params["content_type"], params["url"], now=now, known=frozenset(params["known"]))
    return FEED.dumps(parsed)


def cheap(params: dict[str, Any], document: bytes) -> bytes:
    """monitor.sources.article.cheap_text."""
    from monitor.sources.article import cheap_text

    return cheap_text(document, params["content_type"]).encode("utf-8", "replace")


def article(params: dict[str, Any], document: bytes) -> bytes:
    """monitor.sources.article.extract_article."""
    from monitor.sources.article import extract_article

    entry = ENTRY.value(params["entry"]) if params["entry"] else None
    now = datetime.fromisoformat(params["now"])
    return ARTICLE.dumps(extract_article(document, params["content_type"], params["url"], now=now, entry=entry))


def links(params: dict[str, Any], document: bytes) -> bytes:
    """monitor.sources.discover.find_feeds."""
    from monitor.sources.discover import LINKS, find_feeds

    return LINKS.dumps(find_feeds(document, params["content_type"], params["url"]))


JOBS: dict[str, Job] = {"feed": feed, "cheap": cheap, "article": article, "links": links}
