"""HTML to plain text, without what a reader of the page would not see."""

import re
from collections.abc import Collection
from typing import Any

from lxml import etree

from monitor.sources.quickmarkup import quick_text
from monitor.sources.sanitise import MAX_TEXT, clean_text, clean_xml

_TAG = re.compile(r"<[A-Za-z/!?]|&[#A-Za-z]")
_INVISIBLE_TAGS = (
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "svg", "math", "canvas",
    "select", "textarea", "button", "audio", "video",
)  # fmt: skip
_BLOCK_TAGS = (
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
    "section", "article", "header", "footer", "aside", "nav", "blockquote", "pre", "figure", "figcaption", "main",
    "form", "address", "details", "summary", "td", "th",
)  # fmt: skip
_VOID_TAGS = ("br", "hr")
# A size of nothing, no ink, or a place outside the page.
_ZERO = r"(?:0+(?:\.0*)?|\.0+)"
_END = r"\s*(?:;|!|$)"
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}"
    rf"|font-size\s*:\s*{_ZERO}(?:px|pt|em|rem|%|{_END})"
    r"|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]"
    rf"|(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0+(?:px)?{_END}",
    re.IGNORECASE,
)

# These two also begin a fade-in, which readers see the end of: then something in the same style moves.
_FADED_STYLE = re.compile(rf"visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])opacity\s*:\s*{_ZERO}{_END}", re.IGNORECASE)
_MOVING_STYLE = re.compile(
    r"(?:^|;)\s*(?:-webkit-)?(?:transform|translate|transition|animation|will-change)[\w-]*\s*:", re.IGNORECASE
)
# Five times as fast as descendant::*[@style or @hidden]: up from the few attributes, not down from each element.
_STYLED: Any = etree.XPath("descendant::*/@style/..|descendant::*/@hidden/..")
# A tag with so many attributes is no markup, and libxml2 compares each with all others.
_LONG_TAG = re.compile(r"<([A-Za-z][\w-]{0,40})(\s[^<>]{5000,})")
_MOST_ATTRIBUTES = 500
_STEP = 2_500  # a stretch of 5,000 characters fills one of these
# What a numeric reference stands for may be a control character, which lxml hands out but does not take back.
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}));?")


def parse_html(html: str, *, html_elements: bool = False) -> Any | None:
    """The lxml tree of a page, or None if there is nothing in it. No network, no entities, bounded depth.

    `html_elements`: elements of lxml.html's own kind, which trafilatura asks for and which are slower to walk.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if html_elements:
        from lxml.html import HtmlElementClassLookup  # a megabyte: only where pages are read

        parser.set_element_class_lookup(HtmlElementClassLookup())
    html = clean_xml(html)
    if "&#" in html:
        html = _REFERENCE.sub(_wanted_reference, html)
    if _has_long_tag(html):
        html = _LONG_TAG.sub(_slim, html)
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _has_long_tag(html: str) -> bool:
    """Whether `_LONG_TAG` may find anything: looks only at both ends of steps that such a tag would have to fill."""
    inside = False
    for at in range(0, len(html), _STEP):
        opened, closed = html.rfind("<", at, at + _STEP), html.rfind(">", at, at + _STEP)
        if opened < 0 and closed < 0:
            if inside:
                return True
        else:
            inside = opened > closed
    return False


def _slim(tag: re.Match[str]) -> str:
    """The tag without its attributes when there are hundreds of them."""
    return f"<{tag[1]}" if tag[2].count("=") > _MOST_ATTRIBUTES and len(tag[2].split()) > _MOST_ATTRIBUTES else tag[0]


def _wanted_reference(reference: re.Match[str]) -> str:
    """The reference as it stands, or what nobody sees where it names a character that XML forbids.

    Nothing at all would join what stands around it: into another such reference, if somebody meant it to.
    """
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if number > 0x10FFFF or clean_xml(chr(number)) else "\u200b"


def drop_hidden(tree: Any) -> None:
    """Take out, in place, every element that a reader of the page does not see; the text after it stays."""
    hidden = dict.fromkeys(tree.iter(*_INVISIBLE_TAGS))
    for element in _STYLED(tree):
        if element.get("hidden") is not None or _hides(element.get("style", "")[:2_000]):
            hidden[element] = None
    for parent in dict.fromkeys(element.getparent() for element in hidden):
        if parent is not None and parent not in hidden:
            _drop_children(parent, hidden)


def _hides(style: str) -> bool:
    return bool(_HIDING_STYLE.search(style) or (_FADED_STYLE.search(style) and not _MOVING_STYLE.search(style)))


def tree_text(tree: Any, limit: int = MAX_TEXT) -> str:
    """The visible text of a tree, one block a line. Changes the tree."""
    drop_hidden(tree)
    for element in tree.iter(*_BLOCK_TAGS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    for element in tree.iter(*_VOID_TAGS):
        element.tail = "\n" + (element.tail or "")
    return clean_text(etree.tostring(tree, method="text", encoding="unicode"), limit)


def plain_text(markup: str, limit: int = MAX_TEXT) -> str:
    """The visible text of an HTML fragment or page; text without markup comes back cleaned."""
    if not _TAG.search(markup):
        return clean_text(markup, limit)
    if len(markup) <= 2 * limit:  # beyond that, where the text is cut depends on its line breaks
        quick = quick_text(markup)
        if quick is not None:
            return clean_text(quick, limit)
    return text_by_tree(markup, limit)


def text_by_tree(markup: str, limit: int = MAX_TEXT) -> str:
    """The visible text of any HTML."""
    tree = parse_html(markup)
    return "" if tree is None else tree_text(tree, limit)


def _drop_children(parent: Any, hidden: Collection[Any]) -> None:
    """Take the hidden ones out of one element's children, all at once: a tail that grows with each is copied with each.

    What stands between them goes to the last child that stays before it, or to the text of the parent.
    """
    stays, texts = None, [parent.text or ""]
    for child in list(parent):
        if child in hidden:
            texts.append(child.tail or "")
            parent.remove(child)
        else:
            _put(parent, stays, texts)
            stays, texts = child, [child.tail or ""]
    _put(parent, stays, texts)


def _put(parent: Any, stays: Any, texts: list[str]) -> None:
    if len(texts) == 1:
        return  # as it was
    text = "".join(texts) or None
    if stays is None:
        parent.text = text
    else:
        stays.tail = text
