"""The quick reader says what feedparser says, or nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from monitor.sources import feedxml
from monitor.sources.feed import parse_feed
from monitor.sources.quickfeed import quick

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/feed"
RSS_PARTS = [
    "<title>Plain</title>",
    "<title><![CDATA[<b>Bold</b> &amp; more]]></title>",
    "<title>&lt;i&gt;x&lt;/i&gt; AT&amp;amp;T</title>",
    "<link>https://a.example/1</link>", "<link> /2?a=1&amp;b=2 </link>", "<link/>",
    "<guid>https://a.example/g</guid>", '<guid isPermaLink="false">https://a.example/g</guid>', "<guid>tag:1</guid>",
    "<pubDate>Wed, 15 May 2024 08:00:00 +0200</pubDate>", "<pubDate>15 May 2024 08:00 GMT</pubDate>",
    "<pubDate>May 15, 2024</pubDate>",
    "<dc:date>2024-05-01T10:00:00+09:00</dc:date>",
    "<dc:date>2024-05-01</dc:date>",
    "<description>Short &lt;p&gt;text&lt;/p&gt;</description>",
    "<description><![CDATA[<p>350,000</p>]]></description>",
    "<content:encoded><![CDATA[<p>All of it.</p><p>More.</p>]]></content:encoded>",
    '<source url="https://www.paper.co.uk/rss">Paper</source>', "<source>Paper</source>",
    "<category>x</category>",
    "<dc:creator>Jane</dc:creator>",
    "<!-- note -->",
    '<enclosure url="x" type="audio/mp3"/>',
    "<comments>https://a.example/c</comments>",
    '<media:content url="x"><media:title>Other</media:title></media:content>',
    "<media:title>Other</media:title>", "<itunes:summary>Other</itunes:summary>", "<dc:title>Other</dc:title>",
    '<atom:link rel="self" href="https://a.example/self"/>',
    "<title>a<em>b</em></title>",
    '<description xml:lang="de">x</description>',
]  # fmt: skip
ATOM_PARTS = [
    "<title>Plain</title>",
    '<title type="html">&lt;b&gt;B&lt;/b&gt; &amp;amp; C</title>',
    '<title type="text">2 &lt; 3</title>',
    '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">X</div></title>', "<id>urn:1</id>",
    '<link href="/1"/>',
    '<link rel="alternate" type="text/html" href="https://a.example/1"/>',
    '<link rel="self" href="/s"/>',
    '<link rel="enclosure" href="/e.mp3"/>',
    "<published>2024-05-01T10:00:00Z</published>",
    "<updated>2024-05-02T10:00:00.5+01:00</updated>",
    "<updated>yesterday</updated>", "<summary>S</summary>", '<summary type="html">&lt;p&gt;S&lt;/p&gt;</summary>',
    '<content type="html">&lt;p&gt;C&lt;/p&gt;</content>',
    '<content type="text/plain">T</content>',
    '<content src="https://x.example/"/>',
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>X</p></div></content>',
    '<source><title>Paper</title><link href="https://www.paper.co.uk/"/></source>',
    "<author><name>Jane</name></author>",
    '<category term="x"/>', "<!-- note -->", '<title xml:lang="fr">F</title>',
]  # fmt: skip
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(items):
    body = "".join(f"<item>{''.join(parts)}</item>" for parts in items)
    return f'<rss version="2.0" {SPACES}><channel><title>T</title><language>en</language>{body}</channel></rss>'


def atom(items):
    body = "".join(f"<entry>{''.join(parts)}</entry>" for parts in items)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{body}</feed>'


def entries(document):
    return parse_feed(document.encode(), "application/xml", URL, now=NOW).entries


def by_feedparser(document, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(feedxml, "quick", lambda item, language: None)
        return entries(document)


def told(entry):
    """What the product uses of an entry; a guid is only kept for show."""
    return (
        entry.key,
        entry.url,
        entry.title,
        entry.summary,
        entry.content,
        entry.published,
        entry.language,
        entry.publisher,
    )


@pytest.mark.parametrize(("wrap", "parts"), [(rss, RSS_PARTS), (atom, ATOM_PARTS)])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_quick_entries_equal_feedparsers(wrap, parts, data):
    item = st.lists(st.sampled_from(parts), unique=True, max_size=7)
    document = wrap(data.draw(st.lists(item, min_size=1, max_size=3)))
    with pytest.MonkeyPatch.context() as monkeypatch:
        slow = by_feedparser(document, monkeypatch)
    assert [told(e) for e in entries(document)] == [told(e) for e in slow]


@pytest.mark.parametrize(
    "odd",
    [
        "<title>a<em>b</em></title>", "<title>a</title><title>b</title>", "<pubDate>yesterday</pubDate>",
    "<dc:title>x</dc:title>",
    "<pubDate>Thu, 18 Jan 0000 18:00:00 GMT</pubDate>",
    '<title xml:lang="de">x</title>',
        "<pubDate>Wed, 99 May 2024 08:00:00 GMT</pubDate>",
    ],
)  # fmt: skip
def test_what_only_feedparser_knows_is_left_to_it(odd):
    item = etree.fromstring(f"<rss {SPACES}><item>{odd}</item></rss>")[0]
    assert quick(item, None) is None


def test_plain_and_odd_items_keep_their_order():
    feed = rss(
        [
            ["<title>one</title>"],
            ["<title>t<em>w</em>o</title>"],
            ["<title>three</title>"],
            ["<title>f<b>o</b>ur</title>"],
        ]
    )
    assert [e.title for e in entries(feed)] == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    "root", ['<rss xml:base="https://b.example/">', '<rss><channel xml:base="https://b.example/">', "<unknown><rss/>"]
)
def test_a_base_set_around_the_items_is_feedparsers_business(root):
    assert not feedxml.plain_root(etree.fromstring(root + "</x>", etree.XMLParser(recover=True)))
