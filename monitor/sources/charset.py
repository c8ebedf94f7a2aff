"""Bytes to text: the bytes themselves are believed before what anybody says of them."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the web means by these names (https://encoding.spec.whatwg.org/#names-and-labels): each is read as its superset.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_SEVEN_BIT = ("iso2022", "hz")  # pure ASCII bytes that are not ASCII text: the declaration decides before the bytes do
# rot13, zip and the like are codecs for Python, not charsets; UTF-7 hides markup; UTF-8, -16 and -32 are tried before.
_CHARSETS = ("ascii", "iso", "cp", "gb", "big5", "euc", "shift", "koi8", "mac", "johab", "hz", "tis", "ptcp")
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_GUESSES = ("gb18030", "cp932", "cp949", "euc_jp", "big5hkscs", "cp1251", "cp1252")
_SAMPLE = 64 * 1024


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a document served with `content_type`. Never raises; what cannot be read becomes U+FFFD.

    Order: byte-order mark, valid UTF-8, the header's charset, the document's own declaration, a guess.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    declared = [c for c in (_codec(n) for n in _declared(body, content_type)) if c]
    if declared and declared[0].startswith(_SEVEN_BIT):
        return body.decode(declared[0], "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lenient = body.decode("utf-8", "replace")
    if _nearly_utf8(lenient, spare=0 if declared else 8):
        return lenient
    for codec in declared:
        try:
            return body.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guess(body, declared) or lenient


def _wide(body: bytes) -> str:
    start = body[:4]
    if start in (b"<\0?\0", b"<\0r\0", b"<\0f\0", b"<\0!\0"):
        return "utf-16-le"
    if start in (b"\0<\0?", b"\0<\0r", b"\0<\0f", b"\0<\0!"):
        return "utf-16-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    found = _HEADER.search(content_type[:500])
    names = [found.group(1)] if found else []
    head = body[:2_048]
    return names + [m.group(1).decode("ascii") for m in (_XML.search(head), _META.search(head)) if m]


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return ""
    if not codec.name.startswith(_CHARSETS):
        return ""
    return _SUPERSETS.get(codec.name, codec.name)


def _nearly_utf8(lenient: str, spare: int) -> bool:
    """A few damaged bytes in a UTF-8 text, rather than another charset read as UTF-8. `spare` ones prove nothing."""
    bad = lenient.count("\ufffd")
    other = sum(1 for c in lenient[:_SAMPLE] if c > "\x7f") - bad
    return bad <= spare or bad * 20 < other


def _guess(body: bytes, declared: list[str]) -> str:
    """The charset whose text looks most like writing, a declared one first among equals; "" if none does."""
    sample = body[:_SAMPLE]
    scores = {codec: _writing(sample.decode(codec, "replace")) for codec in (*declared, *_GUESSES)}
    best = max(scores, key=lambda codec: scores[codec])
    return body.decode(best, "replace") if scores[best] > 0 else ""


def _writing(text: str) -> int:
    """How much a text looks written: signs of real use less signs of a wrong charset."""
    good = len(_USED.findall(text))
    return good - 4 * len(_UNUSED.findall(text))


# Kana, the most frequent hangul, the most frequent Han characters of Chinese and Japanese, Cyrillic small
# letters, Latin with accents; against: what cannot be read, private use, C1 controls, half-width kana, and letters no
# language puts in a row.
_USED = re.compile(
    "[\u3041-\u3093\u30a1-\u30f6이다는을의에가고하로지은한를서도기사인어리시자과대、。"
    "的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和地出道也时時年得就那要下以生会會"
    "日月万萬億亿元公司新報道市場企業発表\u0430-\u044f]|(?<=[a-zA-Z])[àáâãäåçèéêëìíîïñòóôõöøùúûüýßœ](?![^\x00-\x7f])"
)
_UNUSED = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f\uff61-\uff9f]|[\u00a1-\u00ff]{3}")
