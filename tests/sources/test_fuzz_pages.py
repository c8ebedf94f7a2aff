"""Whatever bytes a page, a list of links or robots.txt serves: clean text, or a refusal in words, in linear time."""

from datetime import UTC, datetime

import pytest
from examples import examples
from growth import assert_grows_with_length_only, assert_takes_less_than
from hypothesis import given
from hypothesis import strategies as st
from wounds import TOKENS, wounded

from monitor.core.types.feeds import Article, Entry
from monitor.sources.address import split_url
from monitor.sources.article import cheap_text, extract_article
from monitor.sources.discover import LINKS, find_feeds
from monitor.sources.domain import publisher_of
from monitor.sources.errors import NoText
from monitor.sources.jobs import ARTICLE
from monitor.sources.sanitise import clean_line, clean_text
from monitor.sources.workers import Bounds

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/story?id=1"
LINE = "Meta will own 350,000 Nvidia H100 accelerators by the end of 2024, its chief said, {} – 35万 & more."
PARAGRAPHS = [f"<p>{LINE.format(word)}</p>" for word in ("first", "second", "third", "fourth", "fifth")]
NEWS = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Story</title><base href="/a/">
<link rel="canonical" href="https://news.example/story"><meta property="og:title" content="Meta's story">
<meta name="date" content="2024-05-14T10:00:00+02:00">
<link rel="alternate" type="application/rss+xml" title="All news" href="feed.xml">
<script type="application/ld+json">{{"@type": ["NewsArticle"], "headline": "H", "datePublished": "2024-05-14",
"articleBody": "{LINE.format("ld")}"}}</script><style>p {{color: red}}</style></head>
<body><nav><a href="/">Home</a></nav><article><h1>Story</h1>{"".join(PARAGRAPHS)}
<div style="display:none">111,000 chips</div><table><tr><th>Year<td>2024<tr><th>GW<td>1.5</table>
<blockquote>Quoted &ldquo;words&rdquo; &#8212; &#x1F4A5;</blockquote><ul><li>one<li>two</ul></article>
<!-- note --><footer>&copy; 2024</footer><noscript>444,000</noscript></body></html>"""
OLD = f"<HTML><BODY BGCOLOR=white><FONT SIZE=2>{'<BR><BR>'.join(PARAGRAPHS)}<TABLE><TR><TD>x</TABLE></FONT>"
XHTML = f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de"><head><title>T</title></head><body><div>{"".join(PARAGRAPHS)}
<svg><title>x</title></svg></div></body></html>"""
PAGES = {"news": NEWS, "old": OLD, "xhtml": XHTML}
ENCODINGS = (
    "utf-8 utf-8-sig utf-16 utf-16-be utf-32 latin-1 cp1251 koi8-r shift_jis gb18030 big5 euc-kr iso2022_jp".split()
)
TYPES = [
    "",
    "text/html",
    "text/html; charset=utf-16",
    'application/xhtml+xml; charset="gb2312"',
    "text/plain",
    "a/b;\x00",
]
ENTRY = Entry("k", "g", URL, "Title", "What it says.", "", datetime(2024, 5, 1, tzinfo=UTC), "en", "paper.example")


def read(body: bytes, content_type: str = "", entry: Entry | None = None) -> Article | None:
    """The article, held to what every reader of it relies on; None if there was none, in words."""
    try:
        article = extract_article(body, content_type, URL, now=NOW, entry=entry)
    except NoText as error:
        words = str(error)
    else:
        return sound(article)
    assert words.startswith("https://news.example/story?")
    assert len(words) < 700
    assert words.isprintable()
    return None


def sound(article: Article) -> Article:
    assert ARTICLE.loads(ARTICLE.dumps(article)) == article  # it crosses the pipe of a worker whole
    assert article.text
    assert article.text == clean_text(article.text)
    assert article.title == clean_line(article.title)
    assert article.canonical_url
    assert split_url(article.canonical_url)
    assert publisher_of(article.canonical_url) == publisher_of(URL)
    assert article.published is None or datetime(1995, 1, 1, tzinfo=UTC) <= article.published <= NOW
    return article


def seen(body: bytes, content_type: str = "") -> None:
    """As an article with and without an entry, as a text for the gate, and as a page that may announce feeds."""
    read(body, content_type)
    assert read(body, content_type, ENTRY) is not None  # the feed's own words stand in for a page without any
    visible = cheap_text(body, content_type)
    assert visible == clean_text(visible)
    found = find_feeds(body, content_type, URL)
    assert LINKS.loads(LINKS.dumps(found)) == found
    for link in found:
        assert split_url(link.url)
        assert link.title == clean_line(link.title)


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_that_are_mutilated_here_are_sound_before(name):
    article = read(PAGES[name].encode(), "text/html")
    assert article is not None
    for word in ("first", "second", "third", "fourth", "fifth"):
        assert word in article.text
    assert not [hidden for hidden in ("111,000", "444,000") if hidden in article.text]


@pytest.mark.parametrize("name", PAGES)
@given(data=st.data())
@examples(40)
def test_a_page_with_wounds_is_read_or_refused_in_words(name, data):
    seen(data.draw(wounded(PAGES[name].encode())))


@given(
    name=st.sampled_from(sorted(PAGES)),
    encoding=st.sampled_from(ENCODINGS),
    said=st.sampled_from([*ENCODINGS, "rot13", "nope"]),
    kind=st.sampled_from(TYPES),
)
@examples(40)
def test_a_page_in_any_encoding_whatever_is_said_of_it_is_read_or_refused_in_words(name, encoding, said, kind):
    seen(PAGES[name].replace("utf-8", said).encode(encoding, "replace"), kind)


@given(pieces=st.lists(st.sampled_from(TOKENS) | st.binary(max_size=8), max_size=40), kind=st.sampled_from(TYPES))
@examples(60)
def test_any_pieces_of_markup_in_a_row_are_read_or_refused_in_words(pieces, kind):
    seen(b"".join(pieces), kind)
    seen(NEWS.encode().replace(b"third", b"".join(pieces)), kind)


@given(
    name=st.sampled_from(sorted(PAGES)),
    unit=st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3).map(b"".join),
    at=st.floats(0, 1),
)
@examples(12)
def test_a_wound_ten_times_as_long_costs_about_ten_times_as_much(name, unit, at):
    """All but the extraction itself: trafilatura takes elements out one by one, and each time copies what follows."""
    body = PAGES[name].encode()
    place = int(at * len(body))

    def work(times: int) -> None:
        long = body[:place] + unit * times + body[place:]
        cheap_text(long, "text/html")
        find_feeds(long, "text/html", URL)

    assert_grows_with_length_only(work, short=1_000, long=10_000)
    long = body[:place] + unit * 10_000 + body[place:]
    assert_takes_less_than(Bounds().seconds, lambda: read(long, "text/html"))


@pytest.mark.parametrize("hidden", ["<script></script>", "<p hidden>x</p>", "<b style='display:none'>x</b>", "<svg/>"])
def test_text_between_ten_times_as_many_hidden_elements_costs_ten_times_as_much(hidden):
    def work(times: int) -> None:
        text = cheap_text(f"<body>{(hidden + ' seen ') * times}".encode(), "text/html")
        assert text.split() == ["seen"] * times

    assert_grows_with_length_only(work, short=1_000, long=10_000)
