"""A number with what it counts: the unit or currency on either side, or the counted noun behind it."""

from decimal import Decimal
from typing import NamedTuple

from monitor.core.composing import Number
from monitor.core.numerals import Numerals
from monitor.core.tables import Found, letter, word_end
from monitor.core.types.packs import Unit
from monitor.core.vocabulary import OTHER, UNITS, Vocabulary

_PARTING = frozenset(" -")
_CLAUSE_END = frozenset('.,;:!?()[]"\n、。,;:!?')
_PERCENT = UNITS["percent"]
COUNT = Unit("count")
_SMALL = Decimal(10_000)
MULTIPLES = Decimal(1000)  # from here on "times" counts events: downloaded 650 million times


class Amount(NamedTuple):
    """A number at text[start:end] with its unit; `unit` None: none was written, `noun` then may say what is counted."""

    number: Number
    start: int
    end: int
    unit: Unit | None = None
    noun: str | None = None
    left: bool = False  # the unit stands before the number
    sub: bool = False  # the unit is a part of a currency: cents
    attached: bool = False  # part of a name, date or code: H100, GPT-4, 2025-06


class Amounts:
    """Reads the amounts of one text in one language."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low
        self.numerals = Numerals(vocabulary, text, low)

    def at(self, start: int, token: str, floor: int) -> Amount | None:
        """The amount whose number starts at `start`; units to the left are looked for down to `floor`."""
        share = self.v.shares.at(self.text, self.low, start) if not token[0].isdigit() or self.v.han else None
        number = self.numerals.at(start, token)
        if share and (number is None or number.fraction or share.end >= number.end):
            number = Number(start, share.end, share.value, Decimal(1), share.value, Decimal(1), written=True)
            return Amount(number, start, share.end, _PERCENT, "share")
        if number is None or number.fraction:
            return None
        amount = self._left(number, floor)
        amount = self._money_letter(amount)
        right = self._right(amount)
        if amount.unit is None or (right and right.unit and right.unit.name == amount.unit.name):
            amount = right or amount
        if amount.unit is None:
            amount = self._counted(amount)
        return amount._replace(attached=True) if self._attached(amount) else amount

    def unit_start(self, at: int) -> int:
        """Where a number may begin if a unit stands at `at`: past "$" or "US$ "; `at` itself if there is none."""
        found = self.v.left.at(self.text, self.low, at)
        if found is None and self.low[at + 3 : at + 4].isdigit():  # a code written onto its number: USD72 miliar
            code = self.v.left.before(self.text, self.low, at + 3)
            found = code if code and code.start == at else None
        end = found.end if found else at
        if self.v.scales_before:
            scale = self.v.scales_before.at(self.text, self.low, end + (self.low[end : end + 1] == " "))
            end = scale.end if scale else end
        if end == at:
            return at
        while self.low[end : end + 1] == " ":
            end += 1
        return end

    # -- left ----------------------------------------------------------------------------------------------------

    def _left(self, number: Number, floor: int) -> Amount:
        start = number.start
        at = self._back(start)
        if (
            self.v.scales_before
            and (scale := self.v.scales_before.before(self.text, self.low, at))
            and scale.start >= floor
        ):
            factor = scale.value
            chain = (*number.chain, factor)
            number = number._replace(value=number.value * factor, step=number.step * factor, chain=chain)
            start = scale.start
            at = self._back(start)
        found = self.v.left.before(self.text, self.low, at)
        if found is None or found.start < floor or self._ends_word(found):
            return Amount(number, start, number.end)
        if (
            found.key.isalpha()
            and found.key == found.key.lower()
            and len(found.key) > 2
            and found.value is not _PERCENT
        ):
            # "millions of dollars 2025": a name before a number is its unit only where no unit follows
            large = number.chain or number.grouped or number.digits >= 5 or self.v.scales_before
            amount = Amount(number, start, number.end)
            if not large or self._right(amount):
                return amount
        return Amount(number, found.start, number.end, found.value, left=True)

    def _ends_word(self, found: Found[Unit]) -> bool:
        """Whether a Korean unit is only the end of a word: 회원 30억 명 are members, not won."""
        return "가" <= found.key[0] <= "힣" and "가" <= self.low[found.start - 1 : found.start] <= "힣"

    def _back(self, at: int) -> int:
        """Past two spaces to the left."""
        if self.low[at - 1 : at] != " ":
            return at
        return at - 2 if self.low[at - 2 : at - 1] == " " else at - 1

    def _money_letter(self, amount: Amount) -> Amount:
        """£40m, $1.2b: small letters are scales only beside a currency."""
        number = amount.number
        key = self.text[number.end : number.end + 1]
        if key not in self.v.tight_money or number.chain or letter(self.text, number.end + 1) or number.written:
            return amount
        factor = self.v.tight_money[key]
        scaled = number._replace(
            end=number.end + 1, value=number.value * factor, step=number.step * factor, chain=(factor,), tight=True
        )
        grown = amount._replace(number=scaled, end=number.end + 1)
        money = amount.unit is not None and len(amount.unit.name) == 3
        right = None if money else self._right(grown)
        if money or (right and right.unit and right.unit.name != OTHER) or self._counted(grown).noun:
            return grown
        return amount

    # -- right ---------------------------------------------------------------------------------------------------

    def _right(self, amount: Amount) -> Amount | None:
        """The amount with the unit behind it: right there, or behind a space, a hyphen or "de" after a scale."""
        number, end = amount.number, amount.number.end
        at = self._behind(end)
        found = self.v.units.at(self.text, self.low, at)
        if found is None:
            if at == end or not (number.chain or number.vague or number.written or number.grouped):
                return None
            of = self.v.of_words.at(self.text, self.low, at)
            if of is None:
                return None
            found = self.v.units.at(self.text, self.low, of.end + (self.low[of.end : of.end + 1] == " "))
            if found is None:
                return None
        if self.v.scales_before and number.chain and found.value.name == OTHER:
            return None  # bilioni 72 mwaka huu: the year is the next phrase
        if (found.key == "x" and at > end) or self._of_next(amount, found.key, found.end):
            return None
        amount, grown = self._scale_behind(amount, found)
        if grown > found.end:
            return amount._replace(end=grown, unit=found.value)
        if found.value.name == "times" and number.value >= MULTIPLES:
            return amount._replace(end=found.end, unit=COUNT, noun=found.key)
        sub = found.value.name.isupper() and found.value.factor < 1
        return Amount(number, amount.start, found.end, found.value, amount.noun, amount.left, sub)

    def _behind(self, end: int) -> int:
        """Past a space or hyphen, and a space behind that."""
        if self.low[end : end + 1] not in _PARTING:
            return end
        return end + 2 if self.low[end + 1 : end + 2] == " " else end + 1

    def _of_next(self, amount: Amount, key: str, end: int) -> bool:
        """Whether a currency sign belongs to the number behind it: 1 $10 bill; $20,000 $37,305."""
        after = self.low[end : end + 2]
        return (
            not key[-1].isalpha()
            and key != "%"
            and (after[:1].isdigit() or (amount.left and after.strip()[:1].isdigit()))
        )

    def _scale_behind(self, amount: Amount, found: Found[Unit]) -> tuple[Amount, int]:
        """75 USD million: the scale stands behind the currency."""
        number = amount.number
        if number.chain or len(found.value.name) != 3 or self.low[found.end : found.end + 1] != " ":
            return amount, found.end
        scale = self.v.scales.at(self.text, self.low, found.end + 1)
        if scale is None or scale.value < MULTIPLES or not found.key.isascii() or len(found.key) != 3:
            return amount, found.end
        factor = scale.value
        number = number._replace(value=number.value * factor, step=number.step * factor, chain=(factor,))
        return amount._replace(number=number), scale.end

    # -- counted nouns -------------------------------------------------------------------------------------------

    def _counted(self, amount: Amount) -> Amount:
        """The noun or classifier that is counted, up to two words away: 350,000 Nvidia H100 GPUs, 35万枚."""
        at, words = amount.number.end, 0
        of = None
        while words <= (2 if self.v.stops else 0):
            at += self.low[at : at + 1] in {" ", "-"} and at < len(self.low)
            found = self.v.counters.at(self.text, self.low, at) or self.v.counted.at(self.text, self.low, at)
            if found:
                near = words == 0 and of is None
                end = found.end if near else amount.end
                return amount._replace(end=max(amount.end, end), noun=self.low[found.start : found.end])
            if at >= len(self.low) or self.low[at] in _CLAUSE_END or not letter(self.low, at):
                break
            if of is None and words == 0 and (of := self.v.of_words.at(self.text, self.low, at)):
                at = of.end
                continue
            start, at = at, word_end(self.low, at)
            if self.low[start:at] in self.v.stops:
                break
            words += 1
        return amount

    # -- names, dates, codes -------------------------------------------------------------------------------------

    def _attached(self, amount: Amount) -> bool:
        """Whether the number is part of something else: H100, GPT-4, 3D, 10:30, 2025-06, §5."""
        number, low = amount.number, self.low
        start, end = number.start, amount.end
        if not amount.left and start > 0 and self._attached_left(number, amount):
            return True
        after = low[end : end + 1]
        if after == " ":
            return False
        if letter(low, end) and not number.written and letter(low, end - 1):
            return True
        if after in {":", "/"} and low[end + 1 : end + 2].isdigit():
            return True
        return (
            after == "-"
            and low[end + 1 : end + 2].isdigit()
            and amount.unit is None
            and number.digits in {2, 4}
            and not number.chain
            and _yearly(number)
        )

    def _attached_left(self, number: Number, amount: Amount) -> bool:
        low, at = self.low, number.start - 1
        char = low[at]
        if char == " ":
            if low[at - 2 : at] == " ." and low[at - 3 : at - 2].isdigit():
                return True  # a decimal mark with spaces around it: "1 . 6 billion" is not six billion
            # "H 100 GPUs": a capital letter alone before a small number is the first half of a product's name
            named = self.text[at - 1 : at].isupper() and self.text[at - 1].isascii() and not letter(low, at - 2)
            small = not number.chain and number.value < _SMALL
            return named and small and (amount.unit is None or amount.unit.name == "count")
        if char in "_/#@§^" or (char in ".," and at > 0 and low[at - 1].isdigit()):
            return char != "/" or amount.unit is None
        if char == ":" and at > 0 and low[at - 1].isdigit():
            return True
        if letter(low, at):
            return not self._prefixed(at)
        if char == "-" and at > 0 and letter(low, at - 1) and not low[at - 1].isdigit():
            return not self._prefixed(at - 1) and amount.unit is None and not number.chain
        return False

    def _prefixed(self, at: int) -> bool:
        """Whether the letters before a number are only the language's written-on words: و ب ל ב."""
        prefixes = self.v.pack.prefixes
        while prefixes and at >= 0 and (self.low[at] in prefixes or self.low[at] == "\u0640"):
            at -= 1
            if not letter(self.low, at):
                return True
        return False


def _yearly(number: Number) -> bool:
    return number.digits == 4 and 1900 <= number.value <= 2100


def other_measure(amount: Amount) -> bool:
    """Years, kilometres, tonnes: measures that are no figure here."""
    return amount.unit is not None and amount.unit.name == OTHER


def year_like(amount: Amount) -> bool:
    """2025 with nothing that would make it an amount."""
    return _yearly(amount.number) and amount.unit is None and not amount.number.chain
