"""Commands change feeds.yaml without touching what the user wrote around it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.document import parse, plain
from monitor.config.edit import EditError, add_feed, set_enabled, write_atomically
from monitor.config.values import feed_id

URL = "https://a.example/f"


def urls_of(data: bytes) -> list[str]:
    root, problems = parse(data)
    assert root is not None
    assert problems == ()
    return [item if isinstance(item, str) else item["url"] for item in plain(root)["feeds"]]


def test_a_new_feed_goes_below_the_last_one_and_above_the_next_section() -> None:
    above, below = b"# top\nfeeds:\n  - https://a.example/f  # mine\n", b"\n  # and soon:\n\n# who\nalerts: []\n"
    assert add_feed(above + below, {"url": "https://b.example/f"}) == above + b"  - https://b.example/f\n" + below


def test_a_feed_with_more_to_say_becomes_a_mapping_with_what_needs_quotes_in_quotes() -> None:
    after = add_feed(b"feeds:\n- https://a.example/f", {"url": "https://b.example/#x", "name": "B: the second"})
    assert after == b'feeds:\n- https://a.example/f\n- {url: "https://b.example/#x", name: "B: the second"}'


def test_feeds_are_paused_and_resumed_in_every_way_they_can_be_written() -> None:
    before = b"""feeds:
  - https://a.example/f    # bare
  - {url: "https://b.example/f", name: B}  # in braces
  - url: https://c.example/f
    # a block
    name: C
  - {url: https://d.example/f, enabled: true, kind: press}
"""
    urls = ["https://a.example/f", "https://b.example/f", "https://c.example/f", "https://d.example/f"]
    ids = [feed_id(url) for url in urls]
    paused = set_enabled(before, ids, enabled=False)
    assert (
        paused
        == b"""feeds:
  - {url: "https://a.example/f", enabled: false}    # bare
  - {url: "https://b.example/f", name: B, enabled: false}  # in braces
  - enabled: false
    url: https://c.example/f
    # a block
    name: C
  - {url: https://d.example/f, enabled: false, kind: press}
"""
    )
    assert set_enabled(paused, ids, enabled=True) == paused.replace(b"false", b"true")


def test_line_ends_and_byte_order_mark_stay_as_they_were() -> None:
    before = b"\xef\xbb\xbffeeds:\r\n- https://a.example/f\r\n"
    assert add_feed(before, {"url": "https://b.example/f"}) == before + b"- https://b.example/f\r\n"


@pytest.mark.parametrize("before", [b"feeds: [https://a.example/f]\n", b"feeds: {a: 1}\n", b"feeds:\n\t- x", b""])
def test_a_file_that_cannot_be_changed_safely_is_left_alone_with_a_word_why(before: bytes) -> None:
    with pytest.raises(EditError, match=r"by hand|put them right first"):
        add_feed(before, {"url": URL})


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=20)


@given(
    names=st.lists(WORDS, min_size=1, max_size=4),
    comment=st.sampled_from(["", "  # a: b", "\n\n# - {x"]),
    tail=st.sampled_from(["", "\n", "\nalerts: []\n", "\n# end\npolling:\n  every: 1h\n"]),
)
def test_whatever_is_added_can_be_read_back(names: list[str], comment: str, tail: str) -> None:
    data = f"feeds:\n  - {URL}{comment}{tail}".encode()
    for index, name in enumerate(names):
        data = add_feed(data, {"url": f"https://b.example/{index}", "name": name})
    assert urls_of(data) == [URL, *(f"https://b.example/{index}" for index in range(len(names)))]
    root, _ = parse(data)
    assert root is not None
    assert [item["name"] for item in plain(root)["feeds"][1:]] == names


def test_writing_replaces_the_file_whole_and_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    target = tmp_path / "real.yaml"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link = tmp_path / "feeds.yaml"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert (target.read_bytes(), target.stat().st_mode & 0o777, link.is_symlink()) == (b"new", 0o640, True)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["feeds.yaml", "real.yaml"]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "feeds.yaml"
    target.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(target, b"new")
    assert list(tmp_path.iterdir()) == [target]
