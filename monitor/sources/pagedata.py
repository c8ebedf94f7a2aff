"""What a page says of itself outside its text: JSON-LD, canonical address, language, title and date."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.sources.domain import publisher_of
from monitor.sources.entries import clean_link, iso_date, language_tag
from monitor.sources.markup import plain_text
from monitor.sources.sanitise import clean_line

_MAX_SCRIPT = 1_000_000
_MAX_NODES = 2_000
_TYPES = ("article", "posting", "report", "webpage", "pressrelease")


@dataclass(frozen=True, slots=True)
class PageData:
    """Found, or empty. `canonical` lies on the page's own site: a foreign one is nobody's word but the page's."""

    title: str = ""
    body: str = ""  # JSON-LD articleBody as plain text
    published: datetime | None = None
    language: str | None = None
    canonical: str | None = None


def page_data(tree: Any, url: str) -> PageData:
    """Read the head of a parsed page. Does not change the tree."""
    thing = _article(tree)
    published = _text(thing, "datePublished") or _meta(tree, "article:published_time") or _meta(tree, "date")
    return PageData(
        title=clean_line(_text(thing, "headline") or _meta(tree, "og:title") or "".join(tree.xpath("string(//title)"))),
        body=plain_text(_text(thing, "articleBody")),
        published=iso_date(published),
        language=language_tag(tree.get("lang") or _text(thing, "inLanguage")),
        canonical=_canonical(tree, url),
    )


def _canonical(tree: Any, url: str) -> str | None:
    for href in tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")[:1]:
        target = clean_link(str(href), url)
        if target and publisher_of(target) == publisher_of(url):
            return target
    return None


def _meta(tree: Any, name: str) -> str:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0])[:2_000] if found else ""


def _article(tree: Any) -> dict[str, Any]:
    """The JSON-LD object with the longest articleBody, or the first article without one."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']")[:20]:
        text = (script.text or "").strip()
        if text and len(text) <= _MAX_SCRIPT:
            try:
                found += [t for t in _things(json.loads(text, strict=False)) if _is_article(t)]
            except (ValueError, RecursionError):
                continue
    return max(found, key=lambda t: len(_text(t, "articleBody")), default={})


def _things(value: Any) -> Iterator[dict[str, Any]]:
    queue = [value]
    for _ in range(_MAX_NODES):
        if not queue:
            return
        node = queue.pop(0)
        if isinstance(node, dict):
            yield node
            queue += [v for v in node.values() if isinstance(v, dict | list)]
        elif isinstance(node, list):
            queue += node[:200]


def _is_article(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type", "")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(n, str) and n.lower().endswith(_TYPES) for n in names)


def _text(thing: dict[str, Any], key: str) -> str:
    value = thing.get(key)
    return value if isinstance(value, str) else ""
