"""A claim in a few plain English words, for the reasons that decisions carry."""

from decimal import Decimal
from functools import lru_cache

from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim

_SCALES = ((12, "tn"), (9, "bn"), (6, "m"))
_WATTS = ((9, "GW"), (6, "MW"), (3, "kW"))


def number(value: Decimal, unit: str = "") -> str:
    """13720000000 USD -> "13.72bn USD"; 5000000000 W -> "5 GW"; 350000 count -> "350,000"."""
    if unit == "W":
        for power, name in _WATTS:
            if abs(value) >= Decimal(10) ** power:
                return f"{_plain(value.scaleb(-power))} {name}"
    text = _plain(value)
    for power, name in _SCALES:
        if abs(value) >= Decimal(10) ** power:
            text = _plain(value.scaleb(-power)) + name
            break
    return text if unit in ("", "count") else f"{text} {unit}"


@lru_cache(maxsize=2048)  # a series tells few values many times
def claim_words(claim: Claim, unit: str = "") -> str:
    """ "64bn to 72bn USD", "over 340,000", "up to 72bn USD", "about 600,000"."""
    low, high = claim.low, claim.high
    if low is None and high is None:
        return "no value"
    if low is None:
        return f"up to {number(high or Decimal(0), unit)}"
    if high is None:
        return f"over {number(low, unit)}"
    if low != high:
        return f"{number(low)} to {number(high, unit)}"
    return f"{'about ' if claim.modifier is Modifier.APPROX else ''}{number(low, unit)}"


def _plain(value: Decimal) -> str:
    """Grouped, without exponent and trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
