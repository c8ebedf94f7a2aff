"""The feeds that a web page announces."""

from dataclasses import dataclass

from monitor.core.wire import Wire
from monitor.sources.charset import decode
from monitor.sources.entries import clean_link
from monitor.sources.markup import parse_html
from monitor.sources.sanitise import clean_line, clean_xml

_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rss",
    "application/feed+json": "json",
    "application/json": "json",
}
_MAX = 50
# Where sites keep a feed that they do not announce; tried in this order.
USUAL_PLACES = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed as a page announces it. `kind`: rss, atom or json."""

    url: str
    title: str
    kind: str


LINKS: Wire[tuple[FeedLink, ...]] = Wire(tuple[FeedLink, ...])


def find_feeds(body: bytes, content_type: str, url: str) -> tuple[FeedLink, ...]:
    """The feeds in a page's `<link rel=alternate>`, in page order, each once. `url`: where the page was found."""
    tree = parse_html(clean_xml(decode(body, content_type)))
    if tree is None:
        return ()
    bases = tree.xpath("//base/@href")
    base = (clean_link(str(bases[0]), url) if bases else None) or url
    found: dict[str, FeedLink] = {}
    for link in tree.iter("link", "a"):
        kind = _TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        if kind is None or "alternate" not in (link.get("rel") or "").lower().split():
            continue
        target = clean_link(link.get("href") or "", base)
        if target and len(found) < _MAX and not _is_api(kind, target):
            found.setdefault(target, FeedLink(target, clean_line(link.get("title") or "", 200), kind))
    return tuple(found.values())


def _is_api(kind: str, url: str) -> bool:
    """WordPress announces its JSON interfaces the same way as feeds."""
    return kind == "json" and ("/wp-json" in url or "oembed" in url)
