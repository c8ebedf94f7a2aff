"""Two amounts that are one: "64 to 72 billion", "entre 38 mil e 40 mil milhões", 640亿至720亿美元."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from monitor.core.amounts import Amount, Amounts, year_like
from monitor.core.composing import Number, product_of
from monitor.core.tables import letter
from monitor.core.types.packs import Unit
from monitor.core.vocabulary import UNITS, Vocabulary

VERB = 36  # characters before "from X to Y" in which a verb of change makes it old and new
PERCENT = UNITS["percent"]
WIDEST = 1000  # nobody gives a range from one to a thousand times as much
_SIGNS = frozenset("-–—~")


class Span(NamedTuple):
    """A range at text[start:end]: both ends with the place of their last digit, in the unit written for both."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    low_step: Decimal
    high_step: Decimal
    unit: Unit | None
    noun: str | None
    first: Amount
    second: Amount
    pair: bool = False  # no range: an old and a new value, or a change and a level, that share scale and unit


_NEXT = 14  # characters between a range and the value it turned into
_STOPS = ".,;:!?。、;,\n"


class Ranges:
    """Looks for the second end of a range behind an amount."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str, amounts: Amounts) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low
        self.amounts = amounts

    def at(self, first: Amount, settled: Callable[[], bool]) -> Span | None:
        """The range that `first` begins, if what follows continues it.

        `settled`: the value that "from" leads away from stands right before it, so two ends that follow are a range.
        """
        led = self._led(first)
        opened = self._opened(first) if led else None
        after, sign = self._joined(first.end, opened[1] if opened else ())
        if after is None and not led:
            return None
        pair = (
            not sign
            and not opened
            and led
            and self._separate(first)
            and not settled()
            and (after is None or self._may_turn(first.end))
        )
        if after is None and (pair or self._starts(first)):
            after = self._turned(first.end)
            pair = after is not None
        second = None if after is None else self._second(after)
        if second is None:
            return None
        if sign or not pair:
            second = self._scaled_later(first, second)
        turned = not sign and not opened and self.low.startswith(self.v.pack.ranges.turned, second.end)
        pair = (pair and not self._goes_on(second.end)) or turned
        made = self._combine(first, second, between=opened is not None, pair=pair)
        if made and opened:
            return made._replace(start=min(made.start, opened[0]))
        return made and made._replace(pair=pair)

    def _scaled_later(self, first: Amount, second: Amount) -> Amount:
        """The bare end of an old range takes scale and unit of the new one: von 60 bis 65 auf 64 bis 72 Milliarden."""
        bare = not (first.unit or first.number.scaled or second.unit or second.number.scaled or second.noun)
        after = self._turned(second.end) if bare else None
        if bare and after is None:
            after = self._joined(second.end, ())[0]
        third = None if after is None else self._second(after)
        if third is not None and not third.number.scaled and third.unit is None:
            after, _ = self._joined(third.end, ())
            third = None if after is None else self._second(after)
        if third is None or not third.number.scaled or not third.number.simple or year_like(second):
            return second
        number, factor = second.number, product_of(third.number.chain)
        scaled = number._replace(
            value=number.base * factor, step=number.base_step * factor, chain=third.number.chain, tight=False
        )
        return second._replace(number=scaled, unit=third.unit)

    def _may_turn(self, end: int) -> bool:
        """Whether the word between two values may lead to a new one: "von 64 bis 72" is a range where that is "auf"."""
        at = end + (self.low[end : end + 1] == " ")
        return not self.v.pack.ranges.turns or self.v.turns.at(self.text, self.low, at) is not None

    def _goes_on(self, end: int) -> bool:
        """Whether a third value follows: "从600亿至650亿上调至640亿" turns there, and a range stands before."""
        for at in range(end, min(end + _NEXT, len(self.low))):
            if self.low[at] in _STOPS:
                return False
            found = self.v.joins.at(self.text, self.low, at)
            if found and found.key not in _SIGNS and self.low[self._past(found.end) :][:1].isdigit():
                return True
        return False

    def _turned(self, end: int) -> int | None:
        """Where the new value may begin: behind "auf" in "von 75 auf 85 Milliarden"."""
        at = end + (self.low[end : end + 1] == " ")
        found = self.v.turns.at(self.text, self.low, at)
        return self._past(found.end) if found else None

    def _led(self, first: Amount) -> bool:
        """Whether any word that tells of a range stands right before: it does not before most amounts."""
        return self.v.leads.before(self.text, self.low, self._behind_word(first)) is not None

    def _behind_word(self, first: Amount) -> int:
        at = first.start
        while at > 0 and self.low[at - 1] == " ":
            at -= 1
        return at

    def _opened(self, first: Amount) -> tuple[int, tuple[str, ...]] | None:
        """(where "between" starts, the words that may stand between the ends) if such a word is before the amount."""
        at = first.start
        for _ in range(2):
            while at > 0 and self.low[at - 1] == " ":
                at -= 1
            found = self.v.between.before(self.text, self.low, at)
            if found:
                return found.start, found.value
            filler = self.v.fillers.before(self.text, self.low, at)
            if filler is None:
                return None
            at = filler.start
        return None

    def _joined(self, end: int, words: tuple[str, ...]) -> tuple[int | None, bool]:
        """(where the second end may begin, whether a mere sign joins the two)."""
        at = end
        while self.low[at : at + 1] == " ":
            at += 1
        for word in words:
            if self.low.startswith(word, at) and not (
                letter(word, len(word) - 1)
                and letter(self.low, at + len(word))
                and at + len(word) < len(self.low)
                and not self.low[at + len(word)].isdigit()
            ):
                return self._past(at + len(word)), False
        found = self.v.joins.at(self.text, self.low, at)
        if found is None:
            if self.low[at : at + 1] == "—" and at == end and self.low[at + 1 : at + 2].isdigit():
                return at + 1, True
            return None, False
        return self._past(found.end), found.key in _SIGNS

    def _past(self, at: int) -> int:
        while self.low[at : at + 1] == " ":
            at += 1
        filler = self.v.fillers.at(self.text, self.low, at)
        if filler and self.low[filler.end : filler.end + 1] == " ":
            return filler.end + 1
        return at

    def _separate(self, first: Amount) -> bool:
        """Whether the words before make them old and new, or change and level: "from X to Y", "by X to Y"."""
        at = self._behind_word(first)
        if self.v.separate.before(self.text, self.low, at):
            return True
        start = self.v.starts.before(self.text, self.low, at)
        if start is None:
            return False
        # The verb belongs to this pair of amounts only if no other number stands between.
        clause = re.split(r"[0-9\n]|[.;:] ", self.low[max(0, start.start - VERB) : start.start])[-1]
        return any(verb in clause for verb in self.v.pack.ranges.changing)

    def _starts(self, first: Amount) -> bool:
        """Whether a word such as "from" stands right before."""
        return self.v.starts.before(self.text, self.low, self._behind_word(first)) is not None

    def _second(self, at: int) -> Amount | None:
        start = self.amounts.unit_start(at)
        found = self.v.scan.match(self.low, start)
        if found is None:
            return None
        token = found.group()
        if not ("0" <= token[0] <= "9" or self.v.pack.joined or token in self.v.anchors):
            return None
        second = self.amounts.at(start, token, at)
        return None if second is None or second.attached else second

    def _combine(self, first: Amount, second: Amount, *, between: bool, pair: bool) -> Span | None:
        unit = self._unit(first, second)
        if unit is False:
            return None
        shared = between or self.v.scales_before is not None  # dola bilioni 56 hadi 59
        low, low_step, high, high_step = _share_scale(first.number, second.number, between=shared, pair=pair)
        if first.unit and first.unit.factor != 1:
            low, low_step = low * first.unit.factor, low_step * first.unit.factor
        elif unit is not None and not isinstance(unit, bool):
            low, low_step = low * unit.factor, low_step * unit.factor
        factor = second.unit.factor if second.unit else unit.factor if isinstance(unit, Unit) else Decimal(1)
        high, high_step = high * factor, high_step * factor
        if first.number.vague != second.number.vague or (first.number.vague and second.number.high is None):
            return None
        top = second.number.high if first.number.vague else high
        if first.number.vague:
            top = (second.number.high or high) * factor
        if max(low, high) > min(low, high) * WIDEST or low == high or (low > high and not pair):
            return None
        if (
            unit is None
            and not second.noun
            and not (first.number.scaled or second.number.scaled or first.number.grouped)
        ):
            return None
        noun = first.noun or second.noun
        real = unit if isinstance(unit, Unit) else None
        return Span(first.start, second.end, low, top, low_step, high_step, real, noun, first, second)

    def _unit(self, first: Amount, second: Amount) -> Unit | bool | None:
        """The unit of both; False where they do not go together."""
        if first.unit and second.unit:
            return first.unit if first.unit.name == second.unit.name else False
        if first.unit and second.noun and first.unit.name != "count":
            return False
        if (first.unit or second.unit) == PERCENT and (first.number.scaled or second.number.scaled):
            return False  # grew 7% to 3.58 billion
        return first.unit or second.unit


def _share_scale(
    first: Number, second: Number, *, between: bool, pair: bool
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The two values, the scale words of one end read for both where they stand only once: 38 mil e 40 mil milhões."""
    low, low_step, high, high_step = first.value, first.step, second.value, second.step
    missing = second.chain[: len(first.chain)] == first.chain and len(second.chain) > len(first.chain)
    if missing and first.simple and second.chain:
        factor = product_of(second.chain)
        if first.base * factor < high or (pair and first.base * factor < high * WIDEST):
            low, low_step = first.base * factor, first.base_step * factor
    elif between and first.scaled and not second.scaled and second.base * product_of(first.chain) > low:
        factor = product_of(first.chain)
        high, high_step = second.base * factor, second.base_step * factor
    return low, low_step, high, high_step
