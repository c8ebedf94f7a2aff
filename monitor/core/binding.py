"""What each number of a story measures: the best scored metric, what a comparison inherits, what a slip hides."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.measures import Candidate, Measures, Refusal, plausible, unit_kind
from monitor.core.pointing import Told, comparable, expects, nearest, part_of, points_back, size_of, stands_alone
from monitor.core.scoring import length_of
from monitor.core.stance import clause, prior_cue
from monitor.core.subjects import Names, Ownership
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Quantity, Shape

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_THAI_YEAR = re.compile(r"(?<!\d)2[05]\d\d(?!\d)")
_AHEAD = frozenset({"s.guidance", "s.estimate"})
_DATED = 14  # characters behind a number in which its year may stand
_CROWD = 60  # numbers between two full stops that no sentence holds
_SAID = 400  # characters of a sentence that may say what the next one measures
_LARGE = Decimal(10) ** 8  # from here on a number that counts nothing may be a sum
_CLEAR = 0.7  # a cue this near may overrule a unit that a translation garbled
_LINKS = frozenset(
    {
        "s.estimate",
        "s.expected",
        "r.prior",
        "r.prior_near",
        "r.prior_after",
        "r.compare",
        "r.range",
        "r.or",
        "r.this",
        "r.ago",
    }
)


class Bound(NamedTuple):
    """What one quantity was bound to (metric None: nothing tracked) and why."""

    quantity: Quantity
    sentence: int
    metric: Metric | None
    id: str | None
    score: float
    why: tuple[str, ...]
    conversion_of: int | None = None  # index of the number that this one repeats in another currency
    sibling: int | None = None  # index of the number that it is compared with
    inherited: bool = False  # named only by that number
    foreign: Metric | None = None  # what it would be if it were not somebody else's


class Binder:
    """Binds the numbers of one text, in order: a later one may inherit from an earlier one."""

    def __init__(self, layout: Layout, measures: Measures, ownership: Ownership, names: Names) -> None:
        self._layout = layout
        self._measures = measures
        self._ownership = ownership
        self._names = names

    def bind(self) -> tuple[Bound, ...]:
        """One Bound a quantity, in the order of the text."""
        done: list[Bound] = []
        for quantity in self._layout.quantities:
            done.append(self._one(quantity, self._layout.sentence_of(quantity.start), done))
        return tuple(_settle_pairs(_without_steps(self._olds_before_news(done))))

    def _olds_before_news(self, done: Sequence[Bound]) -> list[Bound]:
        """ "After 66 to 72 billion it now plans 70 to 72 billion for investments": the old value before any cue."""
        out = list(done)
        for index in range(len(out) - 1):
            old, new = out[index], out[index + 1]
            if old.metric is not None or new.metric is None or new.inherited or new.conversion_of is not None:
                continue
            if old.sentence != new.sentence or old.quantity.unit != new.quantity.unit or old.quantity.vague:
                continue
            hits = self._layout.hits(old.sentence)
            if not plausible(new.metric, old.quantity) or prior_cue(old.quantity, hits, self._layout) is None:
                continue
            if self._cued(old.quantity, hits):
                continue
            words = f"bound to {new.id}: the old value beside “{new.quantity.text}”"
            out[index] = Bound(
                old.quantity, old.sentence, new.metric, new.id, 0.5, (words,), None, index + 1, inherited=True
            )
        return out

    def _cued(self, quantity: Quantity, hits: Sequence[Hit]) -> bool:
        """Whether words of another measure, or another company, lead to the number."""
        groups = self._measures.groups(quantity.unit)
        before = [hit for hit in hits if hit.end <= quantity.start]
        owner = self._ownership.of(quantity, self._layout.sentence_of(quantity.start)).entity
        return self._names.company(owner) == "other" or any(hit.group in groups for hit in before)

    def _one(self, quantity: Quantity, number: int, done: Sequence[Bound]) -> Bound:
        if len(self._layout.within(number)) > _CROWD:
            return Bound(
                quantity, number, None, None, 0.0, ("one of many numbers in a table or list, not in a sentence",)
            )
        converted = self._conversion(quantity, done)
        if converted is not None:
            first = done[converted]
            words = f"the same amount as “{first.quantity.text}” in another currency"
            return Bound(quantity, number, first.metric, first.id, first.score, (words,), converted)
        if quantity.vague:
            return Bound(quantity, number, None, None, 0.0, ("a vague magnitude: nothing to compare",))
        if not self._measures.measurable(quantity.unit):
            return Bound(quantity, number, None, None, 0.0, (f"no tracked metric is measured in {quantity.unit}",))
        fits, refused = self._measures.candidates(quantity, number)
        if not fits and self._bare(quantity, number):
            fits, refused = self._measures.candidates(quantity, number - 1)
        if unit_kind(quantity.unit) == "money":
            slipped = self._slip(quantity, number, fits)
            if slipped is not None:
                return slipped
        if fits:
            return self._chosen(quantity, number, fits[0], done)
        implied = self._implied(quantity, number)
        if implied is not None:
            return implied
        inherited = self._inherited(quantity, number, done, refused)
        foreign = next((one.foreign for one in refused if one.foreign), None)
        return inherited or Bound(quantity, number, None, None, 0.0, _refusals(quantity, refused), foreign=foreign)

    def _chosen(self, quantity: Quantity, number: int, best: Candidate, done: Sequence[Bound]) -> Bound:
        if not best.metric.tracked:
            words = f"{best.metric.title or best.id}: {best.why}"
            return Bound(quantity, number, None, None, best.score, (f"not tracked: {words}",))
        alone = self._part_of_time(quantity, number) if best.metric.cumulative else None
        if alone is not None:
            words = f"not {best.id}: “{alone.cue}” counts a part of the time"
            return Bound(quantity, number, None, None, best.score, (words,))
        recent = range(len(done) - 1, max(-1, len(done) - 1 - _CROWD), -1)
        sibling = next((i for i in recent if done[i].id == best.id and number - done[i].sentence <= 1), None)
        if best.metric.slot and sibling is not None and _grows(done[sibling].quantity, quantity):
            words = f"not {best.id}: a change of “{done[sibling].quantity.text}”"
            return Bound(quantity, number, None, None, best.score, (words,))
        why = (f"bound to {best.id}: {best.why} (score {best.score:.2f})",)
        return Bound(quantity, number, best.metric, best.id, best.score, why, None, sibling)

    def _bare(self, quantity: Quantity, number: int) -> bool:
        """ "It takes all that the Clinton plant makes. That is 1,121 megawatts": the sentence before says of what."""
        sentences = self._layout.sentences
        if not number or sentences[number - 1].paragraph != sentences[number].paragraph:
            return False
        if quantity.unit != "W" and not stands_alone(quantity, number, self._layout):
            return False
        long = sentences[number - 1].end - sentences[number - 1].start > _SAID
        if long or any(one.unit == quantity.unit for one in self._layout.within(number - 1)):
            return False
        named = self._measures.groups(quantity.unit)
        return not any(hit.group in named or hit.group.startswith("e.") for hit in self._layout.hits(number))

    def _part_of_time(self, quantity: Quantity, number: int) -> Hit | None:
        """ "20 million downloads in July alone" is no total."""
        left, right = clause(quantity, self._layout)
        hits = [hit for hit in self._layout.hits(number) if left <= hit.start and hit.end <= right]
        timed = any(hit.group.startswith("p.") for hit in hits)
        return next((hit for hit in hits if hit.group == "r.alone"), None) if timed else None

    def _conversion(self, quantity: Quantity, done: Sequence[Bound]) -> int | None:
        """Index of the number just before that this one gives in another currency."""
        if not done or unit_kind(quantity.unit) != "money":
            return None
        last = done[-1].quantity
        if unit_kind(last.unit) != "money" or last.unit == quantity.unit:
            return None
        gap = self._layout.low[last.end : quantity.start]
        if length_of(gap) > 28 or "." in gap.strip(". ") or "\n" in gap:
            return None
        hits = self._layout.hits(done[-1].sentence)
        linked = any(h.group in {"r.or", "r.of_which"} and last.end <= h.start < quantity.start for h in hits)
        opened = gap.lstrip(" \u00a0")[:1] in {"(", "（", "[", "/", "=", "≈", "〔"}
        after = self._layout.low[quantity.end : quantity.end + 1]
        aside = gap.strip()[:1] in {",", "、", "،"} and after in {",", "、", "،", "."}
        return len(done) - 1 if opened or linked or aside else None

    def _slip(self, quantity: Quantity, number: int, fits: Sequence[Candidate]) -> Bound | None:
        """A counter that a translation took for a currency: 15万元 of H100 shipments are 150,000 units."""
        if quantity.unit not in {"CNY", "JPY", "KRW", "TWD", "HKD"} or (fits and fits[0].score > 0.55):
            return None
        counted, _ = self._measures.candidates(quantity, number, "count")
        if not counted or not counted[0].metric.tracked or counted[0].score < _CLEAR:
            return None
        best = counted[0]
        why = (
            f"“{quantity.text}” reads as {quantity.unit}, but {best.why}: the unit is a slip of translation, it counts",
            f"bound to {best.id} (score {best.score:.2f})",
        )
        fixed = _as_count(quantity)
        return Bound(fixed, number, best.metric, best.id, best.score, why)

    def _implied(self, quantity: Quantity, number: int) -> Bound | None:
        """ "Capex of 66 to 72 billion" in a text without any currency: what the company reports in is meant."""
        size = quantity.high or quantity.low
        if quantity.unit != "count" or quantity.noun or quantity.vague or size is None or size < _LARGE:
            return None
        if any(unit_kind(one.unit) == "money" for one in self._layout.quantities):
            return None
        meant, _ = self._measures.candidates(quantity, number, "money")
        best = meant[0] if meant else None
        if best is None or not best.metric.tracked or not best.metric.currency or best.score < _CLEAR:
            return None
        why = (f"no currency is named: {best.metric.currency} is what {best.id} is told in",
               f"bound to {best.id}: {best.why} (score {best.score:.2f})")  # fmt: skip
        meant_in = replace(quantity, unit=best.metric.currency, notes=(*quantity.notes, "unit taken from the metric"))
        return Bound(meant_in, number, best.metric, best.id, best.score, why)

    def _inherited(
        self, quantity: Quantity, number: int, done: Sequence[Bound], refused: Sequence[Refusal]
    ) -> Bound | None:
        """A number without words of its own takes the metric of the one that it is compared with."""
        if refused and refused[0].score > 0.6:
            return None
        hits = self._layout.hits(number)
        for index in range(len(done) - 1, max(-1, len(done) - 4), -1):
            earlier = done[index]
            if earlier.quantity.unit != quantity.unit:
                continue
            if earlier.foreign is not None and earlier.sentence != number:
                return self._parallel(quantity, number, earlier)
            if earlier.metric is None or earlier.id is None:
                continue
            if earlier.metric.slot and earlier.sentence != number:
                continue
            if not self._reaches(earlier.sentence, number, quantity):
                return None
            if not self._follows(earlier.sentence, number) or not self._linked(earlier, quantity, number, hits):
                return None
            other = earlier.sentence != number and expects(hits, quantity)
            beside = self._akin(quantity, done, index) if other else index
            one = done[beside]
            words = f"bound to {one.id}: compared with “{one.quantity.text}” before it"
            return Bound(quantity, number, one.metric, one.id, 0.5, (words,), None, beside, inherited=True)
        return None

    def _reaches(self, earlier: int, number: int, quantity: Quantity) -> bool:
        """Whether two sentences belong together: of one paragraph, or the next one points back in so many words."""
        sentences = self._layout.sentences
        apart = sentences[number].paragraph - sentences[earlier].paragraph
        if apart == 0:
            return True
        begins = sentences[number - 1].paragraph != sentences[number].paragraph or number - earlier == 2
        return begins and apart == 1 and points_back(earlier + 1, number, quantity, self._layout)

    def _akin(self, quantity: Quantity, done: Sequence[Bound], index: int) -> int:
        """Of several figures told in one breath, the one that an expectation comes closest to."""
        first = done[index].sentence
        breath = [
            Told(at, size_of(done[at].quantity))
            for at in range(max(0, index - 3), index + 1)
            if done[at].metric is not None
            and not done[at].inherited
            and done[at].quantity.unit == quantity.unit
            and first - done[at].sentence <= 1
            and self._layout.sentences[done[at].sentence].paragraph == self._layout.sentences[first].paragraph
        ]
        found = nearest(quantity, breath)
        return index if found is None else found

    def _parallel(self, quantity: Quantity, number: int, earlier: Bound) -> Bound | None:
        """ "Alphabet raised its capex forecast to 91 billion. Meta expects 70 billion": the same of another company."""
        metric = earlier.foreign
        owner = self._ownership.of(quantity, number)
        named = any(hit.group.startswith("e.") for hit in self._layout.hits(number))
        if metric is None or metric.slot or not named or not self._names.speaks_for(owner.entity, metric.subject):
            return None
        if not self._follows(earlier.sentence, number) or not plausible(metric, quantity):
            return None
        if any(hit.group in self._measures.groups(quantity.unit) for hit in self._layout.hits(number)):
            return None
        words = f"bound to {metric.id}: beside “{earlier.quantity.text}”, the same of somebody else"
        return Bound(quantity, number, metric, metric.id, 0.45, (words,))

    def _follows(self, earlier: int, number: int) -> bool:
        """Whether nothing with figures or measures stands between the two sentences."""
        between = range(earlier + 1, number)
        near = 3 if any(hit.group == "r.this" for hit in self._layout.hits(number)) else 2
        return number - earlier <= near and not any(
            self._layout.within(n) or _other_measure(self._layout.hits(n)) for n in between
        )

    def _linked(self, earlier: Bound, quantity: Quantity, number: int, hits: Sequence[Hit]) -> bool:
        start = earlier.quantity.end if earlier.sentence == number else self._layout.sentences[number].start
        gap = [hit for hit in hits if start <= hit.start and hit.end <= quantity.start]
        after = [h for h in hits if h.group == "r.prior_after" and 0 <= h.start - quantity.end < 40]
        competing = self._measures.rivals(quantity.unit, number)
        if any(hit.group in competing for hit in gap) or any(hit.group == "r.without" for hit in gap):
            return False  # "without that it would have been 18.6 billion"
        owner = self._ownership.of(quantity, number).entity
        if self._names.company(owner) == "other" or any(
            hit.group == "e.other" and hit.start >= quantity.end for hit in hits
        ):
            return False
        inside = hits if earlier.sentence != number else gap
        years = _THAI_YEAR if self._layout.language == "th" else _YEAR
        ahead = any(hit.group in _AHEAD for hit in gap)  # "and it will be 115 to 135 billion in 2026"
        year = years.search(self._layout.low, start, quantity.end + _DATED if ahead else quantity.start)
        timed = year is not None or any(hit.group.startswith("p.") for hit in inside)
        awaited = any(h.group in {"s.expected", "s.estimate"} and -1 <= h.start - quantity.end < 24 for h in hits)
        linked = any(hit.group in _LINKS for hit in gap) or bool(after) or awaited
        if linked or not timed:
            return linked
        return comparable(earlier.quantity, quantity) and not any(hit.group in competing for hit in inside)


def _without_steps(done: Sequence[Bound]) -> list[Bound]:
    """ "Raised by 10 billion, to 125 to 145 billion": the step is no value of what it changes."""
    out = list(done)
    for index, bound in enumerate(done):
        for level in (*done[max(0, index - 1) : index], *done[index + 1 : index + 2]):
            beside = level.sentence == bound.sentence and level.id == bound.id and level.conversion_of is None
            if beside and bound.metric is not None and part_of(bound.quantity, level.quantity, bound.metric):
                words = f"not {bound.id}: a change, to “{level.quantity.text}”"
                out[index] = Bound(bound.quantity, bound.sentence, None, None, bound.score, (words,))
    return out


def _grows(level: Quantity, change: Quantity) -> bool:
    """Whether a number that its words call a change is a part of the level before it."""
    size, by = level.low or level.high, change.low or change.high
    return change.shape is Shape.CHANGE and size is not None and by is not None and by < size


def _other_measure(hits: Sequence[Hit]) -> bool:
    return any(hit.group.startswith("m.") for hit in hits)


def _as_count(quantity: Quantity) -> Quantity:
    note = f"{quantity.unit} read as a counter"
    return replace(quantity, unit="count", notes=(*quantity.notes, note))


def _refusals(quantity: Quantity, refused: Sequence[Refusal]) -> tuple[str, ...]:
    """Why a number stays unbound, the nearest miss first."""
    if not refused:
        return (f"no word near it names a tracked metric in {quantity.unit}",)
    return tuple(f"not {one.metric}: {one.why}" for one in refused[:3])


def _settle_pairs(done: Sequence[Bound]) -> list[Bound]:
    """A local currency first and the original in brackets: the original takes the lead, the other is the conversion."""
    out = list(done)
    for index, bound in enumerate(out):
        origin = bound.conversion_of
        if origin is None or bound.metric is None or bound.metric.currency != bound.quantity.unit:
            continue
        first = out[origin]
        words = f"the same amount as “{bound.quantity.text}” in another currency"
        out[index] = bound._replace(conversion_of=None, why=first.why)
        out[origin] = first._replace(conversion_of=index, why=(words,))
    return out
