"""What packs hold once loaded: the words and signs of a language, as values that the core reads figures with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from monitor.core.types.binding import BindingPack
from monitor.core.types.figures import Modifier, Shape

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit and how many of it one of the written unit is: "gigawatts" is Unit("W", 10**9)."""

    name: str  # ISO 4217 code, W, Wh, m2, percent, times, count, …
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ModifierCue:
    """Words that hedge a value. `far`: may stand some characters away within the clause ("at least … 3 times")."""

    text: str
    modifier: Modifier
    after: bool = False
    far: bool = False


@dataclass(frozen=True, slots=True)
class ShapeCue:
    """Words that make the number beside them a change, a share or a rate."""

    text: str
    shape: Shape
    after: bool = False


@dataclass(frozen=True, slots=True)
class QuantityExample:
    """A text with the right answer, in the notation of `monitor.packs.examples`: ">=340000 count", "64e9..72e9 USD"."""

    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RangeWords:
    """How a language writes ranges."""

    between: tuple[tuple[str, str], ...] = ()  # ("between", "and"): a range only with both words
    join: tuple[str, ...] = ()  # "to", "bis": a range by themselves
    separate: tuple[str, ...] = ()  # "from", "by": a number right after one of these never begins a range
    changing: tuple[str, ...] = ()  # beginnings of verbs before "from X to Y" that make it old and new value
    starts: tuple[str, ...] = ()  # "from", "de": with a verb of change old and new value, a range without
    turns: tuple[str, ...] = ()  # "auf", "para": between old and new value only
    turned: tuple[str, ...] = ()  # particles behind the new value where verbs come last: に, 로


@dataclass(frozen=True, slots=True, eq=False)
class LanguagePack:
    """One language: what CLDR knows and what its YAML file adds. Compared by identity: there is one of each.

    All words are folded (`core.text.fold`) and run through `variants`; case is kept where it matters ("MW", "mW").
    `sections` holds the other top-level keys of the YAML file as plain data, for the rooms that own them.
    """

    code: str
    name: str
    decimal: str = "."
    group: str = ","
    joined: bool = False  # words are written without spaces
    inflect: int = 0  # letters that an ending may add to a word of four letters or more
    prefixes: str = ""  # letters written onto the next word: Arabic و ب ل, Hebrew ב ה
    variants: Mapping[int, str] = field(default_factory=dict)  # letter to letter, for str.translate
    scales: Mapping[str, Decimal] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)  # name or symbol, either side -> ISO 4217
    units: Mapping[str, Unit] = field(default_factory=dict)
    before: Mapping[str, Unit] = field(default_factory=dict)  # units written before the number: 百分之, yüzde, פי
    subunits: Mapping[str, Unit] = field(default_factory=dict)  # cents, 角: part of a currency
    counters: frozenset[str] = frozenset()  # nouns and classifiers that are counted; a final * stands for any ending
    fractions: Mapping[str, Decimal] = field(default_factory=dict)
    number_words: Mapping[str, Decimal] = field(default_factory=dict)
    shares: Mapping[str, Decimal] = field(default_factory=dict)  # percent said in words: "a third of", 一半
    scales_before: Mapping[str, Decimal] = field(default_factory=dict)  # scale words before the number: Swahili
    articles: tuple[str, ...] = ()  # "a", "un": one, where a scale word follows
    implied: tuple[str, ...] = ()  # scale words that may begin a number, "one" being implied: mil millones, مليار
    decimal_letter: str = ""  # Arabic ر in 5ر1, which is 1.5: the fraction comes first
    stops: tuple[str, ...] = ()  # words that a counted noun cannot stand behind: "in", "for"
    number_joins: tuple[str, ...] = ()  # "and", "y", "und" between number words
    modifiers: tuple[ModifierCue, ...] = ()
    fillers: tuple[str, ...] = ()  # words that may stand between a cue and its number: articles, "a total of"
    ranges: RangeWords = RangeWords()
    vague: Mapping[str, Decimal] = field(default_factory=dict)  # "tens of": 10; times the scale that follows
    bare: Mapping[str, Decimal] = field(default_factory=dict)  # plural scale that stands alone: "billions of"
    shapes: tuple[ShapeCue, ...] = ()
    money_cues: tuple[str, ...] = ()  # words after which a scaled number without unit is money
    count_cues: tuple[str, ...] = ()
    of_words: tuple[str, ...] = ()  # between scale and unit: "de", "di"
    cldr_only: bool = True
    months: Mapping[str, int] = field(default_factory=dict)
    quarters: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[QuantityExample, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


Lists = tuple[tuple[str, tuple[str, ...]], ...]  # language code or "*" -> words


@dataclass(frozen=True, slots=True)
class TopicWords:
    """The lists of one side of a topic. A final * stands for any ending.

    `any`: one is enough; `maybe`: counts when a word of `near` is close by; `none`: phrases in which a word means
    something else; `all`: each must occur. `english`: the English words count in texts of every language.
    """

    any: Lists = ()
    maybe: Lists = ()
    near: Lists = ()
    none: Lists = ()
    all: tuple[str, ...] = ()
    english: bool = False


@dataclass(frozen=True, slots=True)
class TopicExample:
    """A short text with the right answer."""

    text: str
    language: str
    match: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched: names of the subject within `within` characters of words of what it is about."""

    id: str
    title: str
    subject: TopicWords
    about: TopicWords
    within: int = 250
    examples: tuple[TopicExample, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Packs:
    """All packs of one run. `languages` knows every language of CLDR and loads each at its first use."""

    languages: Mapping[str, LanguagePack]
    version: str  # changes with any rule, so that stored figures know what read them
    topics: tuple[Topic, ...] = ()
    binding: BindingPack = field(default_factory=BindingPack)

    def language(self, code: str | None) -> LanguagePack:
        """The pack of a language code ("pt-BR", "zh_Hant"); English for an unknown one."""
        base = (code or "en").replace("_", "-").split("-")[0].lower()
        base = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cmn": "zh", "tl": "fil"}.get(base, base)
        return self.languages.get(base) or self.languages["en"]
