"""Numbers, sums and measures as babel formats them in forty locales, and whether they read back.

`python tests/babel_figures.py [values]` prints the share for each kind and locale, with what fails.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from babel import Locale, numbers, units

from monitor.core.quantities import read_quantities
from monitor.core.text import fold
from monitor.packs.load import load_packs

LOCALES = (
    "en de fr es it pt nl sv da nb fi pl cs sk hu ro ru uk bg el tr he ar fa hi bn ta te th vi id ms ja ko zh_Hans "
    "zh_Hant ca hr en_IN de_CH"
).split()
WRONG_IN_CLDR = {("bn", "compact")}  # writes 10^11 with the words for 10^9
PATTERNS = (("power-gigawatt", Decimal(10) ** 9, "W"), ("power-megawatt", Decimal(10) ** 6, "W"),
            ("concentr-percent", Decimal(1), "percent"), ("area-acre", Decimal("4046.8564224"), "m2"))  # fmt: skip


class Case(NamedTuple):
    """A text that babel made, and what it stands for."""

    kind: str
    text: str
    value: Decimal
    unit: str


def reread(locale: str, values: int) -> tuple[int, list[Case]]:
    """How many texts were read for so many random values, the same in every run, and those that came back otherwise."""
    chance = random.Random(locale)
    cases = [case for _ in range(values) for case in formatted(locale, chance)]
    cases = [case for case in cases if (locale, case.kind) not in WRONG_IN_CLDR]
    return len(cases), [case for case in cases if not reads_back(case, locale)]


def formatted(locale: str, chance: random.Random) -> Iterator[Case]:
    """Everything babel makes of one random value. Babel names a unit by its id where CLDR has no words: left out."""
    value = Decimal(chance.randint(1, 999)) * Decimal(10) ** chance.randint(3, 11)
    compact = numbers.format_compact_decimal(value, locale=locale, format_type="short", fraction_digits=2)
    yield Case("compact", compact, value, "count")
    if Locale.parse(locale).compact_decimal_formats.get("long"):
        long = numbers.format_compact_decimal(value, locale=locale, format_type="long", fraction_digits=2)
        yield Case("compact long", long, value, "count")
    money = numbers.format_compact_currency(value, "USD", locale=locale, fraction_digits=2)
    yield Case("compact currency", money, value, "USD")
    yield Case("currency", numbers.format_currency(value, "EUR", locale=locale), value, "EUR")
    named = numbers.format_currency(value, "USD", locale=locale, format_type="name")
    yield Case("currency name", named, value, "USD")
    amount = Decimal(chance.randint(1, 999_999)) / chance.choice([1, 10, 100])
    for pattern, factor, unit in PATTERNS:
        for length in ("long", "short"):
            text = units.format_unit(amount, pattern, length, locale=locale)
            if pattern.split("-")[1] not in text or locale.startswith("en"):
                yield Case(pattern, text, amount * factor, unit)


def reads_back(case: Case, locale: str) -> bool:
    """Whether exactly the value and the unit are read."""
    if case.unit == "count" and fold(case.text).replace(".", "").replace(",", "").replace(" ", "").isdigit():
        return True  # a plain number without scale or unit: nothing says that it counts anything
    found = read_quantities(case.text, locale, load_packs())
    return (
        len(found) == 1
        and found[0].unit == case.unit
        and found[0].low is not None
        and abs(found[0].low - case.value) <= case.value / 10**9
    )


def main(values: int) -> None:
    """Print the share over all locales, then every locale and kind that fails, with an example."""
    read, wrong = 0, 0
    failing: list[str] = []
    for locale in LOCALES:
        count, missed = reread(locale, values)
        read, wrong = read + count, wrong + len(missed)
        for kind, times in Counter(case.kind for case in missed).most_common():
            example = next(case for case in missed if case.kind == kind)
            failing.append(f"{locale:8} {kind:18} {times:5}  {example.text!r} is {example.value} {example.unit}")
    print(f"{read - wrong} of {read} read back: {1 - wrong / read:.5f}", *failing, sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
