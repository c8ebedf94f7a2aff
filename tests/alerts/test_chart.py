"""Charts: real PNGs of the right size, honest scales, labels that never lie over one another."""

import io
import itertools
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from alert_samples import CAPEX, EIGHT, GERMAN, HOSTILE, JAPANESE, PORTUGUESE
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from message_strategies import points
from PIL import Image

from alerts.chart import (
    HEIGHT,
    SCALE,
    WIDTH,
    _drawn,
    _font,
    _Labels,
    describe,
    draw_chart,
    fit,
    has_chart,
    place,
    short_day,
)
from alerts.message import Point
from alerts.render_email import mail_bytes
from alerts.render_html import charts
from alerts.series import MOST_POINTS, scale, spark, steps


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("item", [CAPEX, PORTUGUESE, GERMAN, HOSTILE.items[0]])
def test_a_chart_is_a_small_transparent_png(item):
    data = draw_chart(item)
    image = opened(data).convert("RGBA")
    assert image.size == (WIDTH * SCALE, HEIGHT * SCALE)
    assert image.getpixel((0, 0))[3] == 0
    assert len(data) < 12_000


def test_a_digest_to_many_readers_draws_each_of_its_charts_once():
    _drawn.cache_clear()
    mails = {mail_bytes(EIGHT, f"reader{number}@example.org", "fw@example.org") for number in range(5)}
    assert len(mails) == 5
    assert _drawn.cache_info().misses == len(charts(EIGHT)) == 5


def test_a_series_with_another_point_is_another_chart():
    longer = replace(CAPEX, points=(*CAPEX.points, Point("2025-08-01", 90e9, None, "$90bn", "guidance")))
    assert draw_chart(longer) != draw_chart(CAPEX)


def luminance(red: int, green: int, blue: int) -> float:
    parts = [value / 255 for value in (red, green, blue)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_solid_colours_stand_out_on_white_and_on_the_dark_card():
    image = opened(draw_chart(PORTUGUESE)).convert("RGBA")
    counts = {colour[:3]: count for count, colour in image.getcolors(10_000) if colour[3] > 245}
    for colour in sorted(counts, key=counts.get)[-2:]:
        mine = luminance(*colour)
        for ground in ((255, 255, 255), (0x1B, 0x1F, 0x25)):
            high, low = max(mine, luminance(*ground)), min(mine, luminance(*ground))
            assert (high + 0.05) / (low + 0.05) > 3.4


def test_the_same_item_gives_the_same_picture():
    first = draw_chart(CAPEX)
    _drawn.cache_clear()
    assert draw_chart(CAPEX) == first


def test_pillow_is_not_imported_before_a_chart_is_drawn():
    code = "import alerts.channels, sys; sys.exit(int(bool({'PIL', 'jinja2', 'css_inline'} & set(sys.modules))))"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False).returncode == 0


def test_one_point_or_none_makes_no_chart():
    assert not has_chart(JAPANESE)
    assert not has_chart(replace(CAPEX, points=CAPEX.points[:1]))
    assert spark(JAPANESE) == ""
    assert has_chart(CAPEX)


def test_points_without_a_value_or_a_day_are_not_drawn():
    bad = (
        Point("2025", 1.0, 1.0, "a", ""),
        Point("2025-01-01", None, None, "b", ""),
        Point("2025-01-02", 1e300, None, "c", ""),
    )
    assert steps(replace(CAPEX, points=bad)) == []


def test_only_the_newest_points_are_drawn_in_the_order_of_time():
    many = tuple(
        Point(f"2025-{month:02}-{day:02}", 1.0 * day, None, "x", "") for month in (2, 1) for day in range(1, 29)
    )
    drawn = steps(replace(CAPEX, points=many))
    assert len(drawn) == MOST_POINTS
    assert drawn == sorted(drawn, key=lambda step: step.day)
    assert drawn[-1].date == "2025-02-28"


def test_a_small_change_does_not_look_like_a_leap():
    floor, reach = scale(100.0, 101.0)
    assert reach == pytest.approx(20.2)
    assert floor == pytest.approx(90.4)
    assert scale(0.0, 0.0) == (-0.5, 1.0)
    assert (
        spark(
            replace(CAPEX, points=(Point("2025-01-01", 100.0, None, "", ""), Point("2025-01-02", 101.0, None, "", "")))
        )
        == "▄▅"
    )


def test_the_sparkline_climbs_with_the_values():
    assert spark(CAPEX) == "▁▆█"


@given(st.lists(points, min_size=2, max_size=30))
@examples(100)
def test_everything_stays_on_the_canvas(drawn_points):
    drawn = steps(replace(CAPEX, points=tuple(drawn_points)))
    if len(drawn) < 2:
        return
    spots = place(drawn)
    for earlier, later in itertools.pairwise(spots):
        assert earlier.x < later.x + 1e-6
    for spot in spots:
        assert 0 <= spot.x <= WIDTH
        assert -1e-6 <= spot.high <= spot.low + 1e-6 <= HEIGHT + 1


@given(st.lists(points, min_size=2, max_size=8))
@examples(15)
def test_any_series_can_be_drawn(drawn_points):
    item = replace(CAPEX, points=tuple(drawn_points))
    if has_chart(item):
        opened(draw_chart(item))
        assert describe(item).startswith("Chart of Capital expenditure, 2025: ")


class Pen:
    """Remembers what is written."""

    def __init__(self):
        self.words = []

    def text(self, _place, words, **_):
        self.words.append(words)


def test_a_label_with_no_room_left_is_not_written():
    pen = Pen()
    labels = _Labels(pen)
    font = _font(bold=False, size=26)
    for _ in range(3):
        labels.write("$64bn", font, 100, (40, 70))
    labels.write("outside", font, 100, (-30, HEIGHT))
    assert pen.words == ["$64bn", "$64bn"]


def test_labels_use_characters_that_the_font_has():
    font = _font(bold=True, size=30)
    assert fit("₩1.5tn €2–3bn ≥ 5", font) == "₩1.5tn €2–3bn >= 5"
    assert fit("13万", font) == "13?"
    assert fit("−$5bn", font) == "-$5bn"
    assert fit("x" * 200, font).endswith("…")
    assert fit("", font) == ""


def test_the_chart_is_told_in_words():
    assert describe(CAPEX) == (
        "Chart of Capital expenditure, 2025: 30 Oct 24 over $50bn; 24 Jan 25 $60–65bn; 30 Apr 25 $64–72bn"
    )
    assert short_day("2025-04-03") == "3 Apr 25"
