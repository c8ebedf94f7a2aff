"""XML feeds as text, before a parser sees them: what they are, what may stay in them, what can be put right."""

import re
import sys
from html.entities import html5

from monitor.sources.sanitise import clean_xml

_ROOT = re.compile(
    r"<(?:[A-Za-z][\w.-]{0,30}:)?(rss|feed|rdf|channel|html|body|opml|sitemapindex|urlset)\b", re.IGNORECASE
)
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|&[A-Za-z][A-Za-z0-9]{1,30};|&", re.DOTALL
)
_XML_ENTITIES = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})
_HEAD = 64 * 1024  # a root element that comes later is no feed's
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARATION = re.compile(r"<!(?=doctype|entity|element|attlist|notation)", re.IGNORECASE)


def root_kind(text: str) -> str:
    """The name of the first element that says what a document is, in lower case; "" if none does."""
    match = _ROOT.search(text, 0, _HEAD)
    return match.group(1).lower() if match else ""


def without_doctype(text: str) -> str:
    """The text without XML and document type declarations: no entity is ever declared, expanded or fetched."""
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text[start : start + 9].lower() != "<!doctype":
        return text[start:]
    depth, at, size = 0, start + 9, len(text)
    while at < size:
        char = text[at]
        if char in "\"'":
            at = text.find(char, at + 1)
        elif text.startswith("<!--", at):
            at = text.find("-->", at) + 2
        elif char in "[<":
            depth += 1
        elif char in "]>":
            if char == ">" and depth == 0:
                return text[at + 1 :]
            depth -= 1
        if at < 2:  # a quote or comment without end
            return ""
        at += 1
    return ""


def without_declarations(text: str) -> str:
    """The text with every declaration, wherever it stands, turned into plain words: for parsers that forgive."""
    return _DECLARATION.sub("&lt;!", text)


def mended(text: str) -> str:
    """The text with the slips that cost most feeds their XML put right.

    They are bare `&`, HTML's named entities, and references to what is no character.
    """
    return _AMPERSAND.sub(_mend, text)


def _mend(match: re.Match[str]) -> str:
    found = match.group()
    if found.startswith("&#"):
        number = int(found[3:-1], 16) if found[2] in "xX" else int(found[2:-1])
        return found if number <= sys.maxunicode and clean_xml(chr(number)) else ""
    if found.startswith("<") or found in _XML_ENTITIES:
        return found
    return html5.get(found[1:]) or "&amp;" + found[1:]
