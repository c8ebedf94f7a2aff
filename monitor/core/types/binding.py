"""What binding needs to know: metrics, the cue words of a language, the names of companies, sites and people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MetricExample:
    """A sentence with the right answer, kept beside the metric and run by `figurewatch check`.

    `low` and `high` are base units; both None means that the metric must not be read from the text.
    """

    text: str
    language: str
    date: date
    low: Decimal | None
    high: Decimal | None
    unit: str | None = None
    period: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure can measure. A metric with `tracked` False is a decoy: it takes numbers away from the others.

    `measures` are cue groups with their weight (1 is a plain name of the thing); `needs` are cue groups that must be
    in reach, each item a choice; `without` are groups whose presence in the clause rules the metric out.
    `slot` names what the `<...>` in the id stands for: site, plant, supplier or cluster.
    """

    id: str
    units: frozenset[str]
    measures: tuple[tuple[str, float], ...]
    subject: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    slot: str = ""
    periods: frozenset[str] = frozenset()  # of year, quarter, month, span, by, none
    habit: str = "none"  # the period kind when the text says nothing
    ahead: str = ""  # the same for a forecast, where it differs: revenue is forecast a quarter, spending a year
    yearly: Decimal | None = None  # from this value on a figure without period is a year's
    status: str = "actual"  # actual for reported figures, target for plans and sizes of projects
    plausible: tuple[Decimal, Decimal] | None = None
    strict: bool = False  # outside the plausible range it is not this metric at all
    cumulative: bool = False
    divided: bool = False  # divisions report one of their own: "revenue" after a division's name is the division's
    currency: str | None = None  # what the company reports in; other currencies are conversions
    tracked: bool = True
    title: str = ""
    examples: tuple[MetricExample, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A name that may own a figure. `kind`: company, part, product, person, site, plant, supplier, partner or none.

    `parent` is the company that a part or product belongs to; "other" companies are barriers and never bind.
    """

    id: str
    kind: str
    parent: str
    names: tuple[str, ...]
    weak: tuple[str, ...] = ()  # names that count only beside the entity's kind of thing: "Louisiana"
    title: str = ""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """How a language names a place that no list knows, beside the thing that is built there.

    Where words are not parted by spaces: `letters` (as in a character class) of a name, `least` to `most` of them, the
    words `before` it and those of which one must follow (`then`), and what the names of `regions` end in: the town
    comes after. Elsewhere: `articles` before a name; where every noun has a capital (`capital_nouns`), only a name that
    `goes_on` with its region is a place.
    """

    letters: str = ""
    least: int = 2
    most: int = 12
    before: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    capital_nouns: bool = False
    goes_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The cue words of one language by group: `m.capex`, `s.estimate`, `r.prior`, `p.this_year`, `v.said`."""

    language: str
    groups: Mapping[str, tuple[str, ...]]
    clitics: tuple[str, ...] = ()  # written together with the next word: Arabic wa-, Hebrew ha-
    places: PlaceWords = field(default_factory=PlaceWords)


@dataclass(frozen=True, slots=True, eq=False)
class BindingPack:
    """Everything that binding knows, as data. Compiled for matching by `monitor.core.cues.matcher`."""

    metrics: tuple[Metric, ...] = ()
    entities: tuple[Entity, ...] = ()
    words: Mapping[str, LanguageWords] = field(default_factory=dict)
    variants: Mapping[int, str] = field(default_factory=dict)  # one character written in several ways: 營 for 营
    clitics: tuple[str, ...] = ()  # those of all languages, for names
    version: str = ""
