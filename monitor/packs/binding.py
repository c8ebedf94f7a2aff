"""Metrics, names and cue words from files to values."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from monitor.core.types.binding import BindingPack, Entity, LanguageWords, Metric, MetricExample, PlaceWords
from monitor.core.types.packs import LanguagePack

_SECTIONS = {"measures": "m", "stance": "s", "roles": "r", "speech": "v", "periods": "p"}
_LOCAL = ("company", "unit", "outsider")  # generic subjects of a language: "the company", "the division", "the mayor"
_PERIODS = frozenset({"year", "quarter", "month", "span", "by", "none"})
_KEYS = frozenset(
    "title unit currency subject measures needs without slot period habit ahead yearly status plausible strict "
    "cumulative divided tracked examples words names".split()
)


class Words(Mapping[str, LanguageWords]):
    """Cue words of all languages, each taken from its pack when it is first asked for."""

    def __init__(
        self,
        languages: Mapping[str, LanguagePack],
        clitics: Mapping[str, Sequence[str]],
        extra: Mapping[str, Mapping[str, Sequence[str]]],
    ) -> None:
        self._languages = languages
        self._clitics = clitics
        self._extra = extra
        self._built: dict[str, LanguageWords] = {}

    def __getitem__(self, code: str) -> LanguageWords:
        if code not in self._built:
            pack = self._languages[code]
            groups = language_groups(pack)
            for group, cues in self._extra.get(code, {}).items():
                groups[group] = (*groups.get(group, ()), *cues)
            places = place_words(pack.sections.get("places") or {}, f"{code}.yaml")
            self._built[code] = LanguageWords(code, groups, tuple(self._clitics.get(code, ())), places)
        return self._built[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)


def language_groups(pack: LanguagePack) -> dict[str, tuple[str, ...]]:
    """The cue groups that a language file gives, months of CLDR included."""
    groups: dict[str, tuple[str, ...]] = {}
    for section, letter in _SECTIONS.items():
        for name, cues in (pack.sections.get(section) or {}).items():
            groups[f"{letter}.{name}"] = tuple(flat(cues))
    for name, cues in (pack.sections.get("entities") or {}).items():
        groups[f"e_generic.{name}" if name in _LOCAL else f"e.{name}"] = tuple(flat(cues))
    short = set(flat(pack.sections.get("short_months")))
    for word, month in pack.months.items():
        name = word.strip(". ")
        if (len(name) >= 4 and not name[0].isdigit()) or name in short:
            key = f"p.month.{month}"
            groups[key] = (*groups.get(key, ()), f"{name}*" if pack.inflect else name)
    return groups


_PLACE_KEYS = frozenset("letters length before then regions nouns articles goes_on".split())


def place_words(data: Mapping[str, Any], where: str) -> PlaceWords:
    """How a language names a place beside a thing, from `places` of its file."""
    unknown = sorted(set(data) - _PLACE_KEYS)
    if unknown:
        raise ValueError(f"{where}: places: unknown key {unknown[0]}; known are {', '.join(sorted(_PLACE_KEYS))}")
    least, most = data.get("length", (2, 12))
    lists = {key: tuple(flat(data.get(key))) for key in ("before", "then", "regions", "articles", "goes_on")}
    letters, capital = str(data.get("letters", "")), data.get("nouns") == "capital"
    return PlaceWords(letters=letters, least=int(least), most=int(most), capital_nouns=capital, **lists)


def flat(values: Any) -> list[str]:
    """Strings out of nested lists."""
    if isinstance(values, str):
        return [values]
    return [text for value in values or () for text in flat(value)]


def entities_of(data: Mapping[str, Any], where: str) -> list[Entity]:
    """The names of one file of packs/entities."""
    found = []
    for key, value in data.items():
        if not isinstance(value, Mapping):
            raise TypeError(f"{where}: {key} must hold kind and names")
        kind = str(value.get("kind", "company"))
        parent = str(value.get("parent", ""))
        foreign = parent == "other"  # one id for everybody else: it never matters who exactly
        names, weak = tuple(flat(value.get("names"))), tuple(flat(value.get("weak")))
        identity = "other" if foreign else str(key)
        found.append(Entity(identity, kind, "" if foreign else parent, names, weak, str(value.get("title", ""))))
    return found


def metrics_of(data: Mapping[str, Any], where: str) -> list[Metric]:
    """The metrics of one file; ValueError naming metric and key for what cannot be used."""
    return [metric_of(str(key), value, where) for key, value in data.items()]


def metric_of(key: str, value: Mapping[str, Any], where: str) -> Metric:
    """One metric from its YAML mapping."""
    place = f"{where}: {key}"
    if not isinstance(value, Mapping):
        raise TypeError(f"{place}: must hold unit and measures")
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise ValueError(f"{place}: unknown key {unknown[0]}; known are {', '.join(sorted(_KEYS))}")
    if not value.get("unit"):
        raise ValueError(f"{place}: needs a unit: money, count, W, m2 or another base unit")
    slot = str(value.get("slot", ""))
    if slot and f"<{slot}>" not in key:
        raise ValueError(f"{place}: slot {slot} needs <{slot}> in the id")
    periods = frozenset(flat(value.get("period")))
    if periods - _PERIODS:
        raise ValueError(f"{place}: period must be of {', '.join(sorted(_PERIODS))}")
    measures = value.get("measures") or {}
    if not isinstance(measures, Mapping):
        measures = dict.fromkeys(flat(measures), 1.0)
    weighted = [(_group(name), float(weight)) for name, weight in measures.items()]
    if value.get("words"):
        weighted.append((f"m.{key}", 1.0))
    if not weighted:
        raise ValueError(f"{place}: needs measures or words that name it in a text")
    return Metric(
        id=key,
        units=frozenset(flat(value["unit"])),
        measures=tuple(weighted),
        subject=str(value.get("subject", "")),
        needs=tuple(tuple(_group(name) for name in flat(choice)) for choice in value.get("needs", ())),
        without=tuple(_group(name) for name in flat(value.get("without"))),
        slot=slot,
        periods=periods,
        habit=str(value.get("habit", "none")),
        ahead=str(value.get("ahead", "")),
        yearly=_number(value.get("yearly"), place),
        status=str(value.get("status", "actual")),
        plausible=_range(value.get("plausible"), place),
        strict=bool(value.get("strict", False)),
        cumulative=bool(value.get("cumulative", False)),
        divided=bool(value.get("divided", False)),
        currency=value.get("currency"),
        tracked=bool(value.get("tracked", True)),
        title=str(value.get("title", "")),
        examples=tuple(_example(one, place) for one in value.get("examples", ())),
    )


def _group(name: str) -> str:
    return name if name[:2] in {"m.", "e.", "p.", "r.", "s."} or name == "slot" else f"m.{name}"


def _number(value: Any, place: str) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value).replace("_", "").replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(f"{place}: {value!r} is no number; write 5000000 or 5e6") from error


def _range(value: Any, place: str) -> tuple[Decimal, Decimal] | None:
    if value is None:
        return None
    ends = [_number(end, place) for end in value] if isinstance(value, list | tuple) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise ValueError(f"{place}: plausible needs two numbers, [least, most]")
    return ends[0], ends[1]


def _example(value: Any, place: str) -> MetricExample:
    if not isinstance(value, Mapping) or "text" not in value:
        raise ValueError(f"{place}: an example needs text, and value or none: true")
    day = value.get("date", date(2025, 1, 15))
    low = _number(value.get("value", value.get("low")), place)
    high = _number(value.get("value", value.get("high")), place)
    return MetricExample(
        text=str(value["text"]),
        language=str(value.get("language", "en")),
        date=day if isinstance(day, date) else date.fromisoformat(str(day)),
        low=low,
        high=high,
        unit=value.get("unit"),
        period=None if value.get("period") is None else str(value["period"]),
        title=str(value.get("title", "")),
    )


def extra_words(metrics: Mapping[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    """The cue words and subject names that metrics bring along, by language and group."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for key, value in metrics.items():
        if not isinstance(value, Mapping):
            continue
        for language, cues in (value.get("words") or {}).items():
            found.setdefault(language, {})[f"m.{key}"] = tuple(flat(cues))
    return found


def subject_entities(metrics: Mapping[str, Any]) -> list[Entity]:
    """The subjects that metrics name themselves: `subject: acme` with `names: [Acme, Acme Corp]`."""
    found = []
    for value in metrics.values():
        if isinstance(value, Mapping) and value.get("names"):
            names = tuple(flat(value["names"]))
            found.append(Entity(str(value.get("subject", names[0])), "company", "", names, (), names[0]))
    return found


def build_binding(
    languages: Mapping[str, LanguagePack],
    metric_files: Mapping[str, Mapping[str, Any]],
    entity_files: Mapping[str, Mapping[str, Any]],
    extra: Mapping[str, Any],
    version: str,
) -> BindingPack:
    """The binding pack of the shipped files and a user's own metrics (`extra`: metric id -> its mapping)."""
    metrics: list[Metric] = []
    for name, data in sorted(metric_files.items()):
        metrics += metrics_of(data, f"{name}.yaml")
    own = metrics_of(extra, "metrics")
    replaced = {metric.id for metric in own}
    metrics = [metric for metric in metrics if metric.id not in replaced] + own
    entities: list[Entity] = []
    for name, data in sorted(entity_files.items()):
        if name != "writing":
            entities += entities_of(data, f"{name}.yaml")
    mine = subject_entities(extra)
    taken = {name for entity in mine for name in entity.names}
    entities = [_without(entity, taken) for entity in entities] + mine
    writing = entity_files.get("writing", {})
    pairs = str(writing.get("variants", "")).split()
    variants = {ord(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
    clitics = writing.get("clitics") or {}
    words = Words(languages, clitics, extra_words(extra))
    return BindingPack(tuple(metrics), _merged(entities), words, variants, tuple(flat(list(clitics.values()))), version)


def _without(entity: Entity, names: set[str]) -> Entity:
    if entity.id != "other" or not names & set(entity.names):
        return entity
    kept = tuple(name for name in entity.names if name not in names)
    return Entity(entity.id, entity.kind, entity.parent, kept, entity.weak, entity.title)


def _merged(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """One entity an id: the names of files that speak of the same one are joined."""
    found: dict[str, Entity] = {}
    for entity in entities:
        known = found.get(entity.id)
        if known is None:
            found[entity.id] = entity
        else:
            names = (*known.names, *entity.names)
            found[entity.id] = Entity(
                known.id, known.kind, known.parent, names, (*known.weak, *entity.weak), known.title
            )
    return tuple(found.values())
