"""Whatever bytes a feed's address serves: sound entries, or a refusal in words, and nothing new at the second look."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from examples import examples
from growth import assert_grows_with_length_only
from hypothesis import example, given
from hypothesis import strategies as st
from wounds import TOKENS, wounded

from monitor.sources.address import split_url
from monitor.sources.entries import ParsedFeed
from monitor.sources.errors import DocumentError
from monitor.sources.feed import NeedsWorker, parse_feed
from monitor.sources.jobs import FEED
from monitor.sources.sanitise import clean_line, clean_text

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/feed"
LINE = "Meta will own 350,000 H100 by the end of 2024 &amp; spend $37bn – Größe, 数, число, رقم, 35万."
RSS2 = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>News</title><link>https://news.example/</link><language>en-us</language><ttl>30</ttl>
<skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<item><title>One &lt;b&gt;bold&lt;/b&gt;</title><link>/1</link><guid isPermaLink="false">g1</guid>
<pubDate>Tue, 14 May 2024 08:00:00 +0200</pubDate><description><![CDATA[<p>{LINE}</p>]]></description>
<source url="https://paper.example/rss">Paper</source></item>
<item><title>Two</title><link>https://news.example/2?utm_source=x</link><dc:date>2024-05-13T10:00:00Z</dc:date>
<content:encoded><![CDATA[<div><p>{LINE}</p></div>]]></content:encoded></item>
<item><title>Three<br/>lines</title><guid>https://news.example/3</guid><pubDate>May 12, 2024</pubDate></item>
</channel></rss>"""
RSS1 = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link></channel>
<item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link>
<dc:date>2024-05-13T10:00:00+09:00</dc:date><description>{LINE}</description></item></rdf:RDF>"""
RSS091 = f"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">
<rss version="0.91"><channel><title>Old</title><link>https://news.example/</link><description>d</description>
<item><title>One</title><link>https://news.example/1</link><description>{LINE}</description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://news.example/a/">
<title type="html">News &amp;amp; more</title><id>urn:x</id><updated>2024-05-14T10:00:00Z</updated>
<link rel="self" href="/feed"/><link href="https://news.example/"/>
<entry><title>One</title><id>urn:1</id><link href="1"/><published>2024-05-14T10:00:00.5+01:00</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LINE}</p></div></content></entry>
<entry xml:lang="fr"><title type="text">2 &lt; 3</title><id>urn:2</id><link rel="alternate" href="/2"/>
<updated>yesterday</updated><summary type="html">&lt;p&gt;{LINE}&lt;/p&gt;</summary>
<source><title>Paper</title><link href="https://www.paper.example/"/></source></entry></feed>"""
ATOM03 = f"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title mode="escaped">Old</title>
<entry><title>One</title><id>tag:1</id><link rel="alternate" type="text/html" href="https://news.example/1"/>
<issued>2024-05-14T10:00:00Z</issued><content mode="escaped">{LINE}</content></entry></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "home_page_url": "https://news.example/",
        "language": "en",
        "items": [
            {"id": 1, "url": "https://news.example/1", "title": "One", "content_html": f"<p>{LINE}</p>"},
            {"id": "2", "external_url": "/2", "content_text": LINE, "date_published": "2024-05-14T10:00:00+02:00"},
        ],
    },
    indent=1,
)
FEEDS = {"rss2": RSS2, "rss1": RSS1, "rss091": RSS091, "atom": ATOM, "atom03": ATOM03, "json": JSON}
ENCODINGS = "utf-8 utf-8-sig utf-16 utf-16-be utf-32 latin-1 cp1252 koi8-r shift_jis gb18030 big5 euc-kr".split()
TYPES = ["", "application/xml", "text/xml; charset=utf-8", "text/html; charset=utf-16", 'x; charset="gb2312"', "\x00;"]


def read(body: bytes, content_type: str = "", **more) -> ParsedFeed | None:
    """The feed, held to what every reader of it relies on; None if it was refused, in words."""
    try:
        feed = parse_feed(body, content_type, URL, now=NOW, **more)
    except DocumentError as error:
        words = str(error)
    else:
        return sound(feed)
    assert words.startswith("https://news.example/feed: ")
    assert len(words) < 700
    assert words.isprintable()
    return None


def sound(feed: ParsedFeed) -> ParsedFeed:
    assert FEED.loads(FEED.dumps(feed)) == feed  # it crosses the pipe of a worker whole
    assert len({entry.key for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        for line in (entry.title, entry.guid or "", entry.publisher or ""):
            assert line == clean_line(line)
        for text in (entry.summary, entry.content):
            assert text == clean_text(text)
        assert entry.url is None or split_url(entry.url)
        assert entry.published is None or datetime(1995, 1, 1, tzinfo=UTC) <= entry.published <= NOW
    return feed


def seen(body: bytes, content_type: str = "") -> None:
    """Read twice: the second time there is no news. Read within bounds: the same, or not here."""
    first = read(body, content_type)
    if first is None:
        return
    assert first == read(body, content_type)
    again = read(body, content_type, known=frozenset(first.items))
    assert again is not None
    if first.items:
        assert again.entries == ()
    with suppress(NeedsWorker):
        assert read(body, content_type, budget=32 * 1024) == first


@pytest.mark.parametrize("name", FEEDS)
def test_the_feeds_that_are_mutilated_here_are_sound_before(name):
    feed = read(FEEDS[name].encode())
    assert feed is not None
    assert "350,000" in "".join(entry.summary + entry.content for entry in feed.entries)
    assert feed.problems == ()


@pytest.mark.parametrize("name", FEEDS)
@given(data=st.data())
@examples(60)
def test_a_feed_with_wounds_is_read_or_refused_in_words(name, data):
    seen(data.draw(wounded(FEEDS[name].encode())))


@pytest.mark.parametrize("name", FEEDS)
@given(encoding=st.sampled_from(ENCODINGS), said=st.sampled_from([*ENCODINGS, "rot13", "nope"]), data=st.data())
@examples(40)
def test_a_feed_in_any_encoding_whatever_is_said_of_it_is_read_or_refused_in_words(name, encoding, said, data):
    text = FEEDS[name].replace('encoding="utf-8"', f'encoding="{said}"')
    body = text.encode(encoding, "replace")
    cut = data.draw(st.integers(0, 3)) and len(body)
    seen(body[: cut or data.draw(st.integers(0, len(body)))], data.draw(st.sampled_from(TYPES)))


@given(pieces=st.lists(st.sampled_from(TOKENS) | st.binary(max_size=8), max_size=40), kind=st.sampled_from(TYPES))
@examples(100)
def test_any_pieces_of_markup_in_a_row_are_read_or_refused_in_words(pieces, kind):
    seen(b"".join(pieces), kind)
    seen(b"<rss><channel><item>" + b"".join(pieces), kind)
    seen(b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>' + b"".join(pieces) + b"</entry></feed>", kind)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.just("https://news.example/1"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
KEYS = "id url external_url title summary content_html content_text date_published date_modified language".split()


@given(
    items=st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES, max_size=5),
    head=st.dictionaries(st.sampled_from(["title", "home_page_url", "language", "version"]), VALUES),
)
@example(items=[{"id": 10**400, "title": 1e308}], head={})
@examples(100)
def test_a_json_feed_of_any_values_is_read_or_refused_in_words(items, head):
    seen(json.dumps({**head, "items": items}).encode())


@pytest.mark.parametrize("before", ['{"items": [', '{"items": [{"id": ', '{"title": '])
def test_a_json_feed_nested_to_any_depth_is_read_or_refused_in_words(before):
    for depth in range(300, 1_100):
        seen(f"{before}{'[' * depth}{']' * depth}{'}' if before.count('{') > 1 else ''}]}}".encode())


@pytest.mark.parametrize("name", FEEDS)
@given(unit=st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3).map(b"".join), data=st.data())
@examples(5)
def test_a_wound_ten_times_as_long_costs_about_ten_times_as_much(name, unit, data):
    body = FEEDS[name].encode()
    at = data.draw(st.integers(0, len(body)))

    def work(times: int) -> None:
        read(body[:at] + unit * times + body[at:])

    assert_grows_with_length_only(work, short=1_000, long=10_000)
