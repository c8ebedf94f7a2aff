"""Numbers in which digits and ideographs mix: 364億6000万, 一兆二千億, 4억 2천만, 二十."""

from decimal import Decimal

from monitor.core.composing import ONE, Composer, Number, product_of
from monitor.core.digits import DIGITS, LONGEST, digits_value
from monitor.core.vocabulary import HAN_DIGITS, HAN_SCALES, Vocabulary

_SECTION = 4  # digits below a myriad
MYRIAD = Decimal(10_000)  # scales from here on close a section of four digits


class Ideographs:
    """One number of one text, read sign by sign from `start`. Sections of tens to thousands are closed by a myriad."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str, mark: str, start: int) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low
        self.mark = mark
        self.start = self.end = start
        self.composer: Composer | None = None
        self.small = Decimal(0)  # tens, hundreds and thousands of the section so far
        self.pending: Decimal | None = None  # digits that no scale has followed yet
        self.step = ONE
        self.plain = 0
        self.grouped = False
        self.written = False

    def read(self) -> Number | None:
        """The number, None where no number starts."""
        at = self.start
        while at < len(self.low):
            char = self.low[at]
            if char == " ":
                more = at + 1 if self.start < at == self.end and self._goes_on_behind_space(at) else at
            elif char.isascii():
                more = self._digits(at) if char.isdigit() else at
            elif char in HAN_DIGITS:
                more = self._digit(at, HAN_DIGITS[char])
            elif char in HAN_SCALES:
                more = self._scale(at, Decimal(10) ** HAN_SCALES[char])
            else:
                break
            if more == at:
                break
            at = more
            self.end = at if char != " " else self.end
            if self.end - self.start > LONGEST:
                return None  # nobody prints such a number, and adding it up would take ever longer
        return self._number() if self.end > self.start else None

    def _digits(self, at: int) -> int:
        token = DIGITS.match(self.low, at)
        if token is None or self.pending is not None or len(token.group()) > LONGEST:
            return at
        if at > self.start and not self._continues(token.end(), section=self.small > 0):
            return at
        read = digits_value(token.group(), self.mark, self.v.pack.group)
        if read is None:
            return at
        self.pending, self.step, self.grouped = read[0], read[1], self.grouped or read[2]
        self.plain = len(token.group()) if at == self.start and token.group().isdigit() else 0
        return token.end()

    def _digit(self, at: int, digit: int) -> int:
        self.written = True
        self.pending = Decimal(digit) if self.pending is None else self.pending * 10 + digit
        self.step = ONE
        at += 1
        if self.low[at : at + 1] not in {"点", "點"} or self.low[at + 1 : at + 2] not in HAN_DIGITS:
            return at
        at += 1  # 一点五: the digits behind the point
        while at < len(self.low) and self.low[at] in HAN_DIGITS:
            self.step /= 10
            self.pending += HAN_DIGITS[self.low[at]] * self.step
            at += 1
        return at

    def _scale(self, at: int, factor: Decimal) -> int:
        if self._is_unit(at) or (at == self.start and self.v.code == "ko" and not self._begins_word(at)):
            return at
        self.written = self.written or at == self.start
        if factor < MYRIAD:
            self.small += (ONE if self.pending is None else self.pending) * factor
            self.step = self.step * factor if self.pending else factor
        else:
            section = self.small + (self.pending or 0)
            if self.composer is None:
                self.composer = Composer(section or ONE, self.step)
            elif section:
                self.composer.add(section, self.step)
            self.composer.scale(factor)
            self.small, self.step = Decimal(0), ONE
        self.pending = None
        return at + 1

    def _number(self) -> Number:
        section = self.small + (self.pending or 0)
        step = ONE if self.small and self.pending is not None else self.step
        if self.composer is None:
            return Number(
                self.start, self.end, section, step, section, step, simple=not self.small, grouped=self.grouped,
                written=self.written, digits=0 if self.small else self.plain,
            )  # fmt: skip
        value, last, chain = self.composer.total, self.composer.step, self.composer.chain
        factor = product_of(chain)
        base, base_step, simple = value / factor, last / factor, self.composer.simple
        if section:
            value, last, simple = value + section, step, False
        return Number(
            self.start, self.end, value, last, base, base_step, chain, simple,
            grouped=self.grouped, written=self.written,
        )  # fmt: skip

    def _continues(self, end: int, *, section: bool) -> bool:
        """Whether digits behind a scale go on with it (9000 of 598억9000만): a smaller scale follows, or nothing."""
        at = end + (self.low[end : end + 1] == " ")
        follows = self.low[at : at + 1]
        if follows in HAN_SCALES and not self._is_unit(at):
            last = self.composer.last if self.composer else None
            return last is None or Decimal(10) ** HAN_SCALES[follows] < last
        fills = end >= _SECTION and self.low[end - _SECTION : end].isdigit()  # 50만 9375 달러, but not 4억 3 달러
        counted = at == end or (fills and self.v.units.at(self.text, self.low, at) is not None)
        return (self.composer is not None or section) and counted

    def _goes_on_behind_space(self, at: int) -> bool:
        """35 万, 4억 2천만, 50만 9375달러."""
        follows = self.low[at + 1 : at + 2]
        if follows in HAN_SCALES and self.pending is not None:
            return not self._is_unit(at + 1) and not self.v.counters.at(self.text, self.low, at + 1)
        if not follows.isdigit() or self.pending is not None or not (self.composer or self.small):
            return False
        token = DIGITS.match(self.low, at + 1)
        if token is None or not self._continues(token.end(), section=False):
            return False
        end = token.end() + (self.low[token.end() : token.end() + 1] == " ")
        return self.low[end : end + 1] in HAN_SCALES or self.v.units.at(self.text, self.low, end) is not None

    def _is_unit(self, at: int) -> bool:
        """Whether a longer unit begins here: 兆瓦 is a megawatt, not a trillion watts."""
        unit = self.v.units.at(self.text, self.low, at)
        return unit is not None and unit.end > at + 1

    def _begins_word(self, at: int) -> bool:
        """Whether a Hangul scale letter begins a word: 백만 달러, but not the 만 of 하지만."""
        return at == 0 or not "가" <= self.low[at - 1] <= "힣"
