"""Whether two claims are the same news: printed precision, bound by bound; overlap is not equality."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from monitor.core.judge.words import claim_words
from monitor.core.types.figures import Modifier
from monitor.core.types.ledger import Claim

_WIDEST = Decimal("0.06")  # "1 GW" is printed to the gigawatt, yet 1.4 GW is no rounding of it
_ABOUT = Decimal("0.03")  # what "about" and "nearly" cover: "nearly 165bn" is 164.5bn, "about 600,000" is 590,000
_COARSE = Decimal("0.05")  # zeros at the end of a number written out count as rounding up to this part of it
_LAST_DIGIT = Decimal("0.001")  # one unit of the last digit is a truncation from four digits on: 40.58bn, 40.59bn
_ABOVE = Decimal("1.1")  # "over 15bn" covers 16bn, not 19bn
_RAISED = Decimal("1.03")  # "over 350,000" after "over 340,000" is other words for one number
_WELL_BELOW = Decimal("0.75")  # "up to 100,000" does not cover 60,000
_NARROW = Decimal("1.15")  # a range so narrow is a vague way to print one number
_FAR_ABOVE = Decimal("1.5")


class Likeness(StrEnum):
    """SAME: the same value. COMPATIBLE: says nothing against it. DIFFERENT: cannot both hold."""

    SAME = "same"
    COMPATIBLE = "compatible"
    DIFFERENT = "different"


class Shape(StrEnum):
    """What a claim states."""

    POINT = "point"
    RANGE = "range"
    FLOOR = "floor"  # at least
    CEILING = "ceiling"  # at most
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `compare` found, with its rule's stable name and the reason in words. `inside`: a point within a range."""

    likeness: Likeness
    code: str
    reason: str
    inside: bool = False

    @property
    def quiet(self) -> bool:
        """Whether the two claims can stand beside each other."""
        return self.likeness is not Likeness.DIFFERENT


def shape(claim: Claim) -> Shape:
    """What a claim states: a point, a range, a floor, a ceiling, or nothing."""
    if claim.low is None:
        return Shape.NOTHING if claim.high is None else Shape.CEILING
    if claim.high is None:
        return Shape.FLOOR
    return Shape.POINT if claim.low == claim.high else Shape.RANGE


def place(value: Decimal, step: Decimal) -> Decimal:
    """The place value a number is good for: its last printed digit, or the zeros it ends in when written out."""
    step = abs(step)
    if step > 1 or abs(value) < 1000 or value != value.to_integral_value():
        return step
    limit = abs(value) * _COARSE
    coarse = Decimal(1)
    while coarse * 10 <= limit and value % (coarse * 10) == 0:
        coarse *= 10
    return max(step, coarse)


def _half(value: Decimal, step: Decimal) -> Decimal:
    """Half the rounding interval around a printed number, never wider than a sane part of it."""
    return min(place(value, step) / 2, abs(value) * _WIDEST)


@dataclass(frozen=True, slots=True)
class _Point:
    """A number with what it is good for."""

    value: Decimal
    step: Decimal
    about: bool

    @property
    def half(self) -> Decimal:
        return _half(self.value, self.step)

    @property
    def vagueness(self) -> Decimal:
        """How far "about" reaches: one unit of the last digit that is not zero, and never beyond a small part."""
        digit = Decimal(1).scaleb(int(self.value.normalize().as_tuple().exponent))
        return min(abs(self.value) * _ABOUT, max(digit, abs(self.step)))

    def meets(self, other: "_Point") -> tuple[bool, str]:
        """Whether both may be one number, and how."""
        a, b = self.value, other.value
        apart = abs(a - b)
        if apart == 0:
            return True, "repeat"
        if self.about or other.about:
            wide = max(point.vagueness for point in (self, other) if point.about)
            return apart <= max(wide, self.half + other.half), "about"
        if apart < self.half + other.half:
            return True, "rounding"
        coarse, fine = (self, other) if place(a, self.step) >= place(b, other.step) else (other, self)
        room = min(place(coarse.value, coarse.step), abs(coarse.value) * _WIDEST)
        if place(a, self.step) == place(b, other.step):
            return apart <= min(room, abs(coarse.value) * _LAST_DIGIT), "truncation"
        return abs(coarse.value) <= abs(fine.value) < abs(coarse.value) + room, "truncation"


def _low(claim: Claim) -> _Point:
    return _Point(claim.low or Decimal(0), claim.low_step, claim.modifier is Modifier.APPROX)


def _high(claim: Claim) -> _Point:
    return _Point(claim.high or Decimal(0), claim.high_step, claim.modifier is Modifier.APPROX)


def precision(claim: Claim) -> tuple[int, Decimal]:
    """How much a claim says, greater being more: two bounds and exact numbers beat "about" and a single bound."""
    kind = shape(claim)
    if kind in (Shape.FLOOR, Shape.CEILING):
        return 0, Decimal(0)
    rank = 1 if kind is Shape.POINT and claim.modifier is Modifier.APPROX else 2
    return rank, -(place(claim.low or Decimal(0), claim.low_step) + place(claim.high or Decimal(0), claim.high_step))


_WORDS = {
    "repeat": "the same value again",
    "rounding": "rounding: {old} and {new} meet at the printed precision",
    "truncation": "truncation: {old} and {new} are one number, cut at different digits",
    "about": '"about": {old} and {new} lie as close as the words allow',
    "bound": "one end of the known range: {new} beside {old}",
    "range-end": "{old} is one end of {new}",
    "inside": "{new} lies inside the known {old}",
    "weaker": "{new} is true of the known {old} and says less",
    "wider": "{new} holds the known {old} and says less",
    "covered": "{new} is just what {old} stands for",
    "different": "{new} is not {old}",
}


@lru_cache(maxsize=8192)  # a series compares few values many times
def compare(old: Claim, new: Claim) -> Comparison:
    """Compare a new claim with the settled one, by shape. Floors and ceilings read in one direction: old, then new."""
    pair = shape(old), shape(new)
    if Shape.NOTHING in pair:
        return _found(old, new, Likeness.DIFFERENT, "different")
    code, inside = _RULES[pair](old, new)
    likeness = _LIKENESS.get(code, Likeness.COMPATIBLE)
    return _found(old, new, likeness, code, inside=inside)


_LIKENESS = {
    "repeat": Likeness.SAME,
    "rounding": Likeness.SAME,
    "truncation": Likeness.SAME,
    "about": Likeness.SAME,
    "different": Likeness.DIFFERENT,
}


def _found(old: Claim, new: Claim, likeness: Likeness, code: str, *, inside: bool = False) -> Comparison:
    reason = _WORDS[code].format(old=claim_words(old), new=claim_words(new))
    return Comparison(likeness, code, reason, inside)


_Answer = tuple[str, bool]
_NO: _Answer = ("different", False)


def _points(old: Claim, new: Claim) -> _Answer:
    met, how = _low(old).meets(_low(new))
    return (how, False) if met else _NO


def _ranges(old: Claim, new: Claim) -> _Answer:
    low, how_low = _low(old).meets(_low(new))
    high, how_high = _high(old).meets(_high(new))
    if not (low and high):
        return _NO
    return (how_low if how_low != "repeat" else how_high), False


def _point_in_range(old: Claim, new: Claim) -> _Answer:
    point = _low(new)
    if point.meets(_low(old))[0] or point.meets(_high(old))[0]:
        return "bound", False
    low, high = _low(old), _high(old)
    return ("inside", True) if low.value <= point.value <= high.value else _NO


def _range_over_point(old: Claim, new: Claim) -> _Answer:
    point, low, high = _low(old), _low(new), _high(new)
    if point.meets(low)[0] or point.meets(high)[0]:
        return "range-end", False
    if low.value <= point.value <= high.value and high.value <= low.value * _NARROW:
        return "wider", False
    return _NO


def _point_over_floor(old: Claim, new: Claim) -> _Answer:
    floor, point = _low(old), _low(new)
    if floor.meets(point)[0] or floor.value <= point.value <= floor.value * _ABOVE:
        return "covered", False
    return _NO


def _floor_under_point(old: Claim, new: Claim) -> _Answer:
    point, floor = _low(old), _low(new)
    return ("weaker", False) if floor.value <= point.value or floor.meets(point)[0] else _NO


def _point_under_ceiling(old: Claim, new: Claim) -> _Answer:
    ceiling, point = _high(old), _low(new)
    if ceiling.meets(point)[0] or ceiling.value * _WELL_BELOW <= point.value <= ceiling.value:
        return "covered", False
    return _NO


def _ceiling_over_point(old: Claim, new: Claim) -> _Answer:
    point, ceiling = _low(old), _high(new)
    if ceiling.meets(point)[0] or point.value <= ceiling.value <= point.value * _ABOVE:
        return "weaker", False
    return _NO


def _floors(old: Claim, new: Claim) -> _Answer:
    known, floor = _low(old), _low(new)
    met, how = known.meets(floor)
    if met:
        return how, False
    return ("weaker", False) if floor.value <= known.value * _RAISED else _NO


def _ceilings(old: Claim, new: Claim) -> _Answer:
    met, how = _high(old).meets(_high(new))
    return (how, False) if met else _NO


def _ceiling_over_floor(old: Claim, new: Claim) -> _Answer:
    floor, ceiling = _low(old), _high(new)
    return ("covered", False) if floor.value <= ceiling.value <= floor.value * _FAR_ABOVE else _NO


def _floor_under_ceiling(old: Claim, new: Claim) -> _Answer:
    ceiling, floor = _high(old), _low(new)
    return ("covered", False) if floor.value <= ceiling.value <= floor.value * _FAR_ABOVE else _NO


def _floor_in_range(old: Claim, new: Claim) -> _Answer:
    floor = _low(new)
    if floor.meets(_low(old))[0]:
        return "bound", False
    if floor.value < _low(old).value:
        return "weaker", False
    return ("inside", False) if floor.value <= _high(old).value else _NO


def _range_over_floor(old: Claim, new: Claim) -> _Answer:
    floor, low, high = _low(old), _low(new), _high(new)
    if low.meets(floor)[0]:
        return "range-end", False
    return ("covered", False) if low.value <= floor.value * _ABOVE and high.value >= floor.value else _NO


def _ceiling_in_range(old: Claim, new: Claim) -> _Answer:
    return ("bound", False) if _high(new).meets(_high(old))[0] else _NO


def _range_under_ceiling(old: Claim, new: Claim) -> _Answer:
    return ("range-end", False) if _high(new).meets(_high(old))[0] else _NO


_RULES = {
    (Shape.POINT, Shape.POINT): _points,
    (Shape.POINT, Shape.RANGE): _range_over_point,
    (Shape.POINT, Shape.FLOOR): _floor_under_point,
    (Shape.POINT, Shape.CEILING): _ceiling_over_point,
    (Shape.RANGE, Shape.POINT): _point_in_range,
    (Shape.RANGE, Shape.RANGE): _ranges,
    (Shape.RANGE, Shape.FLOOR): _floor_in_range,
    (Shape.RANGE, Shape.CEILING): _ceiling_in_range,
    (Shape.FLOOR, Shape.POINT): _point_over_floor,
    (Shape.FLOOR, Shape.RANGE): _range_over_floor,
    (Shape.FLOOR, Shape.FLOOR): _floors,
    (Shape.FLOOR, Shape.CEILING): _ceiling_over_floor,
    (Shape.CEILING, Shape.POINT): _point_under_ceiling,
    (Shape.CEILING, Shape.RANGE): _range_under_ceiling,
    (Shape.CEILING, Shape.FLOOR): _floor_under_ceiling,
    (Shape.CEILING, Shape.CEILING): _ceilings,
}
