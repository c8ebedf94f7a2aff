"""Whatever stands in feeds.yaml, the answer is a configuration or a list of mistakes."""

from pathlib import Path

import pytest
from growth import assert_grows_with_length_only, assert_takes_less_than
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, ConfigError
from monitor.config.load import load_text

SHIPPED = (Path(__file__).parents[2] / "feeds.yaml").read_bytes()
ENV = {"HOME": "/home/somebody", "A": "a secret with spaces", "B_FILE": "/nowhere"}
PIECES = st.sampled_from(
    "feeds: |- https://a.example/f|{|}|[|]|:|: |, |#|'|\"|>|&a |*a|!!python/object:os.system |alerts:|name: x|email: |"
    "smtp: |password: |${A}|${B}|${|schedule: |at: |08:30|\t|? |---|%YAML 1.1|<<: |1e999|0x1f|null|~|\u2028|💥|\ufeff|"
    "min_percent: |every: 99999999999999999999d|&b |headers: |metrics: |..|polling: |\n|\n  |\n  - ".split("|")
)


def outcome(data: bytes) -> Config | ConfigError:
    try:
        return load_text(data, Path("/etc/figurewatch/feeds.yaml"), ENV)
    except ConfigError as error:
        for line in error.lines() or ("",):
            name, row, column, words = line.split(":", 3)
            assert (name, row.isdigit(), column.isdigit()) == ("feeds.yaml", True, True)
            assert "; " in words
            assert "\n" not in line
            assert "a secret with spaces" not in line
        return error


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    outcome(data)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_pieces_of_yaml(text: str) -> None:
    outcome(text.encode("utf-8"))


@given(st.integers(0, len(SHIPPED)), st.integers(0, 40), st.lists(PIECES, max_size=3).map("".join))
def test_the_shipped_file_with_a_wound(at: int, length: int, text: str) -> None:
    outcome(SHIPPED[:at] + text.encode() + SHIPPED[at + length :])


@pytest.mark.parametrize(
    "unit", [b"  - https://a.example/%d\n", b"# %d\n", b"  - {url: https://a.example/%d, tags: [x, y, z], nope: 1}\n"]
)
def test_ten_times_the_file_takes_about_ten_times_as_long(unit: bytes) -> None:
    def work(count: int) -> None:
        outcome(b"feeds:\n  - https://b.example/\n" + b"".join(unit % number for number in range(count)))

    assert_grows_with_length_only(work, short=200, long=2_000)


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b"{a: " * 50_000, b"- " * 50_000, b"a: |\n" + b" " * 100_000, b'"' + b"\\" * 99_999]
)
def test_a_bomb_is_refused_quickly(data: bytes) -> None:
    assert isinstance(outcome(data), ConfigError)
    assert_takes_less_than(10, lambda: outcome(data))
