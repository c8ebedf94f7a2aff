"""Text from outside made harmless at ingest: no control characters, no direction tricks, no invisible fillers."""

import re

MAX_TITLE = 1_000
MAX_SUMMARY = 5_000
MAX_TEXT = 400_000  # characters; the longest filings' articles are below that

# Controls but tab and newlines; DEL and C1; soft hyphen; zero-width space, word joiner, byte-order mark (ZWJ and ZWNJ
# stay: Indic and Persian words need them); direction marks, overrides and isolates; interlinear and tag characters;
# lone surrogates and non-characters, which encoders refuse.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
# C1 controls in a text are letters of Windows' charset that somebody took for Latin-1.
_WINDOWS = {chr(n): bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}
_ODD_SPACE = re.compile(r"[^\S\n ]")


def _wanted(text: str) -> str:
    return text if text.isprintable() else _UNWANTED.sub(lambda match: _WINDOWS.get(match.group(), ""), text)


def clean_line(text: str, limit: int = MAX_TITLE) -> str:
    """One line of at most `limit` characters: what a title, a name or a log field may be."""
    line = " ".join(_wanted(text[: limit * 8]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Paragraphs: spaces collapsed, lines stripped, at most one empty line between two, at most `limit` characters."""
    flat = text[: limit * 2]
    if "\r" in flat:
        flat = flat.replace("\r\n", "\n").replace("\r", "\n")
    if not flat.replace("\n", "").isprintable():  # nothing unwanted is printable, nor any space but the plain one
        flat = _ODD_SPACE.sub(" ", _wanted(flat))
    flat = _shortened(flat, "  ", " ").replace(" \n", "\n").replace("\n ", "\n")
    return _shortened(flat, "\n\n\n", "\n\n").strip()[:limit].rstrip()


def _shortened(text: str, run: str, rest: str) -> str:
    """Runs made as short as `rest`; each turn takes a third of what is left or more, and most texts need none."""
    while run in text:
        text = text.replace(run, rest)
    return text


def clean_xml(text: str) -> str:
    """The text without the characters that XML forbids: one NUL must not cost a whole feed."""
    if not any(map(text.__contains__, _CONTROLS)):  # in practice never: 29 searches take a tenth of the pattern's time
        try:
            text.encode()
        except UnicodeEncodeError:
            return _NOT_XML.sub("", text)
        return text
    return _NOT_XML.sub("", _TERMINAL.sub("", text) if "\x1b" in text else text)


_CONTROLS = (*map(chr, range(0x09)), "\x0b", "\x0c", *map(chr, range(0x0E, 0x20)), "\ufffe", "\uffff")
_TERMINAL = re.compile("\x1b\\[[0-9;?]{0,16}[A-Za-z]")  # colours and cursor moves of a terminal
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
