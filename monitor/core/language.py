"""Which language a text is in: the script says most; a detector is asked only for Latin and Cyrillic letters."""

import re
from functools import lru_cache

import eldc

from monitor.core.text import Span, paragraphs

UNKNOWN = "und"
LONG = 12  # words from which on the detector may overrule the language of the whole
_FAMILIES = {
    "han": {"zh", "ja"},
    "hangul": {"ko"},
    "arabic": {"ar", "fa", "ur"},
    "devanagari": {"hi", "mr", "ne"},
    "cyrillic": {"ru", "uk", "bg", "sr", "be", "mk"},
}

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("kana", re.compile(r"[぀-ヿㇰ-ㇿｦ-ﾝ]")),
    ("hangul", re.compile(r"[가-힯ᄀ-ᇿ㄰-㆏]")),
    ("han", re.compile(r"[㐀-䶿一-鿿]")),
    ("arabic", re.compile(r"[؀-ۿݐ-ݿ]")),
    ("devanagari", re.compile(r"[ऀ-ॿ]")),
    ("cyrillic", re.compile(r"[Ѐ-ӿ]")),
    ("he", re.compile(r"[֐-׿]")),
    ("th", re.compile(r"[฀-๿]")),
    ("el", re.compile(r"[Ͱ-Ͽ]")),
    ("bn", re.compile(r"[ঀ-৿]")),
    ("pa", re.compile(r"[਀-੿]")),
    ("gu", re.compile(r"[઀-૿]")),
    ("or", re.compile(r"[଀-୿]")),
    ("ta", re.compile(r"[஀-௿]")),
    ("te", re.compile(r"[ఀ-౿]")),
    ("kn", re.compile(r"[ಀ-೿]")),
    ("ml", re.compile(r"[ഀ-ൿ]")),
    ("si", re.compile(r"[඀-෿]")),
    ("lo", re.compile(r"[຀-໿]")),
    ("my", re.compile(r"[က-႟]")),
    ("ka", re.compile(r"[Ⴀ-ჿ]")),
    ("hy", re.compile(r"[԰-֏]")),
    ("am", re.compile(r"[ሀ-፿]")),
    ("km", re.compile(r"[ក-៿]")),
)
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
    "ya wa kwa katika kuwa hii hiyo zaidi mwaka kampuni dola bilioni milioni huu yake hadi asilimia".split()
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
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS} if not text.isascii() else {}
    best = max(counts, key=counts.__getitem__) if counts else ""
    native = counts.get(best, 0)
    if counts.get("kana", 0) and counts["kana"] + counts["han"] >= native:
        native, best = counts["kana"] + counts["han"], "kana"
    # one ideograph or syllable says as much as some three Latin letters: names stay Latin in any script
    if native and native * 3 >= latin:
        return _by_script(best, text, counts, default)
    return _by_words(text, default) if latin >= 3 else default


def languages(text: str, whole: str | None = None) -> tuple[tuple[Span, str], ...]:
    """Every paragraph with its language: that of the whole unless its script or its length says otherwise."""
    main = whole or detect_language(text[:3000])
    found = []
    for span in paragraphs(text):
        piece = text[span.start : span.end]
        own = detect_language(piece, default=main)
        found.append((span, own if len(_WORD.findall(piece)) >= _words_needed(own, main) else main))
    return tuple(found)


def _words_needed(own: str, main: str) -> int:
    """How many words a paragraph needs to overrule the whole: names and brands are Latin in any script."""
    if _script_of(own) == _script_of(main):
        return LONG
    return 5 if _script_of(own) == "latin" else 1


def _script_of(language: str) -> str:
    """Languages of one script are mistaken for one another, those of different scripts are not."""
    for script, members in _FAMILIES.items():
        if language in members:
            return script
    return language if any(language == name for name, _ in _SCRIPTS) else "latin"


def _by_script(best: str, text: str, counts: dict[str, int], default: str) -> str:
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
    if len({word for word in words if word in _SWAHILI}) * 5 > len(words):
        return "sw"
    found = _ask(text)
    if found == "ms":
        return "ms" if any(word in _MALAY for word in words) else "id"
    return {UNKNOWN: default, "tl": "fil"}.get(found, found)


def _ask(text: str) -> str:
    _ready()
    plain = _NOISE.sub(" ", text)
    return str(eldc.detect(plain if _WORD.search(plain) else text) or UNKNOWN)
