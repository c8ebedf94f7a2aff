"""Which site, plant, supplier or cluster a figure belongs to, also when a story names it for the first time."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.core.context import Layout, Sentence
from monitor.core.cues import Hit
from monitor.core.subjects import Names, mention_of
from monitor.core.types.binding import PlaceWords
from monitor.core.types.figures import Quantity

_BACK = 10  # sentences over which a paragraph still speaks of what it named
_ASIDE = 80  # characters from a place before a thing to the thing: "in Hobbs, an oil town in New Mexico, a data centre"
_NEAR = 25  # characters before a thing in which its place stands
_LEAD = 600  # characters in which a story names what it is about
_THING = {"site": "m.datacenter", "plant": "m.nuclear", "cluster": "m.cluster"}
_CAPITALS = r"[A-ZÀ-ÞĄ-ŽА-ЯІЇЄҐ][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_NAME_BEFORE = re.compile(rf"((?:{_CAPITALS}\s){{1,3}})$")
_TOWN_OF = re.compile(rf"(?:\b[Ii]n ({_CAPITALS}(?:\s{_CAPITALS}){{0,2}})|\s({_CAPITALS})), $")
_QUOTED = re.compile(r"[\"“「『‘«《]([^\"”」』’»》\d]{2,24})[\"”」』’»》]")
_MODEL = re.compile(r"\b(llama)[\s-]?(\d+(?:\.\d+)?)", re.IGNORECASE)
_WORDS_AFTER = re.compile(r"\s*([^\W\d_]{3,}(?:\s[^\W\d_]{3,})?)")


class _Ways(NamedTuple):
    """The place words of a language as patterns."""

    after: re.Pattern[str]  # a name behind a preposition
    goes_on: re.Pattern[str]
    near: re.Pattern[str] | None  # a name before the thing, where words are not parted
    regions: re.Pattern[str]


@lru_cache(maxsize=64)
def _ways(words: PlaceWords) -> _Ways:
    articles = "".join(f"{one[:-1]}['’]|" if one.endswith("'") else f"{one} |" for one in words.articles)
    further = "|".join(map(re.escape, words.goes_on)) or "(?!)"
    name = rf"([{words.letters}]{{{words.least},{words.most}}}?)" if words.before else None
    name = name or rf"([{words.letters}]{{{words.least},{words.most}}})"
    near = f"(?:{_either(words.before)}){name}(?:{_either(words.then)})" if words.letters else None
    return _Ways(
        re.compile(rf"\s*(?:{articles})({_CAPITALS}(?:\s{_CAPITALS}){{0,2}})"),
        re.compile(rf"\s?\(|,\s[A-ZÀ-Þ]|\s(?:{further})\s[A-ZÀ-Þ]"),
        re.compile(near) if near else None,
        re.compile(_either(words.regions) or "(?!)"),
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


class Slot(NamedTuple):
    """The value of the `<...>` in a family's id, where it stands (None when carried), and how it was found."""

    slug: str
    hit: Hit | None
    how: str
    near: str = "sentence"  # or paragraph, story


def slug_of(name: str) -> str:
    """An id made of a name: accents dropped, lower case, words joined by an underscore; other scripts kept."""
    flat = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    flat = unicodedata.normalize("NFC", flat)
    return "_".join(re.findall(r"[^\W_]+", flat.lower()))


class Slots:
    """Finds the slot values of one story."""

    def __init__(self, title: Layout, layout: Layout, names: Names) -> None:
        self._title = title
        self._layout = layout
        self._names = names
        self._story: dict[str, Slot | None] = {}
        self._named: dict[tuple[str, bool, int], list[Slot]] = {}

    def of(self, kind: str, quantity: Quantity, number: int) -> Slot | None:
        """The slot value for a quantity of a sentence: named in it, near it in the paragraph, or alone in the story."""
        if kind == "cluster":
            return self._model(number)
        found = self.named(kind, self._layout, number)
        if found:
            if kind == "plant" and len({slot.slug for slot in found}) > 1:
                return None  # several plants together: none of them alone
            before = [slot for slot in found if slot.hit and slot.hit.end <= quantity.start]
            return before[-1] if before else found[0]
        if kind == "supplier":
            return self._supplier(number)
        sentences = self._layout.sentences
        at = number - 1
        while at >= max(0, number - _BACK) and sentences[at].paragraph == sentences[number].paragraph:
            earlier = self.named(kind, self._layout, at)
            if earlier:
                return Slot(earlier[-1].slug, None, f"{earlier[-1].how} in the sentence before", "paragraph")
            at -= 1
        after = number + 1
        if kind == "site" and after < len(sentences) and sentences[after].paragraph == sentences[number].paragraph:
            later = self.named(kind, self._layout, after)
            region = bool(later) and later[0].hit is not None and later[0].hit.group.startswith("e.weak.")
            if later and not (region and self._of_story(kind)):
                return Slot(later[0].slug, None, f"{later[0].how} in the sentence after", "paragraph")
        return self._of_story(kind)

    def _supplier(self, number: int) -> Slot | None:
        """The only supplier of the sentence before: "AMD and Meta have a deal. The chip maker delivers 6 gigawatts"."""
        sentences = self._layout.sentences
        if not number or sentences[number - 1].paragraph != sentences[number].paragraph:
            return None
        earlier = self.named("supplier", self._layout, number - 1)
        if len({slot.slug for slot in earlier}) != 1:
            return None
        return Slot(earlier[0].slug, None, f"{earlier[0].how} in the sentence before", "paragraph")

    def of_title(self, kind: str) -> frozenset[str]:
        """What the title names of a kind; a region that only stands for its known site names none beside others."""
        found = [slot for n in range(len(self._title.sentences)) for slot in self.named(kind, self._title, n)]
        sure = [slot for slot in found if not (slot.hit and slot.hit.group.startswith("e.weak."))]
        return frozenset(slot.slug for slot in sure)

    def around(self, site: str, number: int) -> frozenset[str]:
        """Places of the title that the data does not know and that a text names right before a site: its region."""
        own = next((slot.hit for slot in self.named("site", self._layout, number) if slot.slug == site), None)
        if own is None:
            return frozenset()
        before = self._layout.low[max(0, own.start - _NEAR) : own.start]
        known = {entity.split(":", 1)[-1] for entity in self._names.by_id if entity.startswith("site:")}
        return frozenset(slug for slug in self.of_title("site") - known if slug.replace("_", " ") in before)

    def named(self, kind: str, layout: Layout, number: int) -> list[Slot]:
        """The slot values that a sentence names, in order."""
        key = kind, layout is self._title, number
        if key not in self._named:
            self._named[key] = self._find(kind, layout, number)
        return self._named[key]

    def _find(self, kind: str, layout: Layout, number: int) -> list[Slot]:
        hits = layout.hits(number)
        thing = [hit for hit in hits if hit.group == _THING.get(kind)]
        found = []
        for hit in hits:
            if not hit.group.startswith("e."):
                continue
            entity = mention_of(hit)
            if self._names.kind(entity) != kind or (hit.group.startswith("e.weak.") and not thing):
                continue
            found.append(Slot(entity.split(":", 1)[-1], hit, hit.cue))
        if thing and kind in {"site", "plant"}:
            if not found:
                new = self._first_named(kind, layout, number, thing, hits)
                return [new] if new else []
            if kind == "site" and all(slot.hit and slot.hit.group.startswith("e.weak.") for slot in found):
                return self._in_region(layout, found)
        return found

    def _in_region(self, layout: Layout, found: list[Slot]) -> list[Slot]:
        """A state stands for its known site, unless a town of it is named: "in Lakeridge, Ohio" is Lakeridge."""
        named = []
        for slot in found:
            start = slot.hit.start if slot.hit else 0
            town = _TOWN_OF.search(layout.text, max(0, start - 60), start)
            named.append((self._new("site", town[1] or town[2], slot.hit) if town and slot.hit else None) or slot)
        return named

    def _of_story(self, kind: str) -> Slot | None:
        """The only one that the whole story names, if it names just one."""
        if kind not in self._story:
            found: dict[str, Slot] = {}
            for layout in (self._title, self._layout):
                for number, sentence in enumerate(layout.sentences):
                    if sentence.start < _LEAD or layout.within(number):
                        for slot in self.named(kind, layout, number):
                            found.setdefault(slot.slug, slot)
            titled = self.of_title(kind)
            known = [slot for slot in found.values() if slot.slug in titled] if titled else list(found.values())
            only = known[0] if len(known) == 1 else None
            how = f"{only.how}, the {kind} of the story" if only else ""
            self._story[kind] = Slot(only.slug, None, how, "story") if only else None
        return self._story[kind]

    def _model(self, number: int) -> Slot | None:
        sentence = self._layout.sentences[number]
        found = _MODEL.search(self._layout.text, sentence.start, sentence.end)
        return Slot(slug_of(found[1] + found[2]), None, found[0]) if found else None

    def _first_named(
        self, kind: str, layout: Layout, number: int, thing: Sequence[Hit], hits: Sequence[Hit]
    ) -> Slot | None:
        """A place or project that the data does not know: quoted beside the thing, or named by place."""
        sentence = layout.sentences[number]
        text = layout.text
        owned = [(hit.start, hit.end) for hit in hits if hit.group[0] in "emps"]
        owned += [(quantity.start, quantity.end) for quantity in layout.beside(sentence.start)]  # 2 GW is no name
        for hit in thing:
            quoted = _QUOTED.search(text, max(sentence.start, hit.start - 30), min(sentence.end, hit.end + 30))
            if quoted and kind == "site" and not _touched(quoted, owned):
                return self._new(kind, quoted[1], hit)
            before = _NAME_BEFORE.search(text, max(sentence.start, hit.start - 50), hit.start)
            if before:
                at_start = before.start() == sentence.start  # its first word has a capital whatever it is
                name = before[1].partition(" ")[2] if at_start else before[1]
                if name and not _inside(before.end() - len(name), owned) and not layout.places.capital_nouns:
                    return self._new(kind, name, hit)
            place = self._place(layout, sentence, hit, hits, owned)
            if place and kind == "site":
                return self._new(kind, place, hit)
        return None

    def _place(
        self, layout: Layout, sentence: Sentence, thing: Hit, hits: Sequence[Hit], owned: Sequence[tuple[int, int]]
    ) -> str | None:
        """The place that a preposition ties to the thing: "a data center in Lakeridge"."""
        start, end = sentence.start, sentence.end
        text, ways = layout.text, _ways(layout.places)
        for hit in hits:
            if hit.group != "r.in" or not (-40 <= hit.start - thing.end <= 60 or 0 < thing.start - hit.end <= _ASIDE):
                continue
            if not _joined(text[min(thing.end, hit.start) : max(thing.end, hit.start)], before=hit.end <= thing.start):
                continue
            found = ways.after.match(text, hit.end, end)
            if not found and hit.end - hit.start > 3 and ord(text[hit.start]) > 0x58F:
                found = _WORDS_AFTER.match(text, hit.end, end)
            if found and layout.places.capital_nouns and not ways.goes_on.match(text, found.end()):
                continue  # any noun has a capital: a place is followed by its state
            if found and not _touched(found, owned):
                return found[1]
        near = ways.near.search(text, max(start, thing.start - _NEAR), thing.start) if ways.near else None
        if near and not _touched(near, owned):
            return ways.regions.split(near[1])[-1] or near[1]
        return None

    def _new(self, kind: str, name: str, hit: Hit) -> Slot | None:
        slug = slug_of(name)
        return Slot(slug, hit, f"{name.strip()}, a {kind} first named here") if len(slug) > 1 else None


def _joined(gap: str, *, before: bool) -> bool:
    """Whether nothing parts a place from the thing; an aside between two commas parts nothing."""
    if any(mark in gap for mark in ";:"):
        return False
    return "," not in gap or (before and gap.count(",") == 2)


def _touched(found: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the name holds a word that means something else: a year, a company, a data centre."""
    return any(start < found.end(1) and found.start(1) < end for start, end in spans)


def _inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)
