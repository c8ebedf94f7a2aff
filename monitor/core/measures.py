"""The metrics that a number could be, scored: unit, cue words, subject, needs, plausibility."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.scoring import reach
from monitor.core.slots import Slot, Slots
from monitor.core.subjects import Owner, Ownership
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Quantity, Shape

FLOOR = 0.36  # below it a cue is too far away to mean this number
_KILLS = 0.62  # a `without` cue this near rules a metric out
_CHARGE = 30  # characters between "without" and the charge that is left out, or the number without it
_SELLER = ("e.supplier:", "e.weak.supplier:")
_PROFITS = frozenset({"m.net_income", "m.profit", "m.expenses"})
_BESIDE = 8  # characters between a word of change and its percentage
_SUBJECTLESS = "anybody"
_NEARNESS = {"sentence": 0.2, "paragraph": 0.0, "story": -0.25}  # what a site named further away takes off


class Candidate(NamedTuple):
    """A metric that fits a number, with its score and the reason in words."""

    metric: Metric
    id: str
    score: float
    why: str
    cue: Hit | None


class Refusal(NamedTuple):
    """A metric that would have fitted but for one thing, told to whoever asks why a number is unbound."""

    metric: str
    why: str
    score: float
    foreign: Metric | None = None  # the metric, when only the owner is wrong


def unit_kind(unit: str) -> str:
    """ "money" for an ISO 4217 code, else the unit itself."""
    return "money" if len(unit) == 3 and unit.isascii() and unit.isupper() else unit


class Measures:
    """Scores the metrics of one story's numbers."""

    def __init__(
        self,
        metrics: Mapping[str, Sequence[Metric]],
        layout: Layout,
        title: Layout,
        slots: Slots,
        ownership: Ownership,
    ) -> None:
        self._metrics = metrics
        self._layout = layout
        self._title = title
        self._names = ownership.names
        self._slots = slots
        self._ownership = ownership
        self._groups: dict[str, frozenset[str]] = {}

    def measurable(self, unit: str) -> bool:
        """Whether any metric takes the unit."""
        return unit_kind(unit) in self._metrics

    def groups(self, unit: str) -> frozenset[str]:
        """The cue groups that name what is measured in a unit; a data centre by itself names no amount."""
        return frozenset(group for metric in self._metrics.get(unit_kind(unit), ()) for group, _ in metric.measures) - {
            "m.datacenter",
            "slot",
            "m.us_place",
        }

    def rivals(self, unit: str, number: int) -> frozenset[str]:
        """The cue groups that name another measure in a sentence; what a thing costs is meant only beside a site."""
        groups = self.groups(unit)
        return groups if self._slots.named("site", self._layout, number) else groups - {"m.cost"}

    def candidates(
        self, quantity: Quantity, number: int, unit: str | None = None
    ) -> tuple[list[Candidate], list[Refusal]]:
        """All metrics that a quantity of sentence `number` could be, best first, and those refused with the reason."""
        hits = self._layout.hits(number)
        strengths = self._strengths(quantity, hits, unit or unit_kind(quantity.unit))
        owner = self._ownership.of(quantity, number)
        fits: list[Candidate] = []
        refused: list[Refusal] = []
        for metric in self._metrics.get(unit or unit_kind(quantity.unit), ()):
            result = self._score(metric, quantity, number, strengths, owner)
            if isinstance(result, Candidate):
                fits.append(result)
            elif result is not None:
                refused.append(result)
        fits.sort(key=lambda one: -one.score)
        refused.sort(key=lambda one: -one.score)
        return fits, refused

    def _known(self, unit: str) -> frozenset[str]:
        if unit not in self._groups:
            metrics = self._metrics.get(unit, ())
            named = {group for metric in metrics for group, _ in metric.measures}
            named |= {group for metric in metrics for choice in metric.needs for group in choice}
            self._groups[unit] = frozenset(named | {group for metric in metrics for group in metric.without})
        return self._groups[unit]

    def _strengths(self, quantity: Quantity, hits: Sequence[Hit], unit: str) -> dict[str, tuple[float, Hit]]:
        """Per cue group that the metrics of a unit know, the strongest cue of the sentence."""
        best: dict[str, tuple[float, Hit]] = {}
        known = self._known(unit)
        for hit in hits:
            if hit.group in known:
                score = reach(quantity, hit, self._layout, hits)
                if hit.group not in best or score > best[hit.group][0]:
                    best[hit.group] = (score, hit)
        return best

    def _score(
        self,
        metric: Metric,
        quantity: Quantity,
        number: int,
        strengths: Mapping[str, tuple[float, Hit]],
        owner: Owner,
    ) -> Candidate | Refusal | None:
        if not any(group in strengths or group == "slot" for group, _ in metric.measures):
            return None
        slot = self._slots.of(metric.slot, quantity, number) if metric.slot else None
        if metric.slot and slot is None:
            return None
        score, cue = self._best_cue(metric, quantity, number, strengths, slot)
        bonus = self._needs(metric, number, strengths) if score >= FLOOR else None
        if bonus is None:
            return None
        refusal = self._refusal(metric, quantity, strengths)
        foreign = "" if refusal else self._foreign(metric, owner, slot)
        if not refusal and not foreign and not metric.slot and unit_kind(quantity.unit) == "money":
            foreign = self._sellers(quantity, number, owner) or self._would_be(metric, quantity, number)
        if refusal or foreign:
            other = metric if foreign and self._names.company(owner.entity) == "other" else None
            return Refusal(metric.id, refusal or foreign, score, other)
        usual = plausible(metric, quantity)
        score += (
            bonus
            + (0.0 if usual else -0.2)
            - (0.15 if quantity.shape is Shape.CHANGE else 0.0)
            + (_NEARNESS[slot.near] if slot else 0.0)
        )
        if score < FLOOR - 0.1:
            return None
        named = metric.id if slot is None else _fill(metric, slot)
        words = self._words(metric, cue, owner, slot)
        return Candidate(metric, named, score, words + ("" if usual else "; the value is unusual for it"), cue)

    def _refusal(self, metric: Metric, quantity: Quantity, strengths: Mapping[str, tuple[float, Hit]]) -> str:
        """Why the number cannot be this metric after all; "" when it can."""
        shape = _shape_refused(metric, quantity)
        if shape:
            return shape
        killers = (g for g in metric.without if g in strengths and strengths[g][0] > _KILLS)
        killer = next((g for g in killers if not self._of_percentage(strengths[g][1])), None)
        if killer:
            return f"“{strengths[killer][1].cue}” beside it means something else"
        if metric.strict and not plausible(metric, quantity):
            return "the value is outside what this metric can be"
        if _absurd(metric, quantity):
            return "the value is nowhere near what this metric can be"
        return ""

    def _of_percentage(self, hit: Hit) -> bool:
        """Whether a word tells of a percentage beside it: "the staff shrank by 22%, to 67,317"."""
        beside = self._layout.beside(hit.start)
        return any(one.unit == "percent" and 0 <= one.start - hit.end <= _BESIDE for one in beside)

    def _best_cue(
        self,
        metric: Metric,
        quantity: Quantity,
        number: int,
        strengths: Mapping[str, tuple[float, Hit]],
        slot: Slot | None,
    ) -> tuple[float, Hit | None]:
        best: tuple[float, Hit | None] = (0.0, None)
        for group, weight in metric.measures:
            if group == "slot":
                if slot and slot.hit:
                    hits = self._layout.hits(number)
                    best = max(best, (weight * reach(quantity, slot.hit, self._layout, hits), slot.hit), key=_first)
            elif group in strengths:
                strength, hit = strengths[group]
                best = max(best, (weight * strength, hit), key=_first)
        return best

    def _needs(self, metric: Metric, number: int, strengths: Mapping[str, tuple[float, Hit]]) -> float | None:
        """What the words that a metric asks for beside its cue add; None when one is missing."""
        bonus = 0.0
        for choice in metric.needs:
            here = [strengths[group][0] for group in choice if group in strengths]
            if here:
                bonus += 0.12 if max(here) > 0.2 else 0.06
            elif self._nearby(choice, number):
                bonus += 0.02
            else:
                return None
        return bonus

    def _nearby(self, choice: Sequence[str], number: int) -> bool:
        """Whether the sentence before (of the same paragraph) or the title has one of the groups."""
        layout = self._layout
        if any(group.startswith(("r.", "p.")) for group in choice):
            return False
        at = number - 1
        same = at >= 0 and layout.sentences[at].paragraph == layout.sentences[number].paragraph
        if same and any(hit.group in choice for hit in layout.hits(at)):
            return True
        return any(hit.group in choice for n in range(len(self._title.sentences)) for hit in self._title.hits(n))

    def _foreign(self, metric: Metric, owner: Owner, slot: Slot | None) -> str:
        """Why the owner does not fit the metric; "" when it does."""
        if not metric.subject or metric.subject == _SUBJECTLESS:
            return ""
        if self._names.speaks_for(owner.entity, metric.subject):
            return ""
        company = self._names.company(owner.entity)
        if slot is not None and company == metric.subject:
            return ""
        if company == metric.subject and self._names.kind(metric.subject) == "company":
            part = self._names.kind(owner.entity) == "part"
            return f"it is about {owner.entity} ({owner.how})" if part and metric.divided else ""
        return f"it belongs to {owner.entity or 'nobody known'} ({owner.how})"

    def _sellers(self, quantity: Quantity, number: int, owner: Owner) -> str:
        """Why a sum is a supplier's own: the sentence names him before it, and the company not at all."""
        hits = self._layout.hits(number)
        seller = next((hit for hit in hits if hit.group.startswith(_SELLER) and hit.end <= quantity.start), None)
        if seller is None or any(hit.group.startswith("e_generic.") for hit in hits):
            return ""
        company = self._names.company(owner.entity)
        mine = any(self._names.company(hit.group[2:]) == company for hit in hits if hit.group.startswith("e."))
        return "" if mine else f"it belongs to {seller.cue}"

    def _would_be(self, metric: Metric, quantity: Quantity, number: int) -> str:
        """Why a sum is none that was reported: "without the one-time charge it would have been 18.6 billion"."""
        if not any(group in _PROFITS for group, _ in metric.measures):
            return ""
        hits = self._layout.hits(number)
        left_out = [hit for hit in hits if hit.group == "r.without"]
        charges = [hit for hit in hits if hit.group == "m.tax"] if left_out else []
        for hit in left_out:
            if not any(0 <= one.start - hit.end <= _CHARGE or 0 <= hit.start - one.end <= _BESIDE for one in charges):
                continue
            if hit.end <= quantity.start:
                return f"“{hit.cue}”: what it would have been"
            between = any(quantity.end <= one.start < hit.start for one in self._layout.beside(hit.start))
            if 0 <= hit.start - quantity.end <= _CHARGE and not between:
                return f"“{hit.cue}”: what it would have been"
        return ""

    def _words(self, metric: Metric, cue: Hit | None, owner: Owner, slot: Slot | None) -> str:
        words = f"“{cue.cue}” speaks for it" if cue else "its surroundings speak for it"
        if slot:
            words += f", {metric.slot} {slot.slug} ({slot.how})"
        return words + (f", subject {owner.entity} ({owner.how})" if metric.subject and owner.entity else "")


def _first(pair: tuple[float, Hit | None]) -> float:
    return pair[0]


def _shape_refused(metric: Metric, quantity: Quantity) -> str:
    """Why the number's shape rules the metric out. Changes are small: one as large as a level is read as a level."""
    yearly = any("p.per_year" in choice for choice in metric.needs) or not metric.tracked
    rate = quantity.shape is Shape.RATE and unit_kind(quantity.unit) == "money"  # "users a month" are counted
    if quantity.shape is Shape.NAME or (rate and not yearly):
        return f"the number is a {quantity.shape.value}, not a level"
    if quantity.shape is Shape.CHANGE and metric.tracked and not (metric.plausible and plausible(metric, quantity)):
        return "the number is a change, not a level"
    return ""


def plausible(metric: Metric, quantity: Quantity) -> bool:
    """Whether the value lies in the range that the metric can have."""
    if metric.plausible is None:
        return True
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    least, most = metric.plausible
    return all(least <= end <= most for end in ends) if ends else True


def _absurd(metric: Metric, quantity: Quantity) -> bool:
    """A misprint is off by 10 or 100; a price beside a revenue is off by much more."""
    if metric.plausible is None:
        return False
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    least, most = metric.plausible
    return any(end * 100 < least or end > most * 100 for end in ends)


def _fill(metric: Metric, slot: Slot) -> str:
    before, rest = metric.id.split("<", 1)
    return before + slot.slug + rest.split(">", 1)[1]
