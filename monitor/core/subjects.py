"""Whose figure it is: the nearest company, division or product that governs a number, or the one the story is about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.types.binding import Entity
from monitor.core.types.figures import Quantity

_LEAD = 700  # characters in which a story says what it is about
_BACK = 10  # sentences over which a paragraph still speaks of whom it named
_LISTED = 6  # characters between the names of a list: ", ", " and ", "、"
_PART_GAP = 40  # characters between a division and the company that it belongs to
_SILENT = frozenset({"site", "plant", "supplier", "partner", "outsider", "none", "model"})  # never own money or people


class Owner(NamedTuple):
    """Who owns a figure: an entity id ("other" for anybody not tracked, "" for nobody) and how it was found."""

    entity: str
    how: str


class Names:
    """The entities of all packs by id, with what belongs to whom."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.by_id: Mapping[str, Entity] = {entity.id: entity for entity in entities}

    def kind(self, entity: str) -> str:
        """Kind of an entity id, "company" for unknown ones."""
        found = self.by_id.get(entity)
        return found.kind if found else "company"

    def company(self, entity: str) -> str:
        """The company that an entity belongs to, itself when it belongs to none."""
        found = self.by_id.get(entity)
        return found.parent or found.id if found else entity

    def speaks_for(self, owner: str, subject: str) -> bool:
        """Whether a figure of `owner` is one of `subject`'s: itself, its person, or a product of it."""
        return owner == subject or (self.company(owner) == subject and self.kind(owner) in {"person", "product"})


def mention_of(hit: Hit) -> str:
    """The entity id of a name hit: "e.meta" -> "meta"."""
    return hit.group[2:].removeprefix("weak.")


def owners(hits: Sequence[Hit], names: Names) -> list[Hit]:
    """The hits that can own figures, in order."""
    return [
        hit
        for hit in hits
        if hit.group.startswith("e.")
        and not hit.group.startswith("e.weak.")
        and names.kind(mention_of(hit)) not in _SILENT
    ]


def story_subject(title: Layout, text: Layout, names: Names) -> Owner:
    """The company that title and lead are about: the first named, or a tracked one that the title names at all."""
    headline = [hit for number in range(len(title.sentences)) for hit in owners(title.hits(number), names)]
    lead: list[Hit] = []
    for number, sentence in enumerate(text.sentences):
        if sentence.start > _LEAD:
            break
        lead += owners(text.hits(number), names)
    companies = [names.company(mention_of(hit)) for hit in headline]
    tracked = [company for company in companies if company != "other"]
    if tracked:
        return Owner(tracked[0], f"the title names {headline[companies.index(tracked[0])].cue}")
    leading = [names.company(mention_of(hit)) for hit in lead]
    mine = [company for company in leading if company != "other"]
    if mine and (leading[0] == mine[0] or len(mine) * 2 >= len(leading)) and "other" not in companies[:1]:
        return Owner(mine[0], f"the lead is about {lead[leading.index(mine[0])].cue}")
    if mine and leading[0] == mine[0]:
        return Owner(mine[0], f"the lead begins with {lead[0].cue}")
    return Owner("other" if companies or leading else "", "title and lead name somebody else")


class Ownership:
    """Owner of each quantity of one text."""

    def __init__(self, layout: Layout, names: Names, subject: Owner) -> None:
        self._layout = layout
        self.names = names
        self._subject = subject
        self._known: dict[tuple[int, int, int], Owner] = {}
        self._named: dict[int, list[Hit]] = {}

    def of(self, quantity: Quantity, number: int) -> Owner:
        """The nearest owner before the number in its sentence, else after it, else the one the text is speaking of."""
        key = quantity.start, quantity.end, number
        if key not in self._known:
            self._known[key] = self._find(quantity, number)
        return self._known[key]

    def _find(self, quantity: Quantity, number: int) -> Owner:
        hits = self._layout.hits(number)
        found = self._owners(number)
        before = [hit for hit in found if hit.end <= quantity.start]
        if host := self._at(found, quantity, hits):
            return Owner(mention_of(host), f"at {host.cue}")
        generic = [h for h in hits if h.group in {"e_generic.company", "e_generic.unit"} and h.end <= quantity.start]
        if before and (not generic or generic[-1].start <= before[-1].end):
            return self._before(before, quantity, hits)
        if generic:
            return self._generic(generic[-1], before, number)
        after = [hit for hit in found if hit.start >= quantity.end and hit.start - quantity.end < 90]
        if after and not (self.names.kind(mention_of(after[0])) == "person" and len(after) > 1):
            return Owner(mention_of(after[0]), f"{after[0].cue} follows it")
        return self.carried(number)

    def _owners(self, number: int) -> list[Hit]:
        """Those that a sentence names who can own figures."""
        if number not in self._named:
            self._named[number] = owners(self._layout.hits(number), self.names)
        return self._named[number]

    def _at(self, found: Sequence[Hit], quantity: Quantity, hits: Sequence[Hit]) -> Hit | None:
        """ "compared with $96 billion at Google": the name that the number's own preposition leads to."""
        low = self._layout.low
        name = next((hit for hit in found if hit.start >= quantity.end and hit.start - quantity.end < 20), None)
        if name is None or self.names.company(mention_of(name)) != "other":
            return None
        leads = (h for h in hits if h.group == "r.at" and h.start >= quantity.end and h.end <= name.start)
        return next(
            (name for h in leads if not low[quantity.end : h.start].strip() and not low[h.end : name.start].strip()),
            None,
        )

    def _before(self, before: Sequence[Hit], quantity: Quantity, hits: Sequence[Hit]) -> Owner:
        last = before[-1]
        entity = mention_of(last)
        part = next((hit for hit in reversed(before) if hit.end <= last.start), None)
        if part and self._part_of(part, last):
            return Owner(mention_of(part), f"{part.cue} of {last.cue} before it")
        if self.names.company(entity) == "other" and len(before) > 1:
            mine = next((hit for hit in reversed(before) if self.names.company(mention_of(hit)) != "other"), None)
            if mine and (self._aside(mine, last, quantity) or self._beside(last, hits)):
                return Owner(mention_of(mine), f"{mine.cue} before it, {last.cue} only in passing")
        return Owner(entity, f"{last.cue} before it")

    def _part_of(self, part: Hit, whole: Hit) -> bool:
        """ "Reality Labs, the metaverse division of Meta": the company after its division is no other owner."""
        inside = mention_of(part)
        gap = self._layout.low[part.end : whole.start]
        close = len(gap) <= _PART_GAP and gap.count(",") <= 1 and "." not in gap
        return (
            close
            and self.names.kind(inside) == "part"
            and self.names.company(inside) == self.names.company(mention_of(whole))
        )

    def _aside(self, mine: Hit, other: Hit, quantity: Quantity) -> bool:
        """ "Meta, which competes with Google, ...": the other name stands between commas right after ours."""
        low = self._layout.low
        opened = low.find(",", mine.end, other.start)
        closed = max(low.find(",", other.end, quantity.start), low.find(")", other.end, quantity.start))
        return closed >= 0 and (0 <= opened - mine.end <= 3 or "(" in low[mine.end : other.start])

    def _beside(self, other: Hit, hits: Sequence[Hit]) -> bool:
        """ "with Google", "rivals such as OpenAI", "with Vistra and Oklo": named beside, not the one who acts."""
        if any(hit.group == "r.beside" and 0 <= other.start - hit.end <= 12 for hit in hits):
            return True
        listed = [hit for hit in owners(hits, self.names) if 0 <= other.start - hit.end <= _LISTED]
        return any(self._beside(hit, hits) for hit in listed if self.names.company(mention_of(hit)) == "other")

    def _generic(self, hit: Hit, before: Sequence[Hit], number: int) -> Owner:
        """ "The company", "the division": whoever was named last."""
        earlier = [one for one in before if one.end <= hit.start]
        known = Owner(mention_of(earlier[-1]), earlier[-1].cue) if earlier else self.carried(number)
        if hit.group == "e_generic.unit":
            return Owner(known.entity, f"“{hit.cue}” after {known.how}")
        return Owner(self.names.company(known.entity), f"“{hit.cue}”: {known.how}")

    def carried(self, number: int) -> Owner:
        """Whom the sentences before speak of, within the paragraph; else whom the story is about."""
        sentences = self._layout.sentences
        at = number - 1
        while at >= max(0, number - _BACK) and sentences[at].paragraph == sentences[number].paragraph:
            found = self._owners(at)
            if found:
                mine = [hit for hit in found if self.names.company(mention_of(hit)) != "other"]
                first = found[0]
                if (
                    mine
                    and self.names.company(mention_of(first)) == "other"
                    and self._beside(first, self._layout.hits(at))
                ):
                    first = mine[0]
                return Owner(mention_of(first), f"{first.cue} in the sentence before")
            at -= 1
        return self._subject
