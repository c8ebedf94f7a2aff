"""Charts of cost against size as plain SVG: logarithmic axes, a line a series, its name at its end."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

Points = Sequence[tuple[float, float]]
COLOURS = ("#0b6e99", "#c4451c", "#3d8b37", "#7a4fa3", "#a8780b", "#5b6770", "#c2347e")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 740, 340, 64, 210, 40, 44


def ticks(low: float, high: float) -> list[float]:
    """Powers of ten around the range, with 2 and 5 where it is short."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    parts = (1, 2, 5) if last - first < 3 else (1,)
    found = [part * 10.0**power for power in range(first, last + 1) for part in parts]
    return [one for one in found if low * 0.7 <= one <= high * 1.4]


def number(value: float) -> str:
    """1000000 -> 1M."""
    for bound, mark in ((1e6, "M"), (1e3, "k")):
        if value >= bound:
            return f"{value / bound:g}{mark}"
    return f"{value:.3g}"


def positive(series: Mapping[str, Points]) -> dict[str, list[tuple[float, float]]]:
    """What has a place on logarithmic axes."""
    kept = {name: [(x, y) for x, y in points if x > 0 and y > 0] for name, points in series.items()}
    return {name: points for name, points in kept.items() if points}


def lines(title: str, across: str, up: str, series: Mapping[str, Points], dashed: Mapping[str, Points] = {}) -> str:
    """The chart of several lines, and of dashed ones in the colours of those of the same names.

    Values that are not positive are left out.
    """
    kept, beside = positive(series), positive(dashed)
    every = [point for points in (*kept.values(), *beside.values()) for point in points]
    xs, ys = [x for x, _ in every], [y for _, y in every]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys) / 1.5, max(ys) * 1.5
    x1 = x1 if x1 > x0 else x0 * 10

    def px(x: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log(x / x0) / math.log(x1 / x0))

    def py(y: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log(y / y0) / math.log(y1 / y0))

    parts = [_open(title)]
    for value in (one for one in ticks(y0, y1) if y0 <= one <= y1):
        y = py(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" class="right">{number(value)}</text>')
    under = HEIGHT - BOTTOM + 18
    parts += [f'<text x="{px(one):.1f}" y="{under}" class="middle">{number(one)}</text>'
              for one in ticks(x0, x1) if x0 <= one <= x1]  # fmt: skip
    names = []
    for (name, points), colour in zip(kept.items(), COLOURS * 9, strict=False):
        for some, dashes in ((points, ""), (beside.get(name, ()), ' stroke-dasharray="5 4"')):
            path = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in some)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts += [f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        names.append((py(points[-1][1]), name, colour))
    parts += _names(names)
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{escape(across)}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 8}" class="faint">{escape(up)}</text></svg>\n')
    return "".join(parts)


def _names(names: list[tuple[float, str, str]]) -> list[str]:
    """The names beside the ends of their lines, moved apart where they would cover each other."""
    made, last = [], -100.0
    for at, name, colour in sorted(names):
        y = max(at, last + 15)
        last = y
        made.append(f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4:.1f}" style="fill:{colour}">{escape(name)}</text>')
    return made


def bars(title: str, up: str, values: Mapping[str, float]) -> str:
    """The chart of one value a name, upright."""
    top = max(values.values()) * 1.1
    wide = (WIDTH - LEFT - 20) / len(values)
    parts = [_open(title)]
    for place, (name, value) in enumerate(values.items()):
        x, tall = LEFT + place * wide, (HEIGHT - TOP - BOTTOM) * value / top
        foot, middle = HEIGHT - BOTTOM, x + wide / 2
        parts.append(f'<rect x="{x + wide * 0.15:.1f}" y="{foot - tall:.1f}" width="{wide * 0.7:.1f}" '
                     f'height="{tall:.1f}" fill="{COLOURS[0]}"/>')  # fmt: skip
        parts.append(f'<text x="{middle:.1f}" y="{foot + 18}" class="middle">{escape(name)}</text>')
        parts.append(f'<text x="{middle:.1f}" y="{foot - tall - 5:.1f}" class="middle faint">{value:.3g}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 8}" class="faint">{escape(up)}</text></svg>\n')
    return "".join(parts)


def _open(title: str) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
            "<style>text{font:12px sans-serif;fill:#222}.right{text-anchor:end}"
            ".middle{text-anchor:middle}.faint{fill:#667}.title{font-weight:bold;font-size:14px}"
            f'.grid{{stroke:#e2e6ea}}</style><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
            f'<text x="{LEFT}" y="18" class="title">{escape(title)}</text>')  # fmt: skip


def save(path: Path, chart: str) -> None:
    """Write a chart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(chart, encoding="utf-8")
