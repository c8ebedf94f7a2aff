"""Values, periods and differences as people write them: "$64-72bn", "by the end of 2024", "+$4bn to +$7bn"."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim

_SIGNS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "KRW": "₩", "INR": "₹", "BRL": "R$", "ILS": "₪",
    "TRY": "₺", "VND": "₫", "UAH": "₴", "AUD": "A$", "CAD": "C$", "HKD": "HK$", "TWD": "NT$", "SGD": "S$",
    "NZD": "NZ$", "MXN": "MX$", "NGN": "₦", "PHP": "₱", "THB": "฿",
}  # fmt: skip
_LETTERS = {"trillion": "tn", "billion": "bn", "million": "m"}
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_WATTS = ((Decimal(10) ** 12, "TW"), (Decimal(10) ** 9, "GW"), (Decimal(10) ** 6, "MW"), (Decimal(10) ** 3, "kW"))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ISO_4217 = re.compile(r"[A-Z]{3}\Z")
_QUARTER_END = {3: "the first quarter", 6: "the middle", 9: "the third quarter"}


def claim_text(claim: Claim, unit: str) -> str:
    """A claim in words: "$64-72bn", "over 340,000", "about 600,000", "up to 1.5 GW", "2.3m m²"."""
    low, high = claim.low, claim.high
    if low is None and high is None:
        return "no value"
    if low is None or high is None:
        word, value = ("up to", high) if low is None else ("over", low)
        return f"{word} {value_text(value if value is not None else Decimal(0), unit)}"
    if low == high:
        return ("about " if claim.modifier is Modifier.APPROX else "") + value_text(low, unit)
    return _range(low, high, unit)


def value_text(value: Decimal, unit: str) -> str:
    """One value with its unit: "$13.72bn", "350,000", "1.5 GW", "74%", "2.3m m²"."""
    sign = "-" if value < 0 else ""
    number, scale = _scaled(abs(value), unit)
    return sign + _dress(number, scale, unit)


def period_text(period: str) -> str:
    """The canonical period in words: "Q2 2025", "June 2024", "by the end of 2024", "Q1 to Q3 2024", "" for none."""
    if not period:
        return ""
    if period.startswith("by "):
        return "by " + _deadline(period[3:])
    start, dots, end = period.partition("..")
    if dots:
        year = start[:4]
        last = _moment(f"{year}-{end}") if end.startswith("Q") else _moment(end)
        return f"{_moment(start).replace(f' {year}', '') if end.startswith('Q') else _moment(start)} to {last}"
    return _moment(start)


def difference_text(old: Claim | None, new: Claim | None, unit: str) -> str | None:
    """How far the bounds moved: "+$4bn", "+$4bn to +$7bn"; None when that cannot be said."""
    if old is None or new is None:
        return None
    moves = [b - a for a, b in _pairs(old, new)]
    if not moves or all(move == 0 for move in moves):
        return None
    if old.low == old.high or new.low == new.high:  # a range and a point: the nearer bound first
        moves.sort(key=abs)
    words = list(dict.fromkeys(_signed(move, unit) for move in moves))
    return " to ".join(words)


def percent(old: Claim | None, new: Claim | None) -> Decimal | None:
    """By how many percent the middle of the value moved; None when one side is open, missing or zero."""
    if old is None or new is None:
        return None
    pairs = _pairs(old, new)
    before = sum((a for a, _ in pairs), Decimal(0))
    after = sum((b for _, b in pairs), Decimal(0))
    return (after - before) / abs(before) * 100 if before else None


def percent_text(old: Claim | None, new: Claim | None) -> str | None:
    """The same in words: "+9 %", "-0.4 %"; None when unknown or nothing."""
    moved = percent(old, new)
    if not moved:
        return None
    places = Decimal(1) if abs(moved) >= 10 else Decimal("0.1")
    number = _plain(moved.copy_abs().quantize(places, ROUND_HALF_EVEN))
    return None if number == "0" else f"{'+' if moved > 0 else '-'}{number} %"


def absolute(old: Claim | None, new: Claim | None) -> Decimal | None:
    """The larger move of the two bounds, without sign; None when neither can be compared."""
    if old is None or new is None:
        return None
    moves = [abs(b - a) for a, b in _pairs(old, new)]
    return max(moves) if moves else None


def metric_words(metric: str) -> str:
    """A metric's id as a last resort for a title: "meta.gpus.h100" -> "Meta GPUs H100"."""
    known = {"meta": "Meta", "gpus": "GPUs", "h100": "H100", "ai": "AI", "us": "US", "capex": "capital expenditure"}
    words = re.split(r"[._\s]+", metric)
    return " ".join(known.get(word, word) for word in words if word)


def _pairs(old: Claim, new: Claim) -> list[tuple[Decimal, Decimal]]:
    """The bounds that both claims have; a bound against a point compares with the point."""
    pairs = [(a, b) for a, b in ((old.low, new.low), (old.high, new.high)) if a is not None and b is not None]
    if pairs:
        return pairs
    a = old.low if old.low is not None else old.high
    b = new.low if new.low is not None else new.high
    return [(a, b)] if a is not None and b is not None else []


def _range(low: Decimal, high: Decimal, unit: str) -> str:
    low_number, low_scale = _scaled(low, unit)
    number, scale = _scaled(high, unit)
    if low_scale != scale or low < 0:
        return f"{value_text(low, unit)} to {value_text(high, unit)}"
    return _dress(f"{low_number}-{number}", scale, unit)


def _scaled(value: Decimal, unit: str) -> tuple[str, str]:
    """Digits and scale word: 13720000000 USD -> ("13.72", "billion"); 350000 count -> ("350,000", "")."""
    if unit in ("W", "Wh"):
        for size, name in _WATTS:
            if value >= size:
                return _plain(value / size), name
        return _plain(value), "W"
    for size, name in _SCALES:
        # counts under ten million read better in full: 3,350,000
        if value >= size and (value % (size / 1000) == 0 or value >= size * 10 or _ISO_4217.match(unit)):
            return _plain(value / size), name
    return _plain(value), ""


def _dress(number: str, scale: str, unit: str) -> str:
    if unit in ("W", "Wh"):
        return f"{number} {scale}{'h' if unit == 'Wh' else ''}"
    short = _LETTERS.get(scale, "")
    if unit == "percent":
        return f"{number}%"
    if unit == "m2":
        return f"{number}{short} m²"
    if unit == "times":
        return f"{number}{short}×"
    if unit in ("count", ""):
        return f"{number} {scale}" if scale else number
    if unit in _SIGNS:
        return f"{_SIGNS[unit]}{number}{short}"
    return f"{number}{short} {unit}"


def _signed(move: Decimal, unit: str) -> str:
    if move == 0:
        return "±0"
    text = value_text(abs(move), unit).replace("%", " points") if unit == "percent" else value_text(abs(move), unit)
    return ("+" if move > 0 else "-") + text


def _plain(value: Decimal) -> str:
    """Grouped, without exponent and trailing zeros, at most six decimals."""
    if value != value.to_integral_value() and -value.normalize().as_tuple().exponent > 6:  # type: ignore[operator]  # never NaN here
        value = value.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(text: str) -> str:
    if re.fullmatch(r"\d{4}-Q[1-4]", text):
        return f"{text[5:]} {text[:4]}"
    if re.fullmatch(r"\d{4}-H[12]", text):
        return f"{'first' if text[6] == '1' else 'second'} half of {text[:4]}"
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return f"{_MONTHS[int(text[5:]) - 1]} {text[:4]}"
    return text


def _deadline(text: str) -> str:
    if re.fullmatch(r"\d{4}(-12)?", text):
        return f"the end of {text[:4]}"
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) and int(text[5:]) in _QUARTER_END:
        return f"{_QUARTER_END[int(text[5:])]} of {text[:4]}"
    return _moment(text)
