"""Pages: bytes to the text of the article, by trafilatura, with the page's own JSON-LD and the feed to fall back on."""

import re
from datetime import datetime
from typing import Any

from monitor.core.types.feeds import Article, Entry
from monitor.sources.address import shown
from monitor.sources.charset import decode
from monitor.sources.domain import publisher_of
from monitor.sources.entries import believable
from monitor.sources.errors import NoText
from monitor.sources.markup import drop_hidden, parse_html, tree_text
from monitor.sources.pagedata import PageData, page_data
from monitor.sources.sanitise import clean_text, clean_xml

_ENOUGH = 250  # characters; less is a teaser, a consent page or a caption
_CHEAP_LIMIT = 200_000
_LONG_PARAGRAPH = 40  # shorter lines may rightly stand twice
_HTML_TYPES = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain", "")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


def cheap_text(body: bytes, content_type: str = "") -> str:
    """All visible text of a page, furniture included: what the relevance gate looks at before a proper extraction."""
    text = _page(body, content_type)
    tree = parse_html(text) if text else None
    return "" if tree is None else tree_text(tree, _CHEAP_LIMIT)


def extract_article(body: bytes, content_type: str, url: str, *, now: datetime, entry: Entry | None = None) -> Article:
    """The article on the page found at `url`. `entry` is what the feed said of it; `now` (UTC) bounds its date.

    Order: the page's text, its JSON-LD articleBody, the feed's own content; a longer fallback wins only over a page
    that shows next to nothing. Raises NoText. CPU-bound: for pages from outside, run it in a worker process.
    """
    text = _page(body, content_type)
    tree = parse_html(text, html_elements=True) if text else None
    data = PageData() if tree is None else page_data(tree, url)
    candidates = [("page", "" if tree is None else _main_text(tree, url)), ("json-ld", data.body)]
    if entry is not None:
        candidates.append(("feed", entry.content or entry.summary))
    origin, best = _best(candidates)
    if not best:
        raise NoText(shown(url), _why(body, content_type), "nothing is read from it")
    published = (entry.published if entry else None) or believable(data.published, now)
    return Article(
        url=url,
        canonical_url=data.canonical or url,
        title=(entry.title if entry and entry.title else data.title),
        text=best,
        language=data.language or (entry.language if entry else None),
        published=published,
        origin=origin,
        publisher=(entry.publisher if entry and origin == "feed" else None) or publisher_of(url),
    )


def feed_article(entry: Entry, feed_url: str) -> Article:
    """The article as far as the feed itself tells it: for pages that cannot or may not be opened. Raises NoText."""
    url = entry.url or feed_url
    text = entry.content or entry.summary or entry.title
    if not text:
        raise NoText(shown(url), "the entry has neither title nor text", "nothing is read from it")
    return Article(
        url=url,
        canonical_url=url,
        title=entry.title,
        text=text,
        language=entry.language,
        published=entry.published,
        origin="feed",
        publisher=entry.publisher or publisher_of(url),
    )


def _page(body: bytes, content_type: str) -> str:
    """The page's characters, "" for what is no page at all."""
    if content_type.partition(";")[0].strip().lower() not in _HTML_TYPES or body[:5] == b"%PDF-":
        return ""
    text = decode(body, content_type)
    sample = text[:20_000]
    odd = 0 if "\ufffd" not in sample and clean_xml(sample) == sample else len(_BINARY.findall(sample))
    return "" if odd * 20 > len(sample) else text


def _main_text(tree: Any, url: str) -> str:
    from trafilatura import bare_extraction  # half a second and 40 MB: only where pages are really read

    drop_hidden(tree)
    found = bare_extraction(tree, url=url, fast=True, include_comments=False, include_tables=True, with_metadata=False)
    return _once(clean_text(str(found.text or ""))) if found is not None and not isinstance(found, dict) else ""


def _once(text: str) -> str:
    """Each long paragraph once: some pages carry their article twice."""
    seen: set[str] = set()
    kept = []
    for line in text.split("\n"):
        key = " ".join(line.split())
        if len(key) >= _LONG_PARAGRAPH:
            if key in seen:
                continue
            seen.add(key)
        kept.append(line)
    return "\n".join(kept).strip()


def _best(candidates: list[tuple[str, str]]) -> tuple[str, str]:
    """The first that is long enough, else the longest."""
    for origin, text in candidates:
        if len(text) >= _ENOUGH:
            return origin, text
    return max(candidates, key=lambda c: len(c[1]))


def _why(body: bytes, content_type: str) -> str:
    if not body.strip():
        return "the page is empty"
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _HTML_TYPES or body[:5] == b"%PDF-":
        return f"this is no web page ({'a PDF' if body[:5] == b'%PDF-' else kind[:40]})"
    return "the page holds no readable text"
