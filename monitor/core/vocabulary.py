"""A language pack compiled for reading: word tables, number signs and the English signs that every language borrows."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from monitor.core.tables import Table, joined, stems
from monitor.core.text import Letters
from monitor.core.types.figures import Shape
from monitor.core.types.packs import LanguagePack, ModifierCue, ShapeCue, Unit

KILO, MEGA, GIGA, TERA = (Decimal(10) ** power for power in (3, 6, 9, 12))
UNITS: Mapping[str, Unit] = {
    "W": Unit("W"),
    "kW": Unit("W", KILO),
    "MW": Unit("W", MEGA),
    "GW": Unit("W", GIGA),
    "TW": Unit("W", TERA),
    "Wh": Unit("Wh"),
    "kWh": Unit("Wh", KILO),
    "MWh": Unit("Wh", MEGA),
    "GWh": Unit("Wh", GIGA),
    "TWh": Unit("Wh", TERA),
    "m2": Unit("m2"),
    "km2": Unit("m2", MEGA),
    "ha": Unit("m2", Decimal(10) ** 4),
    "acre": Unit("m2", Decimal("4046.8564224")),
    "ft2": Unit("m2", Decimal("0.09290304")),
    "mi2": Unit("m2", Decimal("2589988.110336")),
    "mu": Unit("m2", Decimal(2000) / 3),  # 亩
    "tsubo": Unit("m2", Decimal(400) / 121),  # 坪, 평
    "rai": Unit("m2", Decimal(1600)),
    "percent": Unit("percent"),
    "tenth": Unit("percent", Decimal(10)),  # 割, 成
    "times": Unit("times"),
    "pair": Unit("count", Decimal(2)),
}
OTHER = "other"  # measures that are no figure here: years, kilometres, tonnes, bytes
_SIGNS: Mapping[str, str] = {
    "W": "W",
    "kW": "kW",
    "KW": "kW",
    "MW": "MW",
    "GW": "GW",
    "TW": "TW",
    "Mw": "MW",
    "Gw": "GW",
}
_ENERGY = ("kWh", "MWh", "GWh", "TWh")
_AREAS = {
    "m²": "m2",
    "km²": "km2",
    "m2": "m2",
    "km2": "km2",
    "ft²": "ft2",
    "㎡": "m2",
    "㎢": "km2",
    "ha": "ha",
    "sq ft": "ft2",
}
_PERCENT = ("%",)
_TIGHT: Mapping[str, Decimal] = {  # written onto the number, in any language: $65B, 350K
    "K": KILO,
    "k": KILO,
    "M": MEGA,
    "B": GIGA,
    "T": TERA,
    "bn": GIGA,
    "mn": MEGA,
    "tn": TERA,
    "Bn": GIGA,
    "BN": GIGA,
    "mln": MEGA,
    "bln": GIGA,
    "MM": MEGA,
}
_TIGHT_MONEY: Mapping[str, Decimal] = {"m": MEGA, "b": GIGA, "t": TERA}  # only beside a currency: £40m
HAN_DIGITS = {char: number for number, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7,
    "捌": 8, "玖": 9,
}  # fmt: skip
HAN_SCALES = {
    "十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12, "京": 16,
    "십": 1, "백": 2, "천": 3, "만": 4, "억": 8, "조": 12, "경": 16,
}  # fmt: skip
# A run of digits with marks between them, with spaces between groups of three, or a word.
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,'٬][0-9]+)*|[^\W\d_]+")
_PLAIN = re.compile(r"[0-9]+(?:[.,'٬][0-9]+)*|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]")
_HANGUL_SCALES = "(?<![가-힣])[십백천](?=[십백천만억조])"  # 백만 달러: a number without any digit
_HAN_SIGNS = "".join(HAN_DIGITS) + "".join(sign for sign in HAN_SCALES if sign >= "㐀" and sign < "가")


class Vocabulary:
    """Everything the reader asks of one language, compiled once."""

    def __init__(self, pack: LanguagePack) -> None:
        self.pack = pack
        self.code = pack.code
        self.variants = Letters(pack.variants)
        inflect = pack.inflect
        self.units = Table(_right_units(pack), inflect)
        self.left = Table(_left_units(pack))
        self.signs = Table(
            {sign: code for sign, code in pack.currencies.items() if sign == sign.upper() and sign.isascii()}
        )
        self.scales = Table(_scales(pack), inflect)
        self.tight = _TIGHT
        self.tight_money = _TIGHT_MONEY
        self.counters = Table({word: word for word in pack.counters if not word.endswith("*")}, inflect)
        self.counted = Table({w[:-1]: w for w in pack.counters if w.endswith("*")}, inflect=6, least=2)
        self.words: Table[Decimal] = Table(pack.number_words)
        self.fractions: Table[Decimal] = Table(pack.fractions, inflect)
        self.shares: Table[Decimal] = Table(pack.shares, inflect)
        self.scales_before: Table[Decimal] | None = Table(pack.scales_before) if pack.scales_before else None
        self.vague: Table[Decimal] = Table(pack.vague)
        self.bare: Table[Decimal] = Table(pack.bare)
        self.before_cues: Table[ModifierCue] = Table(
            {c.text: c for c in pack.modifiers if not c.after}, prefixes=pack.prefixes
        )
        self.after_cues: Table[ModifierCue] = Table({c.text: c for c in pack.modifiers if c.after})
        self.far_cues = tuple(c for c in pack.modifiers if c.far)
        self.fillers: Table[bool] = Table(dict.fromkeys(pack.fillers, True))
        self.joins: Table[bool] = Table(dict.fromkeys((*pack.ranges.join, *"-–~"), True))
        self.between: Table[tuple[str, ...]] = Table(_between(pack), prefixes=pack.prefixes)
        self.turns: Table[bool] = Table(dict.fromkeys(pack.ranges.turns, True))
        self.separate: Table[bool] = Table(dict.fromkeys(pack.ranges.separate, True), prefixes=pack.prefixes)
        self.starts: Table[bool] = Table(dict.fromkeys(pack.ranges.starts, True), prefixes=pack.prefixes)
        self.leads: Table[bool] = Table(
            dict.fromkeys((*pack.fillers, *_between(pack), *pack.ranges.separate, *pack.ranges.starts), True),
            prefixes=pack.prefixes,
        )  # whatever `Ranges` looks for before an amount
        self.shape_before: Table[ShapeCue] = Table(
            {c.text: c for c in pack.shapes if not c.after}, inflect, prefixes=pack.prefixes
        )
        self.shape_after: Table[ShapeCue] = Table({c.text: c for c in pack.shapes if c.after}, inflect)
        self.change_before, self.change_after = (_changes(pack, after=after) for after in (False, True))
        self.of_words: Table[bool] = Table(dict.fromkeys(pack.of_words, True))
        self.articles: Table[bool] = Table(dict.fromkeys(pack.articles, True))
        self.implied: Table[bool] = Table(dict.fromkeys(pack.implied, True), inflect)
        self.stops = frozenset(pack.stops)
        self.joins_words: Table[bool] = Table(dict.fromkeys(pack.number_joins, True))
        self.anchors = _anchors(pack)
        self.followers = {} if pack.joined else _followers(pack, self.anchors, self.scales)
        self.scan = _scanner(pack)
        self.han = pack.code in {"ja", "zh", "ko"}


@lru_cache(maxsize=256)
def vocabulary(pack: LanguagePack) -> Vocabulary:
    """The compiled pack; there is one pack a language and process, so each is compiled once."""
    return Vocabulary(pack)


def _right_units(pack: LanguagePack) -> dict[str, Unit]:
    table = {word: UNITS[name] for word, name in (*_SIGNS.items(), *_AREAS.items())}
    table |= {sign: UNITS[sign] for sign in _ENERGY} | dict.fromkeys(_PERCENT, UNITS["percent"])
    table |= dict(pack.units)
    for word, code in pack.currencies.items():
        table[word] = Unit(code)
    table |= dict(pack.subunits)
    return {stem: table[word] for stem, word in stems(table, pack.inflect)} | table


def _left_units(pack: LanguagePack) -> dict[str, Unit]:
    table = {word: Unit(code) for word, code in pack.currencies.items()}
    return table | dict(pack.before)


def _scales(pack: LanguagePack) -> dict[str, Decimal]:
    # "mil milhões" is two scale words, as "mil" and "milhões" are: ranges share them one by one
    table = {w: v for w, v in pack.scales.items() if " " not in w or not all(part in pack.scales for part in w.split())}
    if not any(
        word.isascii() and len(word) > 3 for word in table
    ):  # no Latin scale words of its own to mistake them for
        table |= {"thousand": KILO, "million": MEGA, "billion": GIGA, "trillion": TERA}
    return {stem: table[word] for stem, word in stems(table, pack.inflect)} | table


def _between(pack: LanguagePack) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for first, second in pack.ranges.between:
        table[first] = (*table.get(first, ()), second)
    return table


def _changes(pack: LanguagePack, *, after: bool) -> re.Pattern[str]:
    """Any cue of change on one side of an amount, wherever it stands."""
    cues = (c.text for c in pack.shapes if c.shape is Shape.CHANGE and len(c.text) > 2 and c.after is after)
    return re.compile("|".join(map(re.escape, cues)) or "(?!)")


def _openers(pack: LanguagePack) -> tuple[str, ...]:
    """Everything that can begin a quantity without a digit, but for articles."""
    groups = (pack.number_words, pack.fractions, pack.shares, pack.vague, pack.bare, pack.implied)
    return tuple(word.lower() for group in groups for word in group)


def _anchors(pack: LanguagePack) -> frozenset[str]:
    """First words of everything that can begin a quantity without a digit."""
    words = (*_openers(pack), *(word.lower() for word in pack.articles))
    return frozenset(re.split(r"[^\w]|_", word, maxsplit=1)[0] for word in words)


def _followers(pack: LanguagePack, anchors: frozenset[str], scales: Table[Decimal]) -> dict[str, frozenset[str]]:
    """First words that are nothing alone ("the", "a") with the two letters, or the whole letter, that then must follow.

    They are the most frequent words of a text, and few are followed by a scale ("a billion") or the rest of a phrase.
    """
    openers, articles = _openers(pack), {word.lower() for word in pack.articles}
    found: dict[str, frozenset[str]] = {}
    for word in anchors:
        longer = (opener for opener in (*openers, *articles - {word}) if opener.startswith(word))
        own = {opener for opener in longer if not _WORD.match(opener, len(word))}
        own |= {opener for opener in openers if word.startswith(opener)}
        rest = {opener[len(word) + 1 :][:2] for opener in own}
        if (
            all(opener.startswith(word + " ") for opener in own)
            and all(len(more) > 1 for more in rest)
            and not any(map(joined, word))
        ):
            found[word] = frozenset(rest | scales.beginnings() if word in articles else rest)
    return found


def _scanner(pack: LanguagePack) -> re.Pattern[str]:
    """What finds the places where a quantity may begin."""
    if pack.decimal_letter:
        return re.compile(rf"[0-9]+{pack.decimal_letter}[0-9]+|{_SPACED.pattern}")
    if not pack.joined:
        return _SPACED if pack.code != "en" else _PLAIN
    groups = (pack.vague, pack.bare, pack.fractions, pack.shares, pack.number_words, pack.implied, pack.articles)
    special = sorted({word.lower() for group in groups for word in group}, key=len, reverse=True)
    signs = f"[{_HAN_SIGNS}]" if pack.code in {"ja", "zh"} else _HANGUL_SCALES if pack.code == "ko" else "(?!)"
    words = "|".join(re.escape(word) for word in special) or "(?!)"
    return re.compile(rf"[0-9]+(?:[.,'٬][0-9]+)*|{words}|{signs}")
