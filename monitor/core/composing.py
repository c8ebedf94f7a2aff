"""A number and how scale words build it up."""

from decimal import Decimal
from typing import NamedTuple

ONE = Decimal(1)


class Number(NamedTuple):
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


class Composer:
    """Adds up a number and its scale words: 4 million 200 thousand, 38 thousand million, 一万五千亿, 1.5 lakh crore.

    A scale larger than the one before multiplies all before it, a smaller one only what stands right before it.
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
            pending = self.section or (self.total if self.simple and self.total else ONE)
            self.total = (
                pending * factor if self.simple and self.total and not self.section else self.total + pending * factor
            )
            self.step *= factor
        self.section, self.last = Decimal(0), factor
        self.chain = (*self.chain, factor)

    @property
    def value(self) -> Decimal:
        return self.total + self.section


def last_place(value: Decimal) -> Decimal:
    """Place value of the last digit that is not zero, 1 for zero and for fractions."""
    if value == 0 or value != value.to_integral_value():
        return ONE
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** max(int(exponent), 0)


def product_of(factors: tuple[Decimal, ...]) -> Decimal:
    product = ONE
    for factor in factors:
        product *= factor
    return product
