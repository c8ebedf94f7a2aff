"""Which language a text is in: the script says most; a detector is asked only for Latin and Cyrillic letters."""

import re
from bisect import bisect
from collections import Counter
from functools import lru_cache

import eldc

from monitor.core.text import Span, paragraphs

UNKNOWN = "und"
LONG = 25  # words from which on the detector may overrule the language of the whole
_FAMILIES = {
    "han": {"zh", "ja"},
    "hangul": {"ko"},
    "arabic": {"ar", "fa", "ur"},
    "devanagari": {"hi", "mr", "ne"},
    "cyrillic": {"ru", "uk", "bg", "sr", "be", "mk"},
}

# Where the block of a script begins; what lies between the blocks named here belongs to the one before.
_BLOCKS: tuple[tuple[int, str], ...] = (
    (0x0000, ""), (0x0370, "el"), (0x0400, "cyrillic"), (0x0530, "hy"), (0x0590, "he"), (0x0600, "arabic"),
    (0x0700, ""), (0x0750, "arabic"), (0x0780, ""), (0x0900, "devanagari"), (0x0980, "bn"), (0x0A00, "pa"),
    (0x0A80, "gu"), (0x0B00, "or"), (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"),
    (0x0E00, "th"), (0x0E80, "lo"), (0x0F00, ""), (0x1000, "my"), (0x10A0, "ka"), (0x1100, "hangul"), (0x1200, "am"),
    (0x1380, ""), (0x1780, "km"), (0x1800, ""), (0x3040, "kana"), (0x3100, ""), (0x3130, "hangul"), (0x3190, ""),
    (0x31F0, "kana"),
    (0x3200, ""), (0x3400, "han"), (0x4DC0, ""), (0x4E00, "han"), (0xA000, ""), (0xAC00, "hangul"), (0xD7B0, ""),
    (0xF900, "han"), (0xFB00, ""), (0xFB50, "arabic"), (0xFE00, ""), (0xFE70, "arabic"), (0xFEFF, ""), (0xFF66, "kana"),
    (0xFFA0, ""), (0x20000, "han"), (0x32000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]
_OWN = re.compile(r"[Ͱ-῿぀-\U0003ffff]")  # letters of any script but Latin
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_NOISE = re.compile(r"https?://\S+|\b[A-Z][A-Z0-9.]+\b|[\d$€£¥%]+")
_WORD = re.compile(r"[^\W\d_]+")

# Letters and words that tell neighbours apart where a statistical detector has too little text to go by.
_URDU = re.compile(r"[ٹڈڑںےھ]")
_PERSIAN = re.compile(r"[پچگژیک]")
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[ыэёъЫЭЁЪ]")),
    ("sr", re.compile(r"[ђћџљњјЂЋЏЉЊЈ]")),
)
# The detector knows one name for Malay and Indonesian, and no Swahili.
_MALAY = frozenset("bilion trilion berbanding syarikat kerana ialah sehingga ringgit suku".split())
_SWAHILI = frozenset(
    "ya wa za kwa katika kuwa hii hiyo zaidi mwaka kampuni dola bilioni milioni huu yake hadi asilimia".split()
)


@lru_cache(maxsize=1)
def _ready() -> bool:
    eldc.init()
    return True


@lru_cache(maxsize=4096)
def detect_language(text: str, default: str = "en") -> str:
    """ISO 639-1 code of the text's language ("zh" for both scripts); `default` where nothing tells.

    Short titles work, but a caller that knows the language of the whole should give it as `default`.
    """
    latin = len(_LATIN.findall(text))
    counts = Counter() if text.isascii() else script_counts(text)
    best = max(counts, key=counts.__getitem__) if counts else ""
    native = counts.get(best, 0)
    if counts.get("kana", 0) and counts["kana"] + counts["han"] >= native:
        native, best = counts["kana"] + counts["han"], "kana"
    # one ideograph or syllable says as much as some three Latin letters: names stay Latin in any script
    if native and native * 3 >= latin:
        return _by_script(best, text, counts, default)
    return _by_words(text, default) if latin >= 3 else default


def script_counts(text: str) -> Counter[str]:
    """How many letters of each script but Latin a text has."""
    counts: Counter[str] = Counter()
    for char, times in Counter(_OWN.findall(text)).items():
        counts[_BLOCKS[bisect(_STARTS, ord(char)) - 1][1]] += times
    counts.pop("", None)
    return counts


def foreign_paragraphs(text: str, main: str) -> tuple[tuple[Span, str], ...]:
    """The paragraphs in another language than `main`, a base code such as "pt": by their script, or by their length."""
    script = _script_of(main)
    found = []
    spans = paragraphs(text)
    for span in spans if len(spans) > 1 else ():  # of a single paragraph, whoever gave the language knows best
        piece = text[span.start : span.end]
        own = _other_language(piece, main, script)
        if own != main:
            found.append((span, own))
    return tuple(found)


def languages(text: str, whole: str | None = None) -> tuple[tuple[Span, str], ...]:
    """Every paragraph with its language: that of the whole unless its script or its length says otherwise."""
    main = (whole or detect_language(text[:3000])).replace("_", "-").split("-")[0]
    foreign = dict(foreign_paragraphs(text, main))
    return tuple((span, foreign.get(span, main)) for span in paragraphs(text))


def _other_language(piece: str, main: str, script: str) -> str:
    native = None if piece.isascii() else _OWN.search(piece)
    if script == "latin":
        if native is None and len(piece) < LONG * 5:
            return main
    elif native and _script_at(native.group()) in {script, "kana", "han"} and script != "latin":
        return main  # names and quotes in Latin letters change nothing
    own = detect_language(piece, default=main)
    return own if own != main and len(_WORD.findall(piece)) >= _words_needed(own, main) else main


def _script_at(char: str) -> str:
    return _BLOCKS[bisect(_STARTS, ord(char)) - 1][1]


def _words_needed(own: str, main: str) -> int:
    """How many words a paragraph needs to overrule the whole: names and brands are Latin in any script."""
    if _script_of(own) == _script_of(main):
        return LONG
    return 5 if _script_of(own) == "latin" else 1


@lru_cache(maxsize=256)
def _script_of(language: str) -> str:
    """Languages of one script are mistaken for one another, those of different scripts are not."""
    for script, members in _FAMILIES.items():
        if language in members:
            return script
    return language if any(language == name for _, name in _BLOCKS) else "latin"


def _by_script(best: str, text: str, counts: Counter[str], default: str) -> str:
    if best == "kana":
        # a Chinese text that names one Japanese product is still Chinese
        return "ja" if counts["kana"] * 12 >= counts["han"] else "zh"
    if best == "han":
        return "ja" if default == "ja" and counts["han"] < 12 else "zh"
    if best == "hangul":
        return "ko"
    if best == "arabic":
        return "ur" if _URDU.search(text) else "fa" if _PERSIAN.search(text) else default if default == "fa" else "ar"
    if best == "devanagari":
        return _of(text, ("hi", "mr", "ne"), "hi")
    if best == "cyrillic":
        return _cyrillic(text, default)
    return best


def _cyrillic(text: str, default: str) -> str:
    for code, pattern in _MARKS:
        if pattern.search(text):
            return code
    return _of(text, ("ru", "uk", "bg", "sr", "be", "mk"), default if default in {"uk", "bg", "sr"} else "ru")


def _of(text: str, allowed: tuple[str, ...], otherwise: str) -> str:
    found = _ask(text)
    return found if found in allowed else otherwise


def _by_words(text: str, default: str) -> str:
    words = [word.lower() for word in _WORD.findall(text[:600])]
    swahili = [word for word in words if word in _SWAHILI]
    if len(swahili) * 5 > len(words) and (len(set(swahili)) > 2 or len(words) < 12):
        return "sw"
    found = _ask(text)
    if found == "ms":
        return "ms" if any(word in _MALAY for word in words) else "id"
    return {UNKNOWN: default, "tl": "fil"}.get(found, found)


def _ask(text: str) -> str:
    _ready()
    plain = _NOISE.sub(" ", text)
    return str(eldc.detect(plain if _WORD.search(plain) else text) or UNKNOWN)
