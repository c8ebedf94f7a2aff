"""Claims in one short notation that people write and read: `64e9..72e9`, `~600e3`, `>=350e3`, `<=72e9`, `39.071e9`.

The digits are those that were printed: `15e9` is fifteen billion to the billion, `15.0e9` to the hundred million.
"""

import re
from decimal import Decimal

from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim

_SIGNS = {Modifier.EXACT: "", Modifier.APPROX: "~", Modifier.AT_LEAST: ">=", Modifier.AT_MOST: "<="}
_NUMBER = re.compile(r"\d[\d_,]{0,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,2})?")
_ONE = Decimal(1)


def write_claim(claim: Claim) -> str:
    """The claim in the notation above. A claim without either end is "?"."""
    low, high = claim.low, claim.high
    if low is None:
        return "?" if high is None else f"<={_digits(high, claim.high_step)}"
    if claim.modifier is Modifier.RANGE and high is not None:
        return f"{_digits(low, claim.low_step)}..{_digits(high, claim.high_step)}"
    sign = ">=" if high is None else _SIGNS.get(claim.modifier, "")
    return f"{sign}{_digits(low, claim.low_step)}"


def read_claim(text: str) -> Claim | None:
    """The claim that `text` writes, None if it is not in the notation."""
    body = text.strip().replace(" ", "")
    if ".." in body:
        first, _, second = body.partition("..")
        low, high = _number(first), _number(second)
        if low is None or high is None or low > high:
            return None
        return Claim(low, high, _step(low), _step(high), Modifier.RANGE)
    modifier = next((one for one, sign in _SIGNS.items() if sign and body.startswith(sign)), Modifier.EXACT)
    value = _number(body.removeprefix(_SIGNS[modifier]))
    if value is None:
        return None
    step = _step(value)
    low_end = None if modifier is Modifier.AT_MOST else value
    high_end = None if modifier is Modifier.AT_LEAST else value
    return Claim(low_end, high_end, step, step, modifier)


def _number(text: str) -> Decimal | None:
    return Decimal(text.replace("_", "").replace(",", "")) if _NUMBER.fullmatch(text) else None


def _step(value: Decimal) -> Decimal:
    return _ONE.scaleb(int(value.as_tuple().exponent))


def _digits(value: Decimal, step: Decimal) -> str:
    """`value` with its last digit at `step`: 13.7e9 for 13,700,000,000 in steps of 100,000,000."""
    places = int(step.normalize().as_tuple().exponent)
    scale = 9 if abs(value) >= 10**9 else 6 if abs(value) >= 10**6 else 3 if places >= 3 else 0
    scale = max(scale, places)
    shown = value.scaleb(-scale)
    after = scale - places
    exact = shown.quantize(_ONE.scaleb(-after)) if shown == shown.quantize(_ONE.scaleb(-after)) else shown.normalize()
    return f"{exact:f}" + (f"e{scale}" if scale else "")
