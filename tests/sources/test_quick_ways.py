"""Beside every long way from a feed to an entry stands a quick one for what is plain: it may only be quicker."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from monitor.core.dedup import canonical_url
from monitor.sources.address import split_url
from monitor.sources.entries import clean_link
from monitor.sources.markup import plain_text, text_by_tree
from monitor.sources.place import _slowly, is_absolute, place_of
from monitor.sources.quickfeed import quick
from monitor.sources.quickmarkup import quick_text
from monitor.sources.sanitise import clean_line, clean_text, clean_xml

WORDS = (
    "Capex",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "60–65",
    "\u00a0",
    "\u200b",
    "\u200d",
    "é",
    "数字",
    "\u2028",
    ".",
    "\x85",
)
PIECES = (
    "<p>", "</p>", '<p class="x">', '<p style="display:none">', "<p >", "<br>", "<br/>", "<br />", "<b>", "</b>",
    '<a href="https://a.example/?a=1">', '<a href="x" hidden="">', "<a href='x'>", "</a>", "<em>", "</em>", "<span>",
    "</span>", '<img src="x" alt="gone"/>', '<img src="x">', "<div>", "</div>", "<ul>", "<li>", "<!-- no -->", "<P>",
    "&amp;", "&lt;", "&#8217;", "&#146;", "&#0;", "&#55296;", "&nbsp;", "&euro;", "&amp", "&bogus;", "<", "&", ">", '"',
    "<script>", "</script>", *WORDS,
)  # fmt: skip
WRITTEN = (
    "<p>One.</p>", "<p>One.</p>\n<p>Two.</p>", "<p>One <a href=\"x\">two</a> three.</p>", "<p>One<br/>two.</p>",
    '<p><img src="x"/>One.</p>', '<p class="lead"><strong>One</strong> two</p>', "AT&amp;T", "one <b>two</b> three",
    '<a href="x"><img src="y"></a> one', "<p>5&nbsp;% &#8211; &lt;b&gt;</p>", "<p></p><p>One</p>", "<br>One",
)  # fmt: skip


@pytest.mark.parametrize("markup", WRITTEN)
def test_what_most_summaries_look_like_takes_no_tree(markup):
    assert quick_text(markup) is not None
    assert plain_text(markup) == text_by_tree(markup)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WRITTEN) | st.sampled_from(PIECES) | st.text(max_size=3), max_size=7).map("".join))
@example("<p>a</p>" * 3)
@example("one <p>two</p>")
@example("<p><b>one</p><p>two</b></p>")
@example('<p>one <a href="x">two</p>')
def test_markup_read_at_sight_is_what_the_tree_says(markup):
    assert plain_text(markup, 5_000) == (
        text_by_tree(markup, 5_000) if re.search("[<&]", markup) else clean_text(markup)
    )


@given(st.lists(st.sampled_from(WORDS) | st.characters(), max_size=12).map("".join))
def test_a_text_that_looks_clean_is_what_cleaning_makes_of_it(text):
    unclean = text + "\ufeff"  # which every cleaning takes out, and which no quick way knows
    assert clean_text(text) == clean_text(unclean)
    assert clean_text(text, len(text) // 2 + 1) == clean_text(unclean, len(text) // 2 + 1)
    assert clean_line(text) == clean_line(unclean)


@given(st.text(st.characters() | st.sampled_from("\x00\x08\x1b\x1f\ufffe\uffff\ud800"), max_size=20))
def test_only_what_xml_forbids_is_taken_out(text):
    left = clean_xml(text)
    etree.fromstring(f"<a>{left.replace('&', '').replace('<', '')}</a>")
    if not re.search("\x1b\\[", text):
        assert left == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


SCHEMES = ("http://", "https://", "HTTPS://", "ftp://", "//", "")
HOSTS = (
    "a.example", "www.a.example", "m.a.example", "en.m.wikipedia.org", "127.0.0.1", "A.example", "a.example.", ".",
    "amp.a.example", "www.co.uk", "a-.cdn.ampproject.org", "u:p@a.example", "[::1]", "google.com", "ä.example", "a..b",
)  # fmt: skip
PORTS = ("", ":80", ":443", ":8080", ":0", ":080", ":65536", ":99999", ":")
PATHS = (
    "", "/", "//", "/a/b", "/a/b/", "/a//b", "/x/amp", "/x.amp.html", "/AMP/", "/index.html", "/a/index.php", "/%7ea",
    "/a;b", "/a;", "/url", "/c/s/b.example/x", "/../x", "/ä", "/a b", "/a:b@c,d!e", "/a\\b", "/a'(b)",
)  # fmt: skip
TAILS = ("", "?", "?a=1", "?b=2&a=1", "?utm_source=x", "#", "#top", "?a=1#x", "?a?b", "?a;b", "?q=https://b.example/x")
addresses = st.builds(
    lambda *parts: "".join(parts), *map(st.sampled_from, (SCHEMES, HOSTS, PORTS, PATHS, TAILS))
)  # fmt: skip


@settings(max_examples=500)
@given(addresses)
def test_an_address_known_at_sight_is_the_one_that_taking_it_apart_gives(url):
    parts = split_url(url)
    assert place_of(url) == (None if parts is None else _slowly(parts))


@settings(max_examples=500)
@given(addresses, st.sampled_from(["https://a.example/feed", "http://b.example:81/x/y?z", "http://a.example"]))
def test_a_link_known_as_absolute_is_what_joining_it_gives(link, base):
    if is_absolute(link):
        assert split_url(link)
        assert link == urljoin(base, link) == clean_link(link, base)


@settings(max_examples=500)
@given(addresses)
def test_a_plain_address_folds_to_what_any_other_does(url):
    if "#" not in url:
        assert canonical_url(url) == canonical_url(f"{url}#").removesuffix("#")


dates = st.builds(
    "{}{} {} {} {:02}:{:02}{} {}".format,
    st.sampled_from(("", "Wed, ", "Foo, ")),
    st.integers(0, 40),
    st.sampled_from(("Jan", "Feb", "Dec", "Foo")),
    st.sampled_from((1900, 1999, 2024, 2099)),
    st.integers(0, 24),
    st.integers(0, 60),
    st.sampled_from(("", ":00", ":59", ":60")),
    st.sampled_from(("GMT", "UT", "UTC", "Z", "+0000", "-0000", "+0530", "-1145", "+0090", "+2400", "-9900")),
)


@settings(max_examples=300)
@given(dates)
def test_a_date_read_at_sight_is_what_the_standard_library_says(text):
    entry = quick(etree.fromstring(f"<rss><item><pubDate>{text}</pubDate></item></rss>")[0], None)
    try:
        at = parsedate_to_datetime(text)
        said = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError):
        said = None
    assert (entry.published if entry else None) == said


def test_dates_come_out_in_utc():
    item = etree.fromstring("<rss><item><pubDate>Wed, 15 May 2024 01:00:00 +0200</pubDate></item></rss>")[0]
    entry = quick(item, None)
    assert entry is not None
    assert entry.published == datetime(2024, 5, 14, 23, tzinfo=UTC)
