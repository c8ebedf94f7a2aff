"""One language's pack from its lexicon entry and its YAML file; every word is folded as the text will be."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from monitor.core.text import fold
from monitor.core.types.figures import Modifier, Shape
from monitor.core.types.packs import LanguagePack, ModifierCue, QuantityExample, RangeWords, ShapeCue, Unit
from monitor.core.vocabulary import OTHER, UNITS

# Read on both sides of a number in every language.
SYMBOLS: Mapping[str, str] = {
    "$": "USD", "US$": "USD", "AS$": "USD", "US $": "USD", "u.s $": "USD", "U.S.$": "USD", "u.s. $": "USD",
    "USD$": "USD", "$US": "USD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "JP¥": "JPY", "CN¥": "CNY", "RMB": "CNY", "₩": "KRW", "₹": "INR", "Rs": "INR",
    "Rs.": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN",
    "₸": "KZT", "₾": "GEL", "₭": "LAK", "₮": "MNT", "₿": "BTC", "BTC": "BTC", "৳": "BDT", "zł": "PLN", "Kč": "CZK",
    "R$": "BRL", "R $": "BRL", "A$": "AUD", "A $": "AUD", "AU$": "AUD", "C$": "CAD", "C $": "CAD",
    "CA$": "CAD", "NT$": "TWD",
    "NT $": "TWD", "HK$": "HKD", "HK $": "HKD", "S$": "SGD", "SG$": "SGD", "NZ$": "NZD", "MX$": "MXN", "Mex$": "MXN",
    "CHF": "CHF", "Fr.": "CHF", "Rp": "IDR", "Rp.": "IDR", "RM": "MYR", "SEK": "SEK", "DKK": "DKK",
    "NOK": "NOK", "Ft": "HUF",
    "GBP£": "GBP", "EUR€": "EUR", "c $": "CAD", "c$": "CAD", "₡": "CRC", "元": "CNY", "円": "JPY", "원": "KRW",
}  # fmt: skip
CODES = (
    "USD EUR JPY GBP CNY INR KRW TWD CAD AUD CHF BRL MXN RUB SEK NOK DKK PLN TRY SAR AED ILS IRR IDR VND "
    "THB SGD HKD NZD "
    "ZAR CZK HUF RON UAH EGP QAR KWD MYR PHP PKR BDT NGN KES TZS GEL CRC LAK ARS CLP COP PEN KZT LKR BGN ISK"
).split()
JOINED = {"km", "lo", "my"}  # written without spaces, with nothing but CLDR to read them by
MILLIONS = ("USD", "EUR", "GBP", "SEK", "NOK", "DKK", "CHF", "AUD", "CAD")  # MEUR: millions, in financial reports
DOLLARS = {"AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "USD"}
ENGLISH_UNITS = {"MW": ["megawatt", "megawatts"], "GW": ["gigawatt", "gigawatts"], "kW": ["kilowatt", "kilowatts"]}

Fold = Callable[[str], str]


def build_pack(code: str, lexicon: Mapping[str, Any], data: Mapping[str, Any]) -> LanguagePack:
    """The pack of one language. `lexicon` or `data` may be empty, not both. ValueError names the key at fault."""
    variants = _variants(data.get("variants", ""))

    def folded(word: str) -> str:
        return fold(unicodedata.normalize("NFC", str(word))).translate(variants)

    ranges = data.get("ranges", {})
    dropped = {folded(word) for word in data.get("drop", ())}
    scales = {folded(word): Decimal(value) for word, value in lexicon.get("scales", {}).items()}
    scales |= _numbers("scales", data.get("scales", {}), folded)
    return LanguagePack(
        code=code,
        name=str(data.get("name") or lexicon.get("name") or code),
        decimal=fold(str(data.get("decimal", lexicon.get("decimal", ".")))),
        group=fold(str(data.get("group", lexicon.get("group", ",")))),
        joined=bool(data.get("joined", code in JOINED)),
        inflect=int(data.get("inflect", 0 if data or code in JOINED else 3)),
        prefixes=str(data.get("prefixes", "")),
        variants=variants,
        scales={w: v for w, v in _plain(scales, data).items() if w not in dropped},
        currencies={w: c for w, c in _plain(_currencies(lexicon, data, folded), data).items() if w not in dropped},
        units={w: u for w, u in _plain(_units("units", lexicon, data, folded), data).items() if w not in dropped},
        before=_units("before", lexicon, data, folded),
        subunits=_subunits(data.get("subunits", {}), folded),
        counters=frozenset(_words(data, "counters", folded)),
        fractions=_plain(_numbers("fractions", data.get("fractions", {}), folded), data),
        shares={w: v * 100 if v < 1 else v for w, v in _numbers("shares", data.get("shares", {}), folded).items()},
        scales_before={folded(w): Decimal(v) for w, v in lexicon.get("scales_before", {}).items()},
        number_words=_plain(_number_words(data, folded), data),
        number_joins=_words(data, "number_joins", folded),
        articles=_words(data, "articles", folded),
        implied=_words(data, "implied", folded),
        decimal_letter=folded(data.get("decimal_letter", "")),
        stops=_words(data, "stops", folded),
        modifiers=tuple(_modifiers(data.get("modifiers", {}), folded)),
        fillers=_words(data, "fillers", folded),
        ranges=RangeWords(
            between=tuple((folded(a), folded(b)) for a, b in ranges.get("between", ())),
            **{
                key: _words(ranges, key, folded)
                for key in ("join", "separate", "changing", "starts", "turns", "turned")
            },
        ),
        vague=_numbers("vague", data.get("vague", {}), folded),
        bare=_numbers("bare", data.get("bare", {}), folded),
        shapes=tuple(_shapes(data.get("shapes", {}), folded)),
        money_cues=_words(data, "money_cues", folded),
        count_cues=_words(data, "count_cues", folded),
        of_words=_words(data, "of_words", folded),
        cldr_only=not data,
        months={folded(word).lower(): number for word, number in lexicon.get("months", {}).items()},
        quarters={folded(word).lower(): number for word, number in lexicon.get("quarters", {}).items()},
        examples=tuple(_examples(data.get("examples", {}).get("quantities", ()))),
        sections={key: value for key, value in data.items() if key not in OWN},
    )


OWN = frozenset(
    "name code script decimal group joined inflect prefixes variants drop accents scales currencies units "
    "before subunits "
    "counters fractions shares number_words number_compounds number_joins articles implied decimal_letter "
    "stops modifiers fillers ranges vague bare shapes money_cues count_cues "
    "of_words".split()
)
_NUKTA = re.compile("[\u093c\u09bc\u0a3c]")  # the dot of Indic letters, which many leave out or write as one letter
_ACCENTS = str.maketrans(
    "áàâäãåéèêëíìîïóòôöõúùûüçñşğıčćšžřěůýąęłńóśźżăâîșțő", "aaaaaaeeeeiiiiooooouuuucnsgiccszreuyaelnoszzaaisto"
)


def _plain(table: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """With the spellings that leave abbreviation dots out, and accents where the file has `accents: optional`."""
    more: dict[str, Any] = {}
    for word, value in table.items():
        forms = {word, word.rstrip(".")} if len(word) > 2 else {word}
        forms |= {_NUKTA.sub("", form) for form in forms}
        if data.get("accents") == "optional":
            forms |= {form.translate(_ACCENTS) for form in forms}
        more |= {form: value for form in forms - {word} if form and form not in table}
    return table | more


def _variants(pairs: str) -> dict[int, str]:
    """Pairs of letters, "萬万 億亿", as a table for str.translate: the first is read as the second."""
    for pair in pairs.split():
        if len(pair) != 2:
            raise ValueError(f"variants: {pair!r} must be two letters, the written one and the one it is read as")
    return {ord(pair[0]): pair[1] for pair in pairs.split()}


def _words(data: Mapping[str, Any], key: str, folded: Fold) -> tuple[str, ...]:
    words = data.get(key, ())
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise ValueError(f"{key}: must be a list of words")  # noqa: TRY004 - one kind of error for every mistake
    return tuple(folded(word) for word in words)


def _numbers(key: str, table: Mapping[str, Any], folded: Fold) -> dict[str, Decimal]:
    numbers = {}
    for word, value in table.items():
        try:
            text = str(value)
            fraction = Fraction(text) if "/" in text else None
            number = Decimal(fraction.numerator) / fraction.denominator if fraction else Decimal(text)
        except (InvalidOperation, ValueError) as error:
            raise ValueError(f"{key}: {word}: {value!r} is no number") from error
        numbers[folded(word)] = number.normalize() if number == number.to_integral_value() else number
    return numbers


def _number_words(data: Mapping[str, Any], folded: Fold) -> dict[str, Decimal]:
    """The number words of a file with those that its patterns make of them: "{unit}und{ten}", "{unit}hundert"."""
    words = _numbers("number_words", data.get("number_words", {}), folded)
    units = {word: value for word, value in words.items() if 0 < value < 10}
    tens = {word: value for word, value in words.items() if value in range(20, 100, 10)}
    made: dict[str, Decimal] = {}
    for pattern in data.get("number_compounds", ()):
        for unit, one in units.items():
            if "{ten}" in pattern:
                for ten, many in tens.items():
                    made.setdefault(folded(pattern.format(unit=unit, ten=ten)), one + many)
            else:
                made.setdefault(folded(pattern.format(unit=unit)), one * 100)
    return made | words


def _currencies(lexicon: Mapping[str, Any], data: Mapping[str, Any], folded: Fold) -> dict[str, str]:
    table = {folded(sign): code for sign, code in SYMBOLS.items()}
    table |= {code: code for code in CODES}
    table |= {f"{code}$": code for code in DOLLARS} | {f"{code} $": code for code in DOLLARS}
    table |= {folded(name): code for name, code in lexicon.get("symbols", {}).items()}
    table |= {folded(name): code for name, code in lexicon.get("currencies", {}).items()}
    for code, names in data.get("currencies", {}).items():
        table |= {folded(name): str(code) for name in names}
    return table


def _units(key: str, lexicon: Mapping[str, Any], data: Mapping[str, Any], folded: Fold) -> dict[str, Unit]:
    table = {f"M{code}": Unit(code, Decimal(10) ** 6) for code in MILLIONS}
    if key == "units":
        table |= {word: UNITS[unit] for unit, words in ENGLISH_UNITS.items() for word in words}
        table |= {folded(word): Unit(OTHER) for word in lexicon.get("other", ())}
    table |= {folded(word): UNITS[unit] for word, unit in lexicon.get(key, {}).items()}
    for unit, words in data.get(key, {}).items():
        known = UNITS.get(unit) or (Unit(unit) if unit == OTHER or _is_code(unit) else None)
        if known is None and unit[:1] == "M" and _is_code(unit[1:]):
            known = Unit(unit[1:], Decimal(10) ** 6)  # MUSD: Mexico's mdd, millones de dólares
        if known is None:
            raise ValueError(f"{key}: {unit!r} is no unit; use a currency code, {OTHER} or one of {', '.join(UNITS)}")
        table |= {folded(word): known for word in words}
    return table


def _is_code(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()


def _subunits(table: Mapping[str, Any], folded: Fold) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for key, words in table.items():
        code, _, parts = key.partition("/")
        if not _is_code(code) or not parts.isdigit():
            raise ValueError(f"subunits: {key!r} must be a currency and its parts, such as USD/100")
        found |= {folded(word): Unit(code, 1 / Decimal(parts)) for word in words}
    return found


def _modifiers(table: Mapping[str, Any], folded: Fold) -> Iterable[ModifierCue]:
    for name, places in table.items():
        try:
            modifier = Modifier(name)
        except ValueError as error:
            raise ValueError(f"modifiers: {name!r} must be exact, approx, at_least or at_most") from error
        for place, words in places.items():
            if place not in {"before", "after", "far"}:
                raise ValueError(f"modifiers: {name}: {place!r} must be before, after or far")
            for word in words:
                yield ModifierCue(folded(word).lower(), modifier, after=place == "after", far=place == "far")


def _shapes(table: Mapping[str, Any], folded: Fold) -> Iterable[ShapeCue]:
    for name, places in table.items():
        try:
            shape = Shape(name)
        except ValueError as error:
            raise ValueError(f"shapes: {name!r} must be change, share, rate, name or level") from error
        for place, words in places.items():
            for word in words:
                yield ShapeCue(folded(word).lower(), shape, after=place == "after")


def _examples(rows: Iterable[Mapping[str, Any]]) -> Iterable[QuantityExample]:
    for row in rows:
        expect = row.get("expect", ())
        yield QuantityExample(str(row["text"]), tuple(map(str, [expect] if isinstance(expect, str) else expect)))
