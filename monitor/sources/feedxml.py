"""RSS and Atom: a strict scan for the items, then feedparser for those that are new."""

import hashlib
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from monitor.core.schedule import Hints
from monitor.sources.address import shown
from monitor.sources.brokenfeed import salvage
from monitor.sources.entries import (
    MAX_NEW,
    NeedsWorker,
    ParsedFeed,
    RawEntry,
    clean_link,
    language_tag,
    make_entries,
)
from monitor.sources.errors import NotAFeed, TooHard
from monitor.sources.loosefeed import loosely, raw_entries
from monitor.sources.quickfeed import plain_root, quick
from monitor.sources.sanitise import clean_line
from monitor.sources.xmltext import mended, root_kind, without_doctype

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_QUICK_FACTOR = 4  # plain items cost about a quarter of what feedparser needs
_SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OTHER = {
    "opml": ("this is a list of feeds (OPML), not a feed", "import it: figurewatch opml import FILE"),
    "sitemapindex": ("this is a sitemap, not a feed", "try: figurewatch feeds discover URL"),
    "urlset": ("this is a sitemap, not a feed", "try: figurewatch feeds discover URL"),
}
_WEB_PAGE = ("this is a web page, not a feed", "try: figurewatch feeds discover URL")
# libxml2's own bounds (depth, text of 10 MB, name length): what breaks them is an attack, not a slip of the pen.
_BOUNDS = re.compile(r"excessive depth|huge|too long|limit exceeded|maximum|resource", re.IGNORECASE)


def parse(text: str, url: str, *, now: datetime, known: Collection[str], budget: int | None) -> ParsedFeed:
    """Read an XML feed. Raises NotAFeed, or TooHard for one that breaks the parser's bounds."""
    text = without_doctype(text)
    kind = root_kind(text)
    if kind not in ("rss", "feed", "rdf", "channel"):
        what, remedy = _OTHER.get(kind, _WEB_PAGE if kind else ("this is no feed", "check the address"))
        raise NotAFeed(shown(url), what, remedy)
    try:
        return _delta(text, url, now, frozenset(known), budget)
    except etree.XMLSyntaxError as error:
        _refuse_attack(error, url)
    text = mended(text)
    try:
        return _delta(text, url, now, frozenset(known), budget)
    except etree.XMLSyntaxError as error:
        _refuse_attack(error, url)
        if budget is not None:
            raise NeedsWorker from None
        problem = f"the XML is broken ({clean_line(error.msg or '', 120)})"
        return salvage(
            text,
            url,
            now=now,
            problem=problem,
            known=known,
            sound=lambda piece: _is_sound(piece, url),
            read=lambda sound: _delta(sound, url, now, frozenset(known), None),
        )


def _is_sound(text: str, url: str) -> bool:
    try:
        _strict(text)
    except etree.XMLSyntaxError as error:
        _refuse_attack(error, url)
        return False
    return True


def _refuse_attack(error: etree.XMLSyntaxError, url: str) -> None:
    if _BOUNDS.search(error.msg or ""):
        raise TooHard(shown(url), "the document is nested or sized beyond reason", "nothing of it is used") from error


def _strict(text: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, strip_cdata=False, encoding="utf-8"
    )
    return etree.fromstring(text.encode("utf-8"), parser)


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _delta(text: str, url: str, now: datetime, known: frozenset[str], budget: int | None) -> ParsedFeed:
    root = _strict(text)
    holders = [root, *(child for child in root if _name(child) == "channel")]
    items = [child for holder in holders for child in holder if _name(child) in ("item", "entry")]
    hashes = [hashlib.blake2b(etree.tostring(i, with_tail=False), digest_size=8).hexdigest() for i in items]
    fresh: list[Any] = []
    for element, digest in zip(items, hashes, strict=True):
        if digest in known or len(fresh) >= MAX_NEW:
            element.getparent().remove(element)
        else:
            fresh.append(element)
    problems = (
        (f"only the first {MAX_NEW} of {len(items)} items are read",) if len(fresh) == MAX_NEW < len(items) else ()
    )
    head = holders[-1]
    link = clean_link(_child(head, "link"), url)
    language = language_tag(_child(head, "language") or root.get(_XML_LANG))
    if budget is not None and len(text) > budget * _QUICK_FACTOR and _length(fresh) > budget * _QUICK_FACTOR:
        raise NeedsWorker
    raws = _raw_entries(root, fresh, url, language, budget)
    entries, unsound = make_entries(raws, base=url, home=link, now=now)
    return ParsedFeed(
        kind="atom" if _name(root) == "feed" else "rss",
        title=clean_line(_child(head, "title"), 200),
        link=link,
        language=language,
        entries=entries,
        items=tuple(dict.fromkeys(hashes[: MAX_NEW * 4])),
        total=len(items),
        hints=_hints(head),
        problems=problems + unsound,
    )


def _length(items: list[Any]) -> int:
    return sum(len(text) for item in items for text in item.itertext())


def _raw_entries(root: Any, fresh: list[Any], url: str, language: str | None, budget: int | None) -> list[RawEntry]:
    """The fresh items in document order: the plain ones read here, the others by feedparser."""
    plain = plain_root(root)
    raws = [quick(item, language) if plain else None for item in fresh]
    odd = [item for item, raw in zip(fresh, raws, strict=True) if raw is None]
    if not odd:
        return [raw for raw in raws if raw is not None]
    for item, raw in zip(fresh, raws, strict=True):
        if raw is None:
            _no_link_from_name(item)
        else:
            item.getparent().remove(item)
    document = etree.tostring(root, encoding="utf-8")
    if budget is not None and len(document) > budget:
        raise NeedsWorker
    read = iter(raw_entries(loosely(document, url)))
    merged = [raw or next(read, None) for raw in raws]
    return [raw for raw in merged if raw is not None] + list(read)


def _no_link_from_name(item: Any) -> None:
    """A guid that is no address is no permalink, although RSS says it is one unless told otherwise."""
    for guid in item:
        if _name(guid) == "guid" and not (guid.text or "").strip().startswith(("http", "/")):
            guid.set("isPermaLink", "false")


def _child(element: Any, name: str) -> str:
    for child in element:
        if _name(child) == name:
            if text := (child.text or "").strip():
                return text[:4_000]
            if child.get("href") and child.get("rel", "alternate") == "alternate":
                return str(child.get("href"))
    return ""


def _hints(channel: Any) -> Hints:
    """RSS ttl (minutes), skipHours, skipDays, and the syndication module's period divided by its frequency."""
    spans = []
    ttl = _child(channel, "ttl")
    if ttl.isascii() and ttl.isdigit():
        spans.append(timedelta(minutes=min(int(ttl[:9]), 1_440)))
    hours = _PERIODS.get((channel.findtext(f"{_SY}updatePeriod") or "").strip().lower())
    if hours:
        times = (channel.findtext(f"{_SY}updateFrequency") or "1").strip()
        spans.append(
            timedelta(hours=min(hours, 24)) / max(int(times[:4]) if times.isascii() and times.isdigit() else 1, 1)
        )
    skip_hours = {int(t) % 24 for t in _texts(channel, "skiphours") if t.isascii() and t.isdigit() and int(t[:3]) <= 24}
    skip_days = {_DAYS.index(t.lower()) for t in _texts(channel, "skipdays") if t.lower() in _DAYS}
    return Hints(max(spans, default=None), frozenset(skip_hours), frozenset(skip_days))


def _texts(channel: Any, name: str) -> list[str]:
    return [(c.text or "").strip() for holder in channel if _name(holder) == name for c in holder]
