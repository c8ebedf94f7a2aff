"""Build monitor/packs/lexicon.json from CLDR (through babel): what languages call numbers, money, power, areas, months.

    python tools/build_lexicon.py            write the file
    python tools/build_lexicon.py --check    exit 1 if the file differs from what CLDR gives now

Every locale that CLDR describes is folded into its base language: pt_PT beside pt_BR, zh_Hant beside zh_Hans.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import babel
from babel import Locale, UnknownLocaleError
from babel.core import get_cldr_version
from babel.localedata import locale_identifiers

TARGET = Path(__file__).parent.parent / "monitor" / "packs" / "lexicon.json"
UNITS = {
    "power-watt": "W",
    "power-kilowatt": "kW",
    "power-megawatt": "MW",
    "power-gigawatt": "GW",
    "energy-kilowatt-hour": "kWh",
    "area-square-meter": "m2",
    "area-square-kilometer": "km2",
    "area-hectare": "ha",
    "area-acre": "acre",
    "area-square-foot": "ft2",
    "area-square-mile": "mi2",
    "concentr-percent": "percent",
}
# Measures that are no figure here: knowing their names keeps "20 years" and "30 km" from being counted.
OTHERS = (
    "duration-year duration-month duration-week duration-day duration-hour duration-minute "
    "duration-second duration-decade "
    "duration-century length-meter length-kilometer length-centimeter length-millimeter length-mile "
    "length-foot length-inch "
    "length-yard mass-kilogram mass-gram mass-ton mass-tonne temperature-celsius temperature-fahrenheit digital-byte "
    "digital-megabyte digital-gigabyte digital-terabyte digital-petabyte speed-kilometer-per-hour speed-mile-per-hour "
    "volume-liter frequency-hertz frequency-megahertz frequency-gigahertz angle-degree concentr-part-per-million"
).split()
# Which currency a bare noun means ("dollars", "rupees") where several share it: the one most written about.
RANK = (
    "USD EUR JPY GBP CNY INR KRW TWD CAD AUD CHF BRL MXN RUB SEK NOK DKK PLN TRY SAR AED ILS IRR IDR VND "
    "THB SGD HKD NZD "
    "ZAR CZK HUF RON UAH EGP QAR KWD MYR PHP PKR BDT NGN KES TZS GEL CRC LAK ARS CLP COP PEN KZT LKR BGN "
    "ISK IQD JOD MAD "
    "DZD TND BHD OMR LYD SYP LBP UZS AZN AMD BYN MDL RSD MKD BAM ALL KHR MMK NPR MNT ETB GHS UGX UYU BOB "
    "PYG VES DOP GTQ "
    "FIM ESP FRF DEM NLG ITL BEF IEP PTE ATS GRD"
).split()
# Currencies that a noun alone may mean; "new" of the new Taiwan dollar and the new shekel is no noun.
PLAIN = "USD EUR JPY GBP CNY INR KRW CHF BRL MXN RUB SEK NOK DKK PLN TRY SAR AED IRR KWD".split()
REGIONS = ("pt_PT", "es_419", "es_MX", "es_US", "es_AR", "en_IN", "en_GB", "en_AU", "de_CH", "de_AT", "fr_CA", "fr_CH")
REGIONS += ("zh_Hant", "zh_Hant_HK", "sr_Latn", "uz_Cyrl", "ar_EG", "nb", "nn", "yue")
INTO = {"nb": "no", "nn": "no", "yue": "zh"}
MARKS = re.compile("[\u200e\u200f\u061c]")


def words_of(pattern: Any) -> tuple[str, str]:
    """Text before and after the number in a pattern: ("", "Mrd.") of "0 Mrd'.'"."""
    text = (
        MARKS.sub("", str(getattr(pattern, "pattern", pattern))).replace("'", "").replace("\xa0", " ").replace("¤", "")
    )
    text = text.split(";")[0].replace("\u202f", " ")
    found = re.search(r"\{0\}|[0#][0#,.]*", text)
    if not found:
        return "", ""
    return text[: found.start()].strip(), text[found.end() :].strip()


def scales(locale: Locale) -> Iterator[tuple[str, bool, str]]:
    """(word, whether it stands before the number, its value) of all compact formats."""
    for style in ("short", "long"):
        for forms in (locale.compact_decimal_formats.get(style) or {}).values():
            for magnitude, pattern in forms.items():
                text = str(getattr(pattern, "pattern", pattern)).split(";")[0]
                zeros = len(re.findall("0", text))
                value = int(magnitude) // 10 ** max(zeros - 1, 0)
                before, after = words_of(text)
                if value > 1 and after and not before:
                    yield after, False, str(value)
                elif value > 1 and before and not after:
                    yield before, True, str(value)


def unit_words(locale: Locale, units: dict[str, str]) -> Iterator[tuple[str, bool, str]]:
    """(word, whether it stands before the number, unit) of all unit patterns that write the number."""
    patterns = locale._data["unit_patterns"]  # noqa: SLF001 - babel has no public way to list them
    for key, unit in units.items():
        for forms in dict(patterns.get(key) or {}).values():
            for plural, pattern in dict(forms).items():
                before, after = words_of(pattern)
                if plural != "per" and "{0}" in str(pattern) and bool(before) != bool(after):
                    yield before or after, bool(before), unit


def worth_skipping(word: str) -> bool:
    """Not the one- and two-letter signs that are words of their own ("in", "mi", "tn", "a.") or carry a digit."""
    short = len(word.rstrip(".")) < 3 and ord(word[0]) < 0x2E80
    kept = {"km", "cm", "kg", "mm", "GB", "TB", "PB", "MB"}
    return word in kept or (not short and not any(char.isdigit() for char in word))


def currency_names(locale: Locale, code: str) -> set[str]:
    """All names of a currency without explanations in brackets."""
    plural = locale._data["currency_names_plural"].get(code) or {}  # noqa: SLF001  babel shows plural names nowhere else
    names = {locale.currencies.get(code, ""), *map(str, dict(plural).values())}
    return {MARKS.sub("", name).replace("\xa0", " ").strip() for name in names if name and "(" not in name} - {""}


def heads(locale: Locale) -> dict[str, str]:
    """Bare nouns: the word that at least three currencies share ("dollar", "dólares", "ドル") -> code.

    The noun stands first in some languages and last in others: the side on which more names agree.
    """
    shared: Counter[tuple[int, str]] = Counter()
    for code in locale.currencies:
        shared.update({part for name in currency_names(locale, code) for part in edge_words(name)})
    weight = {side: sum(n for (at, _), n in shared.items() if at == side and n > 3) for side in (0, -1)}
    side = max(weight, key=weight.__getitem__)
    found: dict[str, str] = {}
    for code in PLAIN:
        for name in sorted(currency_names(locale, code)):
            for place, word in sorted(edge_words(name)):
                if place == side and shared[place, word] >= 3 and len(word) > 1:
                    found.setdefault(word, code)
    return found


def edge_words(name: str) -> set[tuple[int, str]]:
    parts = re.split("[ -]", name)
    if len(parts) > 1:
        return {(0, parts[0]), (-1, parts[-1])}
    if ord(name[0]) >= 0x2E80:
        return {(-1, name[i:]) for i in range(1, len(name) - 1)}
    return {(-1, name), (0, name)}


def calendar(locale: Locale, kind: str) -> dict[str, int]:
    """Month or quarter names of every width, formatting and stand-alone."""
    names: dict[str, int] = {}
    table = locale.months if kind == "months" else locale.quarters
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in table[context][width].items():
                plain = MARKS.sub("", str(name)).replace("\xa0", " ").strip()
                if not plain.isdigit():
                    names.setdefault(plain, int(number))
    return names


def add(entry: dict[str, Any], locale: Locale) -> None:
    """Put what one locale says into its language's entry; what is there already stays."""
    for word, before, value in scales(locale):
        entry["scales_before" if before else "scales"].setdefault(word, value)
    for word, before, unit in unit_words(locale, UNITS):
        entry["before" if before else "units"].setdefault(word, unit)
    taken = {word.lower() for key in ("scales", "units", "currencies") for word in entry[key]}
    others = {
        word for word, before, _ in unit_words(locale, dict.fromkeys(OTHERS, "")) if not before and worth_skipping(word)
    }
    entry["other"] = sorted({*entry["other"], *(word for word in others if word.lower() not in taken)})
    for code in RANK:
        for name in sorted(currency_names(locale, code)):
            entry["currencies"].setdefault(name, code)
        symbol = MARKS.sub("", locale.currency_symbols.get(code, "")).replace("\xa0", " ").strip()
        if symbol and symbol not in (code, "$"):  # a bare dollar sign means US dollars in the news
            entry["symbols"].setdefault(symbol, code)
    for word, code in heads(locale).items():
        entry["currencies"].setdefault(word, code)
    entry["months"] = calendar(locale, "months") | entry["months"]
    entry["quarters"] = calendar(locale, "quarters") | entry["quarters"]


def new_entry(locale: Locale) -> dict[str, Any]:
    symbols = locale.number_symbols.get("latn") or {}
    group = str(symbols.get("group", ",")).replace("\xa0", " ").replace("\u202f", " ").replace("’", "'")
    entry: dict[str, Any] = {"name": locale.english_name, "decimal": str(symbols.get("decimal", ".")), "group": group}
    return (
        entry
        | {
            key: {}
            for key in ("scales", "scales_before", "units", "before", "currencies", "symbols", "months", "quarters")
        }
        | {"other": []}
    )


def worth(locale: Locale) -> bool:
    """Whether CLDR says anything of the language itself: it names its scales or its currencies."""
    return len(locale.currencies) > 60 and bool(locale.compact_decimal_formats.get("short"))


def build() -> dict[str, Any]:
    """The whole lexicon as plain data."""
    languages: dict[str, Any] = {}
    names = sorted(name for name in locale_identifiers() if "_" not in name)
    for name in (*names, *REGIONS):
        try:
            locale = Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
        code = INTO.get(name, locale.language)
        if code not in languages:
            if not worth(locale):
                continue
            languages[code] = new_entry(locale)
        add(languages[code], locale)
    return {"cldr": get_cldr_version(), "babel": babel.__version__, "languages": dict(sorted(languages.items()))}


def render(lexicon: dict[str, Any]) -> str:
    """JSON with one line a language: small, and its differences can be read."""
    lines = [
        f"{json.dumps(code)}: {json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}"
        for code, entry in lexicon["languages"].items()
    ]
    head = json.dumps({key: value for key, value in lexicon.items() if key != "languages"})
    return head[:-1] + ', "languages": {\n' + ",\n".join(lines) + "\n}}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    text = render(build())
    if parser.parse_args().check:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET}: {len(text)} characters, {text.count(chr(10)) - 2} languages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
