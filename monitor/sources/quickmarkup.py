"""The text of the plainest HTML, read without a tree: most summaries of feeds are a paragraph or two.

It reads only what can be told at sight: paragraphs of text, links, emphasis, pictures and line breaks, balanced and
without a style. Whatever is not goes the long way through the tree (markup.py), which a test holds to the same text.
"""

import re

# What HTML 4's parsers and HTML 5's agree about, with its semicolon.
_NAMED = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\xa0", "lsquo": "‘", "rsquo": "’", "ldquo": "“",
    "rdquo": "”", "ndash": "–", "mdash": "—", "hellip": "…", "euro": "€", "pound": "£", "yen": "¥", "laquo": "«",
    "raquo": "»",
}  # fmt: skip
_ENTITY = rf"&(?:{'|'.join(_NAMED)}|\#\d{{2,5}});"
_ATTRIBUTES = r'(?:[ ](?!style|hidden)[a-z][a-z-]*+="[^"<>&]*+")*+'
_ALONE = rf"<br[ ]?/?>|<img{_ATTRIBUTES}[ ]?/?>"
_WORDS = rf"(?:[^<&]++|{_ENTITY})"
_INLINE = rf"(?:{_WORDS}|{_ALONE}|<(a|b|strong|em|i|span){_ATTRIBUTES}>(?:{_WORDS}|{_ALONE})*+</\1>)*+"
_PARAGRAPHS = re.compile(rf"\s*+(?:<p{_ATTRIBUTES}>{_INLINE}</p>\s*+)++", re.VERBOSE)
_LINE = re.compile(_INLINE, re.VERBOSE)
# Controls, and what XML forbids: the long way knows what becomes of them.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"</?p[^>]*>|<br ?/?>")
_OTHER_TAG = re.compile(r"<[^>]*>")
_REFERENCE = re.compile(r"&([a-z]+|#\d+);")


def quick_text(markup: str) -> str | None:
    """The visible text of an HTML fragment, one block a line, not yet cleaned; None if it takes a tree to tell."""
    # Words before the first paragraph would make one of their own: it is all paragraphs, or none.
    plain = _PARAGRAPHS if "<p" in markup else _LINE
    if not plain.fullmatch(markup) or not (markup.isprintable() or _ODD.search(markup) is None):
        return None
    text = markup
    if "<" in text:
        text = _BREAK.sub("\n", text)
        text = _OTHER_TAG.sub("", text) if "<" in text else text
    if "&" not in text:
        return text
    try:
        return _REFERENCE.sub(_character, text)
    except LookupError:
        return None


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    if name[0] != "#":
        return _NAMED[name]
    number = int(name[1:])
    if number < 0x20 or 0x7F <= number < 0xA0 or 0xD800 <= number < 0xE000 or number > 0xFFFD:
        raise LookupError(name)
    return chr(number)
