"""Numbers as languages write them: digits with their marks, number words, ideographs, and scale words behind any of them."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from monitor.core.tables import letter
from monitor.core.vocabulary import HAN_DIGITS, HAN_SCALES, Vocabulary

LONGEST = 40  # digits and marks of a number that anybody prints
_ONE = Decimal(1)
_DIGITS = re.compile(r"[0-9]+(?:[.,'٬][0-9]+)*")
_HUNDRED = Decimal(100)
_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at text[start:end] with its scale words.

    `base` is what stands before the scale words `chain` ("38" of "38 thousand million"), for ranges that share them;
    `simple` is False where the two do not make up the value. `open_low`/`high` tell vague magnitudes.
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    base: Decimal
    base_step: Decimal
    chain: tuple[Decimal, ...] = ()
    simple: bool = True
    grouped: bool = False
    written: bool = False  # in words or ideographs
    fraction: bool = False
    tight: bool = False  # the scale is written onto the number: 65B
    high: Decimal | None = None  # vague: the upper end, if it has one
    vague: bool = False
    digits: int = 0  # length of a plain run of digits, 0 for anything else

    @property
    def scaled(self) -> bool:
        return bool(self.chain)


def decimal_mark(words: Vocabulary, text: str, low: str) -> str:
    """The decimal mark of this text: the language's own unless every number that shows one way shows the other.

    Numbers with a scale or unit such as 40.58 billion show it; 13.700 does not, and versions and dates have no unit.
    """
    usual = words.pack.decimal
    votes: Counter[str] = Counter()
    for found in _DIGITS.finditer(text):
        token = found.group()
        marks = re.findall(r"[.,]", token)
        if not marks or len(token) > LONGEST:
            continue
        last = len(token) - max(token.rfind("."), token.rfind(",")) - 1
        if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
            votes[marks[-1]] += 1
        elif len(marks) == 1 and last != 3:
            at = found.end() + (text[found.end() : found.end() + 1] == " ")
            votes[marks[0]] += bool(words.scales.at(text, low, at) or words.units.at(text, low, at))
    other = "," if usual == "." else "."
    return other if votes[other] > 1 and not votes[usual] else usual


def digits_value(token: str, mark: str, group: str) -> tuple[Decimal, Decimal, bool] | None:
    """(value, place of the last digit, whether groups were marked) of digits with marks; None for dates and versions."""
    plain = token.replace(" ", "").replace("'", "").replace("٬", "")
    grouped = len(plain) < len(token)
    seps = [char for char in plain if char in ".,"]
    if not seps:
        return Decimal(plain), _ONE, grouped
    parts = re.split(r"[.,]", plain)
    if len(set(seps)) == 2 and len(seps) == seps.index(seps[-1]) + 1:
        whole, fraction = parts[:-1], parts[-1]
        return _decimal(whole, fraction) if _groups(whole) else None
    if len(set(seps)) > 1:
        return None
    sep = seps[0]
    if len(seps) > 1:
        return (Decimal("".join(parts)), _ONE, True) if _groups(parts) else None
    if sep != mark and len(parts[1]) == 3 and 1 <= len(parts[0]) <= 3 and parts[0] != "0":
        return Decimal("".join(parts)), _ONE, True
    # A mark that the language uses for groups, where no group can be: a decimal mark after all.
    return _decimal(parts[:1], parts[1], grouped=grouped or group == sep and len(parts[1]) == 3)


def _decimal(whole: list[str], fraction: str, *, grouped: bool = True) -> tuple[Decimal, Decimal, bool]:
    value = Decimal(f"{''.join(whole)}.{fraction}")
    return value, Decimal(1).scaleb(-len(fraction)), grouped and len(whole) > 1


def _groups(parts: list[str]) -> bool:
    """Groups of three, or of two before a last one of three (Indian)."""
    if not 1 <= len(parts[0]) <= 3 or any(not part for part in parts):
        return False
    rest = parts[1:]
    return all(len(part) == 3 for part in rest) or (len(rest[-1]) == 3 and all(len(part) == 2 for part in rest[:-1]))


class Composer:
    """Adds up a number and its scale words: 4 million 200 thousand, 38 thousand million, 一万五千亿, 1.5 lakh crore.

    A scale larger than the one before multiplies all that came before it, a smaller one only what stands right before it.
    """

    def __init__(self, base: Decimal, step: Decimal) -> None:
        self.total = Decimal(0)
        self.section = base
        self.step = step
        self.last: Decimal | None = None
        self.chain: tuple[Decimal, ...] = ()
        self.simple = True

    def add(self, value: Decimal, step: Decimal) -> None:
        self.section, self.step, self.simple = value, step, False

    def scale(self, factor: Decimal) -> None:
        if self.last is not None and factor > self.last:
            self.total, self.step = (self.total + self.section) * factor, self.step * factor
        else:
            # scales side by side without a number between multiply: "million million"
            pending = self.section or (self.total if self.simple and self.total else _ONE)
            self.total = (
                pending * factor if self.simple and self.total and not self.section else self.total + pending * factor
            )
            self.step *= factor
        self.section, self.last = Decimal(0), factor
        self.chain = (*self.chain, factor)

    @property
    def value(self) -> Decimal:
        return self.total + self.section


class Numerals:
    """Reads numbers of one text in one language. Offsets are those of the folded text, which are those of the text."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low
        self.mark = decimal_mark(vocabulary, text, low)

    def at(self, start: int, token: str) -> Number | None:
        """The number whose first token stands at `start`; None where the token is no number after all."""
        if self.v.han and (token[0] in HAN_DIGITS or token[0] in HAN_SCALES or token[0].isdigit()):
            number = self._han(start)
            return self._scales(number) if number and not number.scaled else number
        if token[0].isdigit():
            return self._digits(start, token)
        return self._words(start)

    def _digits(self, start: int, token: str) -> Number | None:
        reversed_at = token.find(self.v.pack.decimal_letter) if self.v.pack.decimal_letter else -1
        if reversed_at > 0:  # 5ر1 is 1.5: the fraction is written first
            token = f"{token[reversed_at + 1 :]}{self.mark}{token[:reversed_at]}"
        if len(token) > LONGEST:
            return None
        read = digits_value(token, self.mark, self.v.pack.group)
        if read is None:
            return None
        value, step, grouped = read
        plain = len(token) if token.isdigit() else 0
        end = start + len(token)
        return self._scales(Number(start, end, value, step, value, step, grouped=grouped, digits=plain))

    # -- scale words ---------------------------------------------------------------------------------------------

    def _scales(self, number: Number) -> Number:
        """The number with the scale words behind it, and with a smaller number that goes on: 4 million 200 thousand."""
        composer = Composer(number.value, number.step)
        end, tight = number.end, False
        while True:
            found = self._scale_at(end, first=not composer.chain, written=number.written)
            if found is None:
                more = self._more(end, composer, written=number.written) if composer.chain else None
                if more is None:
                    break
                composer.add(more.value, more.step)
                end = more.end
                continue
            tight = tight or (found[0] == end + found[2] and number.end == end)
            composer.scale(found[1])
            end = found[0]
        if not composer.chain and composer.simple:
            return number
        simple = composer.simple and number.simple
        return replace(
            number, end=end, value=composer.value, step=composer.step, chain=composer.chain, simple=simple, tight=tight
        )  # fmt: skip

    def _scale_at(self, end: int, *, first: bool, written: bool) -> tuple[int, Decimal, int] | None:
        """(end, factor, length) of the scale word at `end`, right there or behind a space, hyphen or "de"."""
        if first and not written:
            for size in (3, 2, 1):
                key = self.text[end : end + size]
                if key in self.v.tight and not letter(self.text, end + size):
                    return end + size, self.v.tight[key], size
        at = end
        if self.low[at : at + 1] in {" ", "-"} and self.low[at : at + 1]:
            at += 1
            if self.low[at : at + 1] == " ":
                at += 1
        elif written and letter(self.low, at):
            return None
        found = self.v.scales.at(self.text, self.low, at, onto=self.v.signs)
        if found is None and at > end and (of := self.v.of_words.at(self.text, self.low, at)):
            at = of.end + (self.low[of.end : of.end + 1] == " ")
            found = self.v.scales.at(self.text, self.low, at) if at > of.end or of.key.endswith("'") else None
        if found is None or self._is_unit(at, found.end):
            return None
        return found.end, found.value, found.end - found.start

    def _is_unit(self, at: int, end: int) -> bool:
        """Whether a longer unit begins here: 兆瓦 is a megawatt, not a trillion watts."""
        unit = self.v.units.at(self.text, self.low, at)
        return unit is not None and unit.end > end

    def _more(self, end: int, composer: Composer, *, written: bool) -> Number | None:
        """A number that goes on after a scale word: digits only before a smaller scale, words also without one."""
        at = end + (self.low[end : end + 1] == " ")
        if at == end:
            return None
        digits = _DIGITS.match(self.low, at)
        if digits and composer.last:
            read = digits_value(digits.group(), self.mark, self.v.pack.group) if len(digits.group()) < LONGEST else None
            scale = self._scale_at(digits.end(), first=True, written=False) if read else None
            if read and scale and scale[1] < composer.last and read[0] * scale[1] < composer.last:
                return Number(at, digits.end(), read[0], read[1], read[0], read[1])
            return None
        if not written or composer.last is None:
            return None
        join = self.v.joins_words.at(self.text, self.low, at)
        at = join.end + 1 if join else at
        words = self._spoken(at)
        return words if words and words.value < composer.last else None

    # -- words ---------------------------------------------------------------------------------------------------

    def _words(self, start: int) -> Number | None:
        """A number that begins with a word: vague magnitude, bare plural, fraction, number word, or scale with "one" implied."""
        vague = self.v.vague.at(self.text, self.low, start)
        if vague:
            return self._vague(start, vague.end, vague.value)
        fraction = self.v.fractions.at(self.text, self.low, start)
        spoken = self._spoken(start)
        if fraction and (spoken is None or fraction.end >= spoken.end):
            number = Number(
                start, fraction.end, fraction.value, Decimal("0.1"), fraction.value, Decimal("0.1"), written=True
            )
            scaled = self._scales(replace(number, end=self._past_of(fraction.end)))
            return scaled if scaled.scaled else replace(number, fraction=True)
        if spoken:
            return self._scales(spoken)
        bare = self.v.bare.at(self.text, self.low, start)
        if bare:
            return Number(start, bare.end, bare.value, bare.value, bare.value, bare.value, vague=True, written=True)
        return self._implied(start)

    def _past_of(self, end: int) -> int:
        """Past "of a", "a", "de" between a fraction and its scale: half a million."""
        at = end
        for _ in range(2):
            nxt = at + (self.low[at : at + 1] == " ")
            of = self.v.of_words.at(self.text, self.low, nxt) or self.v.articles.at(self.text, self.low, nxt)
            if of is None:
                break
            at = of.end
        return at

    def _implied(self, start: int) -> Number | None:
        """A scale word alone, with an article or with nothing: a billion, mil millones, مليار دولار."""
        article = self.v.articles.at(self.text, self.low, start)
        at = start
        if article:
            at = article.end + (self.low[article.end : article.end + 1] == " ")
            if at == article.end:
                return None
        elif not self.v.implied.at(self.text, self.low, start):
            return None
        scale = self.v.scales.at(self.text, self.low, at)
        if scale is None:
            return None
        number = Number(start, scale.end, scale.value, scale.value, _ONE, _ONE, (scale.value,), written=True)
        more = self._scale_at(scale.end, first=False, written=False)
        if more:
            value = scale.value * more[1]
            number = replace(number, end=more[0], value=value, step=value, chain=(scale.value, more[1]))
        return number

    def _vague(self, start: int, end: int, factor: Decimal) -> Number | None:
        """Tens of billions, dezenas de milhões: from the factor times the scale to ten times that."""
        at = end + (self.low[end : end + 1] == " ")
        low, chain = factor, 0
        while found := self.v.scales.at(self.text, self.low, at):
            if self._is_unit(at, found.end):
                break
            low, end, chain = low * found.value, found.end, chain + 1
            at = end + (self.low[end : end + 1] == " ")
        if self.v.han:
            run = self._han(end if chain == 0 else end)
            if run and not chain and run.start == end:
                low, end = factor * run.value, run.end
        high = low * 10
        return Number(start, end, low, low, low, low, vague=True, high=high, written=True, simple=False)

    def _spoken(self, start: int) -> Number | None:
        """Number words side by side: twenty-five, three hundred and ten, cuarenta y dos."""
        found = self.v.words.at(self.text, self.low, start)
        if found is None:
            return None
        value, end = found.value, found.end
        while True:
            at = end + (self.low[end : end + 1] in {" ", "-"} and end < len(self.low))
            if at == end:
                break
            join = self.v.joins_words.at(self.text, self.low, at)
            if join:
                at = join.end + 1
            more = self.v.words.at(self.text, self.low, at)
            if more is None:
                break
            if more.value == _HUNDRED and 0 < value < _HUNDRED and not join:
                value *= _HUNDRED
            elif _fits(value, more.value):
                value += more.value
            else:
                break
            end = more.end
        return Number(start, end, value, _last_place(value), value, _last_place(value), written=True)

    # -- ideographs ----------------------------------------------------------------------------------------------

    def _han(self, start: int) -> Number | None:
        """Digits and ideographs mixed: 364億6000万, 一兆二千億, 4억 2천만, 二十."""
        composer: Composer | None = None
        total_small = Decimal(0)  # tens, hundreds and thousands of the section so far
        pending: Decimal | None = None
        step, at, plain, grouped, written = _ONE, start, 0, False, False
        end = start
        while at < len(self.low):
            char = self.low[at]
            if char.isascii() and char.isdigit():
                token = _DIGITS.match(self.low, at)
                if token is None or pending is not None or len(token.group()) > LONGEST:
                    break
                if at > start and not self._han_goes_on(token.end(), composer, small=total_small > 0):
                    break
                read = digits_value(token.group(), self.mark, self.v.pack.group)
                if read is None:
                    break
                pending, step, grouped = read[0], read[1], grouped or read[2]
                plain = len(token.group()) if at == start and token.group().isdigit() else 0
                at = end = token.end()
            elif char in HAN_DIGITS:
                written = True
                pending = (
                    (pending or Decimal(0)) * 10 + HAN_DIGITS[char]
                    if pending is not None
                    else Decimal(HAN_DIGITS[char])
                )
                step = _ONE
                at = end = at + 1
                if self.low[at : at + 1] in {"点", "點"} and self.low[at + 1 : at + 2] in HAN_DIGITS:
                    pending, step, at = self._han_fraction(pending, at + 1)
                    end = at
            elif char in HAN_SCALES:
                if self._is_unit(at, at + 1) or (at == start and self.v.code == "ko" and not self._alone(at)):
                    break
                factor = Decimal(10) ** HAN_SCALES[char]
                if factor < 10_000:
                    total_small += (pending if pending is not None else _ONE) * factor
                    step = step * factor if pending is not None and pending != 0 else factor
                else:
                    section = total_small + (pending or 0) or (_ONE if composer is None else Decimal(0))
                    if composer is None:
                        composer = Composer(section, step)
                    elif section:
                        composer.add(section, step)
                    composer.scale(factor)
                    total_small = Decimal(0)
                pending, written = None, written or at == start
                if factor >= 10_000:
                    step = _ONE
                at = end = at + 1
            elif char == " " and end == at and at > start and self._space_inside(at, composer, pending, total_small):
                at += 1
            else:
                break
        return self._han_number(start, end, composer, total_small, pending, step, plain, grouped, written)

    def _han_number(
        self, start: int, end: int, composer: Composer | None, small: Decimal, pending: Decimal | None, step: Decimal,
        plain: int, grouped: bool, written: bool,  # noqa: FBT001 - the parts of one loop
    ) -> Number | None:  # fmt: skip
        if end == start:
            return None
        section = small + (pending or 0)
        if small and pending is not None:
            step = _ONE
        if composer is None:
            run = 0 if small else plain
            return Number(start, end, section, step, section, step, (), not small, grouped, written, digits=run)
        chain, simple, base = composer.chain, composer.simple, composer.total
        value, last = composer.total, composer.step
        if section:
            value, last, simple = value + section, step, False
        for factor in chain:
            base /= factor
        return Number(start, end, value, last, base, composer.step / _product(chain), chain, simple, grouped, written)

    def _han_fraction(self, whole: Decimal, at: int) -> tuple[Decimal, Decimal, int]:
        """一点五: the digits behind the point."""
        step = _ONE
        while self.low[at : at + 1] in HAN_DIGITS and at < len(self.low):
            step /= 10
            whole += HAN_DIGITS[self.low[at]] * step
            at += 1
        return whole, step, at

    def _han_goes_on(self, end: int, composer: Composer | None, *, small: bool) -> bool:
        """Whether digits behind a scale belong to it (9000 of 598억9000만): a smaller scale follows, or nothing at all."""
        at = end + (self.low[end : end + 1] == " ")
        follows = self.low[at : at + 1]
        if follows in HAN_SCALES and not self._is_unit(at, at + 1):
            return composer is None or composer.last is None or Decimal(10) ** HAN_SCALES[follows] < composer.last
        return (composer is not None or small) and at == end

    def _space_inside(self, at: int, composer: Composer | None, pending: Decimal | None, small: Decimal) -> bool:
        """Whether the number goes on behind a space: 35 万, 4억 2천만."""
        follows = self.low[at + 1 : at + 2]
        if follows in HAN_SCALES and pending is not None:
            return not self._is_unit(at + 1, at + 2) and not self.v.counters.at(self.text, self.low, at + 1)
        if follows.isdigit() and (composer is not None or small) and pending is None:
            token = _DIGITS.match(self.low, at + 1)
            return (
                token is not None
                and self._han_goes_on(token.end(), composer, small=False)
                and self._scale_behind(token.end())
            )
        return False

    def _scale_behind(self, end: int) -> bool:
        """Whether a scale or a unit follows the digits: 2천 of 4억 2천만, 9375 of 50만 9375달러."""
        at = end + (self.low[end : end + 1] == " ")
        return self.low[at : at + 1] in HAN_SCALES or self.v.units.at(self.text, self.low, at) is not None

    def _alone(self, at: int) -> bool:
        """Whether a Hangul scale letter begins a word: 백만 달러, but not the 만 of 하지만."""
        return at == 0 or not "가" <= self.low[at - 1] <= "힣"


def _fits(value: Decimal, more: Decimal) -> bool:
    """Whether a smaller number word may follow: twenty + five, three hundred + ten, but not five + six."""
    for place in (10, 100, 1000):
        if more < place and value % place == 0 and value > 0:
            return more > 0 and value >= place
    return False


def _last_place(value: Decimal) -> Decimal:
    """Place value of the last digit that is not zero, 1 for zero and for fractions."""
    if value == 0 or value != value.to_integral_value():
        return _ONE
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** max(int(exponent), 0)


def _product(factors: tuple[Decimal, ...]) -> Decimal:
    product = _ONE
    for factor in factors:
        product *= factor
    return product
