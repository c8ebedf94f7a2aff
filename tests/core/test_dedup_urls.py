"""One address for one page."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.dedup import canonical_url, without_trackers

SAME = [
    # scheme, case, port, trailing slash, fragment
    ("HTTP://Example.com:80/News/1/", "https://example.com/News/1"),
    ("https://example.com:443", "https://example.com/"),
    ("https://example.com/a#comments", "https://example.com/a"),
    ("https://example.com/#!/story/5", "https://example.com/#!/story/5"),
    # trackers go, what may be the article stays
    ("https://example.com/a?utm_source=x&id=7&fbclid=abc&UTM_medium=y", "https://example.com/a?id=7"),
    ("https://example.com/?p=2365", "https://example.com/?p=2365"),
    ("https://example.com/a?ref=rss&source=feed", "https://example.com/a"),
    ("https://example.com/a?ref=12345", "https://example.com/a?ref=12345"),
    ("https://example.com/a?source=reuters-8841", "https://example.com/a?source=reuters-8841"),
    ("https://example.com/show.asp?seq=203&pages=vl", "https://example.com/show.asp?pages=vl&seq=203"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a?&&x=1", "https://example.com/a?x=1"),
    # www, mobile, AMP
    ("https://www.example.co.uk/a", "https://example.co.uk/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://amp.example.com/a", "https://example.com/a"),
    ("https://en.m.wikipedia.org/wiki/Llama", "https://en.wikipedia.org/wiki/Llama"),
    ("https://example.com/2024/09/30/story/amp/", "https://example.com/2024/09/30/story"),
    ("https://example.com/2024/story/?amp=1", "https://example.com/2024/story"),
    ("https://example.com/story.amp.html", "https://example.com/story.html"),
    ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/story?x=1", "https://example.com/story?x=1"),
    ("https://www.google.com/amp/s/example.com/story/amp", "https://example.com/story"),
    ("https://www.google.com/url?q=https://example.com/a%3Fid%3D3&sa=U", "https://example.com/a?id=3"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa&h=AT0", "https://example.com/a"),
    # escapes
    ("https://example.com/%7euser/%e4%b8%ad", "https://example.com/~user/%E4%B8%AD"),
    ("https://example.com/中", "https://example.com/%E4%B8%AD"),
    ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
    ("https://example.com/index.html", "https://example.com/"),
    # wrappers that name no page, or one that is none
    ("https://www.google.com/url?sa=U", "https://google.com/url?sa=U"),
    ("https://www.google.com/search?q=https://a.example", "https://google.com/search?q=https://a.example"),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fa.example%252Fx",
        "https://a.example/x",
    ),
    ("https://192.168.1.1/a", "https://192.168.1.1/a"),
]


@pytest.mark.parametrize(("url", "canonical"), SAME)
def test_addresses_of_one_page_are_one(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://m.de/a", "https://de/a"),
        ("https://news.example.com/a", "https://example.com/a"),
        ("https://example.com/amplifier", "https://example.com/lifier"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://news.google.com/rss/articles/CBMiabc", "https://news.google.com/rss/articles/CBMixyz"),
        ("https://example.com/camp", "https://example.com/c"),
    ],
)
def test_addresses_of_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "not a url", "mailto:a@example.com", "http://[::1", "https:///path", "//x", "https://a.example:99999/"],
)
def test_what_is_no_web_address_comes_back_as_it_is(text: str) -> None:
    assert canonical_url(text) == text.strip()


def test_wrappers_within_wrappers_are_opened_only_so_deep() -> None:
    url = "https://a.example/x"
    for _ in range(4):
        url = "https://l.facebook.com/l.php?u=" + quote(url, safe="")
    assert canonical_url(url) == "https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx"


def test_a_host_that_is_no_name_stays_as_it_is() -> None:
    assert canonical_url(f"https://{'ä' * 80}.example/a") == f"https://{'ä' * 80}.example/a"


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    canonical_url(text)
    canonical_url("https://example.com/" + text)


paths = st.text(alphabet="abcXYZ019-_.~/%?&=#!+ äß中", max_size=40)


@given(paths)
def test_a_canonical_address_is_its_own(path: str) -> None:
    once = canonical_url(f"https://www.example.com/{path}")
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("had", "shown"),
    [
        ("http://www.paper.example/a?utm_source=rss&id=7&fbclid=x#top", "http://www.paper.example/a?id=7#top"),
        ("https://paper.example/a?utm_medium=feed", "https://paper.example/a"),
        ("https://paper.example/a?b=2&a=%c3%a4", "https://paper.example/a?b=2&a=%c3%a4"),
        ("https://paper.example/a?", "https://paper.example/a?"),
        ("urn:figurewatch:entry:1?utm_source=rss", "urn:figurewatch:entry:1?utm_source=rss"),
        ("https://[half?utm_source=rss", "https://[half?utm_source=rss"),
    ],
)
def test_a_link_to_show_is_the_one_that_was_had_without_its_trackers(had: str, shown: str) -> None:
    assert without_trackers(had) == shown
