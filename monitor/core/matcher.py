"""The binding pack compiled for matching: name and word indexes, metrics by unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from monitor.core.context import Words
from monitor.core.cues import CueIndex
from monitor.core.subjects import Names
from monitor.core.text import Letters
from monitor.core.types.binding import BindingPack, LanguageWords, Metric, PlaceWords


class Matcher:
    """One compiled BindingPack; the words of a language are compiled when a text in it first comes."""

    def __init__(self, pack: BindingPack) -> None:
        self.pack = pack
        self.variants = Letters(pack.variants)
        self.names = Names(pack.entities)
        self._words: dict[str, Words] = {}

    def _entities(self) -> list[tuple[str, Sequence[str]]]:
        """The names of all entities in all scripts."""
        groups: list[tuple[str, Sequence[str]]] = []
        for entity in self.pack.entities:
            groups.append((f"e.{entity.id}", entity.names))
            groups.append((f"e.weak.{entity.id}", entity.weak))
        return groups

    @cached_property
    def metrics(self) -> Mapping[str, Sequence[Metric]]:
        """Metrics by the unit that they take."""
        by_unit: dict[str, list[Metric]] = defaultdict(list)
        for metric in self.pack.metrics:
            for unit in metric.units:
                by_unit[unit].append(metric)
        return by_unit

    def words(self, language: str) -> Words:
        """What a text in a language is searched for: English terms stand in texts of any language."""
        if language not in self._words:
            own = self.pack.words.get(language)
            english = self.pack.words.get("en")
            groups: list[tuple[str, Sequence[str]]] = []
            for words in (own, english if own is not english else None):
                groups += list(words.groups.items()) if words else []
            cues = CueIndex([*self._entities(), *_allowed(own, groups)], self.variants, self.pack.clitics)
            self._words[language] = Words(language, cues, self.variants, own.places if own else PlaceWords())
        return self._words[language]


def _allowed(own: LanguageWords | None, groups: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, Sequence[str]]]:
    """In other languages only the English terms for things: little words mean something else ("in", "by", "will")."""
    if own is None or own.language == "en":
        return list(groups)
    mine = len(own.groups)
    return [pair for at, pair in enumerate(groups) if at < mine or pair[0].startswith(("m.", "p.q"))]
