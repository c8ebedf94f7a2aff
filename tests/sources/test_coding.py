import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.coding import Body, CodingError, TooMuch


def read(data, coding="gzip", limit=1 << 20, step=1_000, cut=False):
    body = Body(coding, limit, cut=cut)
    for start in range(0, len(data), step):
        body.add(data[start : start + step])
    return body.finish()


@given(st.binary(max_size=20_000), st.integers(1, 5_000))
def test_gzip_comes_out_as_it_went_in_however_it_is_chopped(data, step):
    assert read(gzip.compress(data), step=step) == data


def test_a_long_run_is_read_to_its_last_byte():
    data = b"a" * 900_001
    assert read(gzip.compress(data), step=3) == data


def test_members_follow_one_another_and_padding_is_ignored():
    assert read(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0") == b"one two"


def test_an_empty_body_is_empty_whatever_it_claims():
    assert read(b"") == b""


def test_plain_bytes_that_claim_to_be_gzip_are_taken_as_they_are():
    assert read(b"<rss/>") == b"<rss/>"


def test_a_bomb_stops_at_the_limit():
    bomb = gzip.compress(b"A" * (64 << 20))
    with pytest.raises(TooMuch):
        read(bomb, limit=1 << 20)


def test_a_cut_body_ends_exactly_at_the_limit():
    assert read(gzip.compress(b"abc" * 1_000), limit=100, cut=True) == (b"abc" * 34)[:100]
    assert read(b"abcdef", "", limit=4, cut=True) == b"abcd"


def test_plain_bytes_are_counted_too():
    with pytest.raises(TooMuch):
        read(b"x" * 101, "identity", limit=100)


@pytest.mark.parametrize("keep", [1, 9, 12, 200, -1, -8])
def test_half_a_gzip_is_an_error(keep):
    with pytest.raises(CodingError, match="too early"):
        read(gzip.compress(bytes(range(256)) * 4)[:keep])


def test_damaged_gzip_is_an_error():
    data = bytearray(gzip.compress(b"hello hello hello hello"))
    data[15] ^= 0xFF
    with pytest.raises(CodingError):
        read(bytes(data))


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip;q=1", "compress"])
def test_a_coding_nobody_asked_for_is_an_error(coding):
    with pytest.raises(CodingError, match="not asked for"):
        Body(coding, 100)


@given(st.binary(max_size=2_000))
def test_noise_behind_a_gzip_mark_never_raises_anything_else(noise):
    with suppress(CodingError, TooMuch):
        read(b"\x1f\x8b\x08\x00" + noise)
