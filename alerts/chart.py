"""A small PNG of a series: a step line with bands for ranges, every point labelled where there is room.

The ground is transparent and every colour a middle tone (about 4:1 against white and against #1b1f25), so one picture
serves light and dark mails. Pillow is imported only when a chart is drawn.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from alerts.message import Item
from alerts.series import Step, scale, steps
from alerts.wording import MONTHS, heading, value

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST_CHARTS = 12  # in one mail
WIDTH, HEIGHT = 400, 136  # CSS pixels
SCALE = 2  # device pixels per CSS pixel
SMOOTH = 2  # drawn larger by this and scaled down: Pillow's lines have no anti-aliasing
TOP, BOTTOM, LEFT, RIGHT = 34.0, 30.0, 30.0, 46.0
LEAST_GAP = 26.0
LINE = (59, 130, 196)
BAND = (59, 130, 196, 70)
SOFT = (122, 130, 143)
LATEST = (50, 132, 218)
PLAINER = str.maketrans({"≥": ">=", "≤": "<=", "≈": "~", "→": ">", "฿": "THB ", "−": "-"})  # what the font has not
SOLID = frozenset({"actual"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A step in CSS pixels."""

    step: Step
    x: float
    high: float
    low: float

    @property
    def middle(self) -> float:
        return (self.high + self.low) / 2


def has_chart(item: Item) -> bool:
    """Whether there are at least two points to join."""
    return len(steps(item)) > 1


def describe(item: Item) -> str:
    """The chart in words, for whoever sees no images."""
    return f"Chart of {heading(item)}: " + "; ".join(
        f"{short_day(s.date)} {value(s.label, 80)}" for s in steps(item)[-6:]
    )


def draw_chart(item: Item) -> bytes:
    """The PNG, 800 by 272 pixels, to be shown at half that size; the item must have a chart (`has_chart`)."""
    return _drawn(tuple(steps(item)))


@lru_cache(maxsize=MOST_CHARTS)
def _drawn(drawn: tuple[Step, ...]) -> bytes:
    """Kept for the other readers of the same digest: drawing is nine tenths of what their mails take."""
    from PIL import Image, ImageDraw

    size = (WIDTH * SCALE * SMOOTH, HEIGHT * SCALE * SMOOTH)
    picture = Image.new("RGBA", size, (*SOFT, 0))
    spots = place(drawn)
    _lines(ImageDraw.Draw(picture), spots)
    picture = picture.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.LANCZOS)
    _labels(ImageDraw.Draw(picture), spots)
    out = io.BytesIO()
    picture.quantize(64, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


def place(drawn: Sequence[Step]) -> list[Spot]:
    """Where the steps go: time runs right, but neighbours keep a least distance."""
    across = WIDTH - LEFT - RIGHT
    span = max(drawn[-1].day - drawn[0].day, 1)
    gap = min(LEAST_GAP, across / max(len(drawn) - 1, 1))
    xs: list[float] = []
    for step in drawn:
        x = (step.day - drawn[0].day) / span * across
        xs.append(max(x, xs[-1] + gap) if xs else 0.0)
    squeeze = across / xs[-1] if xs[-1] else 1.0
    low, high = min(step.low for step in drawn), max(step.high for step in drawn)
    floor, room = scale(low, high)
    down = HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return TOP + down * (1 - (value - floor) / room)

    return [Spot(s, LEFT + x * squeeze, y(s.high), y(s.low)) for s, x in zip(drawn, xs, strict=True)]


def _lines(pen: "ImageDraw", spots: list[Spot]) -> None:
    unit = SCALE * SMOOTH
    base = (HEIGHT - BOTTOM + 8) * unit
    pen.line([(8 * unit, base), ((WIDTH - 8) * unit, base)], fill=(*SOFT, 110), width=unit)
    ends = [*(spot.x for spot in spots[1:]), spots[-1].x + 22]
    for spot, end in zip(spots, ends, strict=True):
        if spot.low - spot.high >= 1:
            pen.rectangle([(spot.x * unit, spot.high * unit), (end * unit, spot.low * unit)], fill=BAND)
        pen.line([(spot.x * unit, spot.middle * unit), (end * unit, spot.middle * unit)], fill=LINE, width=2 * unit)
    for spot, following in pairwise(spots):
        rise = [(following.x * unit, spot.middle * unit), (following.x * unit, following.middle * unit)]
        pen.line(rise, fill=LINE, width=2 * unit)
    for spot in spots:
        latest = spot is spots[-1]
        radius = (5.5 if latest else 4) * unit
        box = [
            (spot.x * unit - radius, spot.middle * unit - radius),
            (spot.x * unit + radius, spot.middle * unit + radius),
        ]
        solid = spot.step.status in SOLID or latest
        pen.ellipse(box, fill=LATEST if solid else (*LINE, 0), outline=LATEST if latest else LINE, width=2 * unit)


def _labels(pen: "ImageDraw", spots: list[Spot]) -> None:
    """The newest label is sure of its place, then the first; the others stand where nothing is in their way."""
    labels = _Labels(pen)
    before = dict(zip(spots[1:], spots, strict=False))
    for spot in [spots[-1], spots[0], *reversed(spots[1:-1])]:
        latest = spot is spots[-1]
        fell = spot in before and before[spot].middle < spot.middle  # then the line comes from above
        sides = (spot.low + 5, spot.high - 26) if fell else (spot.high - 26, spot.low + 5)
        font = _font(bold=latest, size=(15 if latest else 13) * SCALE)
        labels.write(fit(spot.step.label, font), font, spot.x, sides, strong=latest)
        labels.write(short_day(spot.step.date), _font(bold=False, size=12 * SCALE), spot.x, (HEIGHT - BOTTOM + 11,))


class _Labels:
    """Writes words on a chart so that none lies over another."""

    def __init__(self, pen: "ImageDraw") -> None:
        self._pen = pen
        self._taken: list[tuple[float, float, float, float]] = []  # left, top, right, bottom in CSS pixels

    def write(
        self, words: str, font: "FreeTypeFont", middle: float, tops: Sequence[float], *, strong: bool = False
    ) -> None:
        """Write at the first of `tops` (CSS pixels) where no other label stands; nowhere when all are taken."""
        wide, tall = font.getlength(words) / SCALE, font.size / SCALE
        left = min(max(middle - wide / 2, 2), WIDTH - wide - 2)
        for top in tops:
            box = (left - 5, top, left + wide + 5, top + tall + 2)
            inside = top >= 0 and top + tall <= HEIGHT
            if inside and not any(_overlap(box, other) for other in self._taken):
                self._pen.text((left * SCALE, top * SCALE), words, font=font, fill=LATEST if strong else SOFT)
                self._taken.append(box)
                return


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def fit(label: str, font: "FreeTypeFont") -> str:
    """The label in characters that the font has ("?" for others), cut to a third of the chart's width or so."""
    words = "".join(character if _covers(character) else "?" for character in value(label, 80).translate(PLAINER))
    while words and font.getlength(words) > WIDTH * SCALE * 0.45:
        words = words[:-2].rstrip("… ") + "…" if len(words) > 2 else ""
    return words


def short_day(iso: str) -> str:
    """ "30 Apr 25"."""
    return f"{int(iso[8:10])} {MONTHS[int(iso[5:7]) - 1][:3]} {iso[2:4]}"


@lru_cache(maxsize=8)
def _font(*, bold: bool, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    data = (files("alerts") / "fonts" / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _covers(character: str) -> bool:
    if character == " ":
        return True
    font = _font(bold=True, size=20)
    return bytes(font.getmask(character)) != bytes(font.getmask("\ufffe"))
