"""Quantities of a text: numbers > scales > units > ranges > hedges > elided units > shape, in one pass."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from monitor.core.amounts import Amount, Amounts, other_measure, year_like
from monitor.core.elision import elided_units, inherit_hedges, is_money, minor_units
from monitor.core.language import foreign_paragraphs
from monitor.core.modifiers import Hedge, Modifiers
from monitor.core.ranges import Ranges, Span
from monitor.core.shapes import shape_of
from monitor.core.tables import letter
from monitor.core.text import Span as Place
from monitor.core.text import fold, lower
from monitor.core.types.figures import Modifier, Quantity, Shape
from monitor.core.types.packs import LanguagePack, Packs
from monitor.core.vocabulary import OTHER, Vocabulary, vocabulary

SMALLEST_COUNT = Decimal(10)  # two teams, three people: not figures
HARD = frozenset({"USD", "EUR", "GBP", "CHF", "CAD", "AUD"})
ZERO = Decimal(0)  # adding it writes 5.35E+10 out
TOO_MUCH = Decimal(10) ** 13  # in a hard currency: the group mark was a decimal mark


@dataclass(slots=True)
class Draft:
    """A quantity while it is being read."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    low_step: Decimal
    high_step: Decimal
    unit: str | None
    noun: str | None
    amount: Amount
    modifier: Modifier = Modifier.EXACT
    cue_ahead: bool = False
    shape: Shape = Shape.LEVEL
    vague: bool = False
    notes: list[str] = field(default_factory=list)
    core: tuple[int, int] = (0, 0)  # the span without its cues


def read_quantities(text: str, language: str | None, packs: Packs) -> tuple[Quantity, ...]:
    """Every quantity of `text`, in order; offsets are code points of `text` itself.

    `language` is the code of the whole ("pt-BR"); paragraphs that are clearly in another language are read in theirs.
    """
    pack = packs.language(language)
    foreign = foreign_paragraphs(text, pack.code)
    if not foreign:
        return _read(text, pack)
    found = list(_read(_only(text, [span for span, _ in foreign], keep=False), pack))
    for code in sorted({code for _, code in foreign}):
        spans = [span for span, own in foreign if own == code]
        found += _read(_only(text, spans, keep=True), packs.language(code))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _only(text: str, spans: list[Place], *, keep: bool) -> str:
    """The text with these spans alone, or without them; blanks stand for the rest, so that offsets hold.

    Line ends stay: nothing is read across paragraphs.
    """
    parts, at = [], 0
    for span in spans:
        outside, inside = text[at : span.start], text[span.start : span.end]
        parts += [_blank(outside), inside] if keep else [outside, _blank(inside)]
        at = span.end
    rest = text[at:]
    return "".join((*parts, _blank(rest) if keep else rest))


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _read(text: str, pack: LanguagePack) -> tuple[Quantity, ...]:
    words = vocabulary(pack)
    folded = words.variants.plain(fold(text))
    drafts = _Reader(words, folded, lower(folded)).read()
    return tuple(_quantity(draft, text, pack.code) for draft in drafts)


class _Reader:
    """One text in one language."""

    def __init__(self, words: Vocabulary, text: str, low: str) -> None:
        self.v = words
        self.text = text
        self.low = low
        self.amounts = Amounts(words, text, low)
        self.ranges = Ranges(words, text, low, self.amounts)
        self.modifiers = Modifiers(words, text, low)

    def read(self) -> list[Draft]:
        drafts: list[Draft] = []
        anchors, joined = self.v.anchors, self.v.pack.joined
        done = floor = 0  # what is read, and what belongs to a quantity already
        for found in self.v.scan.finditer(self.low):
            token = found.group()
            if not joined and token[0] > "9" and (token not in anchors or self._leads_nowhere(found)):
                continue  # a word, which no digit sorts behind
            start = found.start()
            if start < done:
                continue
            amount = self.amounts.at(start, token, floor)
            if amount is None:
                continue
            made = self._drafts(amount, floor, drafts[-1] if drafts else None)
            done = max(done, amount.number.end if amount.unit is None else amount.end)
            for draft in made:
                done = floor = draft.end
                if drafts:
                    self._level_reached(drafts[-1], draft)
                if not (drafts and self._subunit(drafts[-1], draft)):
                    drafts.append(draft)
        minor_units(drafts)
        elided_units(drafts, self.v, self.low)
        inherit_hedges(drafts, self.low)
        for draft in drafts:
            draft.shape = shape_of(draft, self.v, self.text, self.low)
        return [draft for draft in drafts if draft.unit is not None]

    def _leads_nowhere(self, found: re.Match[str]) -> bool:
        """Whether a word that is no number alone is followed by nothing that would make it one: "the" by "company"."""
        followers, end = self.v.followers.get(found.group()), found.end()
        if followers is None or self.low[end : end + 1] != " ":
            return False
        if self.low[end + 1 : end + 3] in followers:
            return False
        return self.low[end + 1 : end + 2] not in followers or letter(self.low, end + 2)

    def _drafts(self, amount: Amount, floor: int, last: Draft | None) -> list[Draft]:
        """The quantity of an amount: none, one, or two where an old and a new value share scale and unit."""
        if amount.attached or other_measure(amount):
            return []
        span = None
        if not year_like(amount) or amount.noun:
            span = self.ranges.at(amount, lambda: last is not None and self._follows(last, amount))
        if span and other_measure(span.second):
            return []
        if span and span.pair:
            return self._pair(span, floor)
        if span:
            return [self._hedged(_from_span(span), floor)]
        draft = self._single(amount, floor)
        return [draft] if draft else []

    def _follows(self, last: Draft, amount: Amount) -> bool:
        """Whether only a word such as "from" parts two amounts of one unit: to $72 billion from $60 to $65 billion."""
        if last.unit == "percent":
            return False
        gap = self.low[last.end : amount.start].strip(" (,")
        same = amount.unit is None or last.unit == amount.unit.name
        return same and (gap in self.v.pack.ranges.separate or gap in self.v.pack.ranges.starts)

    def _pair(self, span: Span, floor: int) -> list[Draft]:
        unit = span.unit.name if span.unit else "count" if span.noun else None
        sides = ((span.first, span.low, span.low_step), (span.second, span.high or span.low, span.high_step))
        old, new = (
            Draft(side.start, side.end, value, value, step, step, unit, side.noun or span.noun, side)
            for side, value, step in sides
        )
        return [self._hedged(old, floor, self.modifiers.of(old.start, old.end, floor)), self._hedged(new, old.end)]

    def _single(self, amount: Amount, floor: int) -> Draft | None:
        worth = self._worth(amount)
        if worth is False:
            return None
        draft = _from_amount(amount)
        hedge = self.modifiers.of(draft.start, draft.end, floor)
        if worth is None and hedge is None:
            return None
        if hedge is not None and not hedge.ahead and draft.unit is None and draft.noun is None:
            hedge, unit = self._behind_cue(draft, hedge)
            if unit == OTHER:
                return None
        if hedge is None or hedge.ahead:
            self._cents(draft)
            hedge = hedge and hedge._replace(end=draft.end)
        return self._hedged(draft, floor, hedge)

    def _behind_cue(self, draft: Draft, hedge: Hedge) -> tuple[Hedge, str | None]:
        """500 or more jobs, 500여 달러: the counted noun or the unit stands behind the cue."""
        at = hedge.end + (self.low[hedge.end : hedge.end + 1] == " ")
        if found := self.v.counters.at(self.text, self.low, at):
            draft.noun, draft.unit = found.key, "count"
            return hedge, draft.unit
        unit = self.v.units.at(self.text, self.low, at)
        if unit is None:
            return hedge, None
        factor = unit.value.factor
        draft.unit, draft.low, draft.high = unit.value.name, draft.low * factor, (draft.high or draft.low) * factor
        draft.low_step, draft.high_step = draft.low_step * factor, draft.high_step * factor
        return hedge._replace(end=unit.end), draft.unit

    def _hedged(self, draft: Draft, floor: int, hedge: Hedge | None = None) -> Draft:
        draft.core = (draft.start, draft.end)
        if draft.modifier is Modifier.RANGE:
            return draft
        if hedge:
            draft.modifier, draft.cue_ahead = hedge.modifier, hedge.ahead
            draft.start, draft.end = max(floor, hedge.start), hedge.end
        return draft

    def _worth(self, amount: Amount) -> bool | None:
        """Whether an amount is a figure: it has a unit, or counts something, or is too big to be anything else.

        None: only where it is hedged.
        """
        number = amount.number
        indefinite = number.vague and number.high is None and number.value == 1  # 多吉瓦, but not 许多美元
        if amount.unit is not None:
            if indefinite:
                return amount.unit.name == "W" and self.low[amount.start - 1 : amount.start] not in {"许", "更", "很"}
            return amount.unit.name != "count" or number.value >= SMALLEST_COUNT
        if year_like(amount) or indefinite:
            return False
        if number.chain:
            return True
        if number.vague:
            return amount.noun is not None or number.value >= 1000
        if amount.noun is not None:
            return number.value >= SMALLEST_COUNT and number.step >= 1
        return self._bare(amount)

    def _bare(self, amount: Amount) -> bool | None:
        """Whether a number with nothing to count is a figure: groups are marked, it is long, or hedged."""
        number = amount.number
        if number.written or not number.simple:
            return number.value >= 1000 and not number.simple
        if number.grouped:
            return number.value >= 1000
        if number.digits >= 5:
            return not self._code(amount)
        return None if number.value >= SMALLEST_COUNT and number.step >= 1 and number.digits > 0 else False

    def _code(self, amount: Amount) -> bool:
        """Whether a long run of digits is a telephone, postal or article number."""
        before = self.low[max(0, amount.start - 2) : amount.start]
        return number_like(before) or amount.number.digits > 9 or self.text[amount.start] == "0"

    def _level_reached(self, last: Draft, draft: Draft) -> None:
        """Grew 5%, hasta 3.290 millones: "up to" behind a change says where it went, not a bound."""
        if draft.modifier is Modifier.AT_MOST and draft.cue_ahead and last.unit == "percent":
            gap = self.low[last.end : draft.start].strip()
            if gap in {"", ",", "-", "–", "—"} and draft.unit != "percent":
                draft.modifier = Modifier.EXACT

    def _cents(self, draft: Draft) -> None:
        """15 dollars 50, 15 Dollar und 15: a bare number below a hundred right behind a sum ends it."""
        number, unit = draft.amount.number, draft.amount.unit
        whole = number.value == number.value.to_integral_value() and not number.chain and not number.vague
        if unit is None or not is_money(unit.name) or draft.amount.left or not whole or unit.factor != 1:
            return
        at = draft.end + (self.low[draft.end : draft.end + 1] == " ")
        join = self.v.joins_words.at(self.text, self.low, at)
        at = join.end + 1 if join else at
        found = self.v.scan.match(self.low, at)
        if at == draft.end or found is None:
            return
        amount = self.amounts.at(at, found.group(), at)
        if amount is None or amount.unit or amount.noun or amount.attached or not 0 < amount.number.value < 100:
            return
        ends = self.low[amount.end : amount.end + 1] in {"", ".", ",", ";", "!", "?", ")"}
        if amount.number.chain or amount.number.step != 1 or not (ends or not (join or amount.number.written)):
            return
        cents = amount.number.value / 100
        draft.low, draft.high, draft.end = draft.low + cents, (draft.high or draft.low) + cents, amount.end
        draft.low_step = draft.high_step = Decimal("0.01")

    def _subunit(self, last: Draft, draft: Draft) -> bool:
        """Adds cents to the dollars right before them: 3 dollars and 50 cents."""
        if not draft.amount.sub or last.amount.sub or not is_money(last.unit) or draft.modifier is not Modifier.EXACT:
            return False
        gap = self.low[last.end : draft.start].strip()
        joins = gap == "" or gap in self.v.pack.number_joins or gap in {"又", ","}
        if not joins or last.high is None or last.amount.number.chain:
            return False
        last.low, last.high = last.low + draft.low, last.high + draft.low
        last.low_step = last.high_step = draft.low_step
        last.end = draft.end
        return True


def number_like(before: str) -> bool:
    return before.endswith(("+", "#", "-", "/", "@", "_", "."))


def _from_amount(amount: Amount) -> Draft:
    number = amount.number
    factor = amount.unit.factor if amount.unit else Decimal(1)
    high = number.high * factor if number.high is not None else number.value * factor
    draft = Draft(
        amount.start, amount.end, number.value * factor, high, number.step * factor, number.step * factor,
        amount.unit.name if amount.unit else None, amount.noun, amount, vague=number.vague,
    )  # fmt: skip
    if number.vague:
        draft.modifier = Modifier.RANGE
        draft.high = high if number.high is not None else None
    if draft.unit is None and draft.noun is not None:
        draft.unit = "count"
    _repair_mark(draft)
    return draft


def _repair_mark(draft: Draft) -> None:
    """59.893 tỷ USD: read as groups it would be sixty trillion dollars; the point is a decimal mark there."""
    number = draft.amount.number
    if (
        draft.unit in HARD
        and number.grouped
        and number.chain
        and draft.low > TOO_MUCH
        and number.simple
        and number.base >= 1000
    ):
        draft.low, draft.high = draft.low / 1000, (draft.high or draft.low) / 1000
        draft.low_step, draft.high_step = draft.low_step / 1000, draft.high_step / 1000
        draft.notes.append("the group mark is read as a decimal mark: the amount would be beyond ten trillion")


def _from_span(span: Span) -> Draft:
    draft = Draft(
        span.start, span.end, span.low, span.high, span.low_step, span.high_step,
        span.unit.name if span.unit else None, span.noun, span.second, Modifier.RANGE,
        vague=span.first.number.vague,
    )  # fmt: skip
    if draft.unit is None and draft.noun is not None:
        draft.unit = "count"
    return draft


def _quantity(draft: Draft, text: str, language: str) -> Quantity:
    low: Decimal | None = draft.low
    high = draft.high
    if draft.modifier is Modifier.AT_LEAST:
        high = None
    elif draft.modifier is Modifier.AT_MOST:
        low = None
    return Quantity(
        start=draft.start,
        end=draft.end,
        text=text[draft.start : draft.end],
        low=None if low is None else low + ZERO,
        high=None if high is None else high + ZERO,
        low_step=draft.low_step + ZERO,
        high_step=draft.high_step + ZERO,
        unit=draft.unit or "count",
        modifier=draft.modifier,
        noun=draft.noun,
        shape=draft.shape,
        vague=draft.vague,
        language=language,
        notes=tuple(draft.notes),
    )
