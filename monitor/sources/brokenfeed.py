"""Feeds whose XML is broken, item by item: a broken one costs itself only, and half a document is never a whole."""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from monitor.sources.address import shown
from monitor.sources.entries import MAX_NEW, ParsedFeed, RawEntry, make_entries, unread_words, without_twins
from monitor.sources.errors import NotAFeed
from monitor.sources.loosefeed import loosely, raw_entries
from monitor.sources.sanitise import clean_line
from monitor.sources.xmltext import without_declarations

_PREFIX = r"(?:[A-Za-z][\w.-]{0,30}:)?"
_MARK = re.compile(rf"<!\[CDATA\[|<!--|<(/?){_PREFIX}(?:item|entry)(?=[\s/<>]|\Z)", re.IGNORECASE)
_CLOSE = re.compile(r"\s{0,100}>")
_NEXT_ITEM = re.compile(
    rf"</{_PREFIX}(?:item|entry)\s{{0,100}}>\s{{0,100}}<{_PREFIX}(?:item|entry)[\s>]", re.IGNORECASE
)
_ROOT = re.compile(rf"<({_PREFIX}(?:rss|feed|rdf))(?=[\s>])[^<>]{{0,8000}}>", re.IGNORECASE)
_CHANNEL = re.compile(rf"<({_PREFIX}channel)(?=[\s>])[^<>]{{0,8000}}>", re.IGNORECASE)
_CHANNEL_END = re.compile(rf"</{_PREFIX}channel\s{{0,100}}>", re.IGNORECASE)
_ROOT_END = re.compile(rf"</{_PREFIX}(?:rss|feed|rdf|channel)\s{{0,100}}>", re.IGNORECASE)
_TAG = re.compile(r"<!\[CDATA\[|\]\]>|</?[A-Za-z][^<>]*>?|<")
_SNIPPET = 80  # characters of an item that are enough to find it
OFF = "the document breaks off: what it would hold behind is looked for at the next visit"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document as it is written: up to its first item; its items; whether it goes on to the end of its root.

    An item that breaks off with the document is none of `items`.
    """

    head: str
    items: tuple[str, ...]
    whole: bool


def salvage(
    text: str,
    url: str,
    *,
    now: datetime,
    problem: str,
    known: Collection[str],
    sound: Callable[[str], bool],
    read: Callable[[str], ParsedFeed],
) -> ParsedFeed:
    """The sound items as `read` finds them, of the others what feedparser makes of each alone. Raises NotAFeed.

    `problem`: what is wrong with the document; `known`: hashes of items that need not be read; `sound` tells whether a
    text is XML; `read` is given one that is.
    """
    pieces = take_apart(text)
    opening, closing = _frame(pieces.head, sound)
    good: list[str] = []
    bad: list[str] = []
    for piece in pieces.items[: 4 * MAX_NEW]:
        (good if sound(opening + piece + closing) else bad).append(piece)
    head = pieces.head if sound(pieces.head + closing) else opening + _named(pieces.head + closing, url)
    feed = read(head + "".join(good) + closing)
    raws: list[RawEntry] = []
    hashes: list[str] = []
    lost: list[str] = []
    for piece in bad[:MAX_NEW]:
        digest = hashlib.blake2b(piece.encode(), digest_size=8).hexdigest()
        found = [] if digest in known else _alone(without_declarations(opening + piece + closing), url)
        raws += [raw if raw.language else replace(raw, language=feed.language) for raw in found]
        if found or digest in known:
            hashes.append(digest)
        else:
            lost.append(clean_line(_TAG.sub(" ", piece[:4_000]), _SNIPPET))
    if not good and not hashes:
        raise NotAFeed(shown(url), problem, "tell the site, or look for another feed")
    entries, unsound = make_entries(raws, base=url, home=feed.link, now=now)
    return replace(
        feed,
        entries=without_twins([*feed.entries, *entries]),
        items=tuple(dict.fromkeys([*feed.items, *hashes])),
        total=len(pieces.items),
        problems=(problem, *unread_words(lost), *(() if pieces.whole else (OFF,)), *feed.problems, *unsound),
        unread=tuple(lost),
        whole=pieces.whole,
    )


def _alone(document: str, url: str) -> list[RawEntry]:
    """What feedparser makes of a document with one item, which it can lose, but not confuse with others."""
    try:
        found = raw_entries(loosely(document.encode("utf-8"), url))
    except NotAFeed:
        return []
    return [one for one in found if one.title or one.summary or one.content]


def take_apart(text: str) -> Pieces:
    """The items of a document, however broken: each ends at its end tag, at the next one's start, or with the root."""
    found: list[str] = []
    first: int | None = None  # where the first item begins
    start: int | None = None  # where the item that we are in begins
    at, ended = 0, 0
    skip = _Skip(text)
    while match := _MARK.search(text, at):
        at = match.end()
        if match[1] is None:
            at = skip.past(match[0], at, inside=start is not None)
            continue
        first = match.start() if first is None else first
        if not match[1]:
            if start is not None:
                found.append(text[start : match.start()])
            start = match.start()
            continue
        close = _CLOSE.match(text, at)
        at = close.end() if close else at
        found.append(text[ended or first if start is None else start : at])  # an end without a start: told as unread
        start, ended = None, at
    root_end = _ROOT_END.search(text, at)
    if start is not None and root_end:
        found.append(text[start : root_end.start()])
    return Pieces(text if first is None else text[:first], tuple(found), root_end is not None)


class _Skip:
    """Finds where CDATA sections and comments end; each place is looked for once, however many begin before it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = {"]]>": -1, "-->": -1}
        self._next_item = -1

    def past(self, begin: str, at: int, *, inside: bool) -> int:
        """Where to go on after a section that begins at `at`, `inside` an item or between two.

        What stands in a section is no item. But one that begins in an item and holds its end and the beginning of
        another lacks its own end: it would swallow both, so it counts as nothing.
        """
        mark = "-->" if begin == "<!--" else "]]>"
        if self._ends[mark] < at:
            found = self._text.find(mark, at)
            self._ends[mark] = len(self._text) if found < 0 else found + 3
        if self._next_item < at:
            match = _NEXT_ITEM.search(self._text, at)
            self._next_item = match.start() if match else len(self._text)
        end = self._ends[mark]
        lacks_end = end == len(self._text) or self._next_item < end
        return at if inside and lacks_end else end


def _frame(head: str, sound: Callable[[str], bool]) -> tuple[str, str]:
    """What must stand before and after an item for it to be a document: the root's and the channel's own tags."""
    root = _ROOT.search(head)
    channel = _CHANNEL.search(head, root.end() if root else 0)
    if channel and _CHANNEL_END.search(head, channel.end()):
        channel = None  # RSS 1.0 ends it before its items
    tags = [tag for tag in (root, channel) if tag]
    opening = "".join(tag[0] for tag in tags)
    closing = "".join(f"</{tag[1]}>" for tag in reversed(tags))
    if tags and sound(opening + closing):
        return opening, closing
    if root and root[1].lower().endswith("feed"):
        return '<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"
    return '<rss version="2.0"><channel>', "</channel></rss>"


def _named(head: str, url: str) -> str:
    """Title, link and language of a feed whose head is broken itself, as far as feedparser makes them out."""
    try:
        feed = loosely(without_declarations(head).encode("utf-8"), url).feed
    except NotAFeed:
        return ""
    return "".join(f"<{name}>{escape(str(feed.get(name) or ''))}</{name}>" for name in ("title", "link", "language"))
