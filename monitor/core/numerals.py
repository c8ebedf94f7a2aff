"""Numbers as languages write them: digits, number words and ideographs, with the scale words behind any of them."""

from decimal import Decimal
from functools import cached_property

from monitor.core.composing import ONE, Composer, Number, last_place
from monitor.core.digits import DIGITS, LONGEST, decimal_mark, digits_value
from monitor.core.ideographs import Ideographs
from monitor.core.tables import letter
from monitor.core.vocabulary import HAN_DIGITS, HAN_SCALES, Vocabulary

CHAIN = 6  # scale words that one number has at most
_HUNDRED = Decimal(100)
_THOUSAND = Decimal(1000)


class Numerals:
    """Reads numbers of one text in one language. Offsets are those of the folded text, which are those of the text."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low

    @cached_property
    def mark(self) -> str:
        """The decimal mark of this text."""
        return decimal_mark(self.v, self.text, self.low)

    def at(self, start: int, token: str) -> Number | None:
        """The number whose first token stands at `start`; None where the token is no number after all."""
        if "0" <= token[0] <= "9":  # ² and ② are digits, too, but no numbers
            if not self.v.han or not (token[0] == "0" or self._mixes(start + len(token))):
                return self._digits(start, token)
        elif not self.v.han or not (token[0] in HAN_DIGITS or token[0] in HAN_SCALES):
            return self._words(start)
        number = self._mixed(start)
        return self._scales(number) if number and not number.scaled else number

    def _mixes(self, end: int) -> bool:
        """Whether ideographs may go on with the digits that end here, at once or behind a space."""
        follows = self.low[end : end + 1]
        if follows == " ":
            return self.low[end + 1 : end + 2] in HAN_SCALES
        return follows in HAN_SCALES or follows in HAN_DIGITS

    def _digits(self, start: int, token: str) -> Number | None:
        mark = self.v.pack.decimal_letter
        if mark and (at := token.find(mark)) > 0:  # 5ر1 is 1.5: the fraction is written first
            token = f"{token[at + 1 :]}{self.mark}{token[:at]}"
        size = len(token)
        if size > LONGEST:
            return None
        if token.isdigit():
            value = Decimal(token)
            return self._scales(Number(start, start + size, value, ONE, value, ONE, digits=size))
        read = digits_value(token, self.mark, self.v.pack.group)
        if read is None:
            return None
        value, step, grouped = read
        return self._scales(Number(start, start + size, value, step, value, step, grouped=grouped))

    def _mixed(self, start: int) -> Number | None:
        return Ideographs(self.v, self.text, self.low, self.mark, start).read()

    # -- scale words ---------------------------------------------------------------------------------------------

    def _scales(self, number: Number) -> Number:
        """The number with the scale words behind it, and with a smaller number that goes on: 4 million 200 thousand."""
        end, tight = number.end, False
        found = self._scale_at(end, first=True, written=number.written)
        if found is None:
            return number
        composer = Composer(number.value, number.step)
        while len(composer.chain) < CHAIN:
            if found is not None:
                tight = tight or (found[0] == end + found[2] and number.end == end)
                composer.scale(found[1])
                end = found[0]
            elif more := self._more(end, composer, written=number.written):
                composer.add(more.value, more.step)
                end = more.end
            else:
                break
            found = self._scale_at(end, first=False, written=number.written)
        return number._replace(
            end=end, value=composer.value, step=composer.step, chain=composer.chain,
            simple=composer.simple and number.simple, tight=tight,
        )  # fmt: skip

    def _scale_at(self, end: int, *, first: bool, written: bool) -> tuple[int, Decimal, int] | None:
        """(end, factor, length) of the scale word at `end`, right there or behind a space, hyphen or "de"."""
        if first and not written and self.text[end : end + 1].isalpha():
            for size in (3, 2, 1):
                key = self.text[end : end + size]
                if key in self.v.tight and not letter(self.text, end + size):
                    return end + size, self.v.tight[key], size
        at = end
        parted = self.low[at : at + 1]
        if parted in {" ", "-"}:
            at += 2 if self.low[at + 1 : at + 2] == " " else 1
        elif written and letter(self.low, at):
            return None
        found = self.v.scales.at(self.text, self.low, at, onto=self.v.signs)
        if found is None and at > end and (of := self.v.of_words.at(self.text, self.low, at)):
            at = of.end + (self.low[of.end : of.end + 1] == " ")
            found = self.v.scales.at(self.text, self.low, at) if at > of.end or of.key.endswith("'") else None
        if found is None or self._is_unit(at, found.end, len(found.key)):
            return None
        return found.end, found.value, found.end - found.start

    def _is_unit(self, at: int, end: int, length: int = 0) -> bool:
        """Whether a longer unit begins here: 兆瓦 is a megawatt, not a trillion watts; százalék is no száz."""
        unit = self.v.units.at(self.text, self.low, at)
        return unit is not None and (unit.end > end or (unit.end == end and 0 < length < len(unit.key)))

    def _more(self, end: int, composer: Composer, *, written: bool) -> Number | None:
        """A number that goes on after a scale word: digits only before a smaller scale, words also without one."""
        at = end + (self.low[end : end + 1] == " ")
        if at == end:
            return None
        digits = DIGITS.match(self.low, at)
        if digits and composer.last:
            read = digits_value(digits.group(), self.mark, self.v.pack.group) if len(digits.group()) < LONGEST else None
            scale = self._scale_at(digits.end(), first=True, written=False) if read else None
            if read and scale and scale[1] < composer.last and read[0] * scale[1] < composer.last:
                return Number(at, digits.end(), read[0], read[1], read[0], read[1])
            goes_on = not scale or (composer.last is not None and scale[1] > composer.last)  # 10 mil 500 millones
            if read and goes_on and composer.last == composer.step == _THOUSAND and _three(digits.group()):
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
        """A number that begins with a word: a vague magnitude, fraction, number word, bare plural or scale word."""
        vague = self.v.vague.at(self.text, self.low, start)
        if vague and not (self.v.han and self.low[vague.end : vague.end + 1].isdigit()):  # 总数5%
            return self._vague(start, vague.end, vague.value)
        fraction = self.v.fractions.at(self.text, self.low, start)
        spoken = self._spoken(start)
        if fraction and (spoken is None or fraction.end >= spoken.end):
            number = Number(
                start, fraction.end, fraction.value, Decimal("0.1"), fraction.value, Decimal("0.1"), written=True
            )
            scaled = self._scales(number._replace(end=self._past_of(fraction.end)))
            return scaled if scaled.scaled else number._replace(fraction=True)
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
        number = Number(start, scale.end, scale.value, scale.value, ONE, ONE, (scale.value,), written=True)
        more = self._scale_at(scale.end, first=False, written=False)
        if more:
            value = scale.value * more[1]
            number = number._replace(end=more[0], value=value, step=value, chain=(scale.value, more[1]))
        return number

    def _vague(self, start: int, end: int, factor: Decimal) -> Number | None:
        """Tens of billions, dezenas de milhões: from the factor times the scale to ten times that."""
        at = end + (self.low[end : end + 1] == " ")
        low, chain = factor, 0
        while found := self.v.scales.at(self.text, self.low, at):
            if chain == CHAIN or self._is_unit(at, found.end):
                break
            low, end, chain = low * found.value, found.end, chain + 1
            at = end + (self.low[end : end + 1] == " ")
        if self.v.han:
            run = self._mixed(end) if not chain else None
            if run:
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
        return Number(start, end, value, last_place(value), value, last_place(value), written=True)


def _three(digits: str) -> bool:
    """Whether digits end a number of thousands: 78 bin 450, 78 mil 450."""
    return len(digits) == 3 and digits.isdigit() and digits[0] != "0"


def _fits(value: Decimal, more: Decimal) -> bool:
    """Whether a smaller number word may follow: twenty + five, three hundred + ten, but not five + six."""
    for place in (10, 100, 1000):
        if more < place and value % place == 0 and value > 0:
            return more > 0 and value >= place
    return False
