import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import process_time

import feedparser
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.schedule import Hints
from monitor.sources.entries import entry_key, identity_link
from monitor.sources.errors import DocumentError, NotAFeed, TooHard
from monitor.sources.feed import NeedsWorker, parse_feed

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/feed.xml"
SY = '<sy:{0} xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">{1}</sy:{0}>'


def read(body, content_type="application/xml", **more):
    return parse_feed(body.encode() if isinstance(body, str) else body, content_type, URL, now=NOW, **more)


def rss(*items, head="", pre=""):
    return f'{pre}<rss version="2.0"><channel><title>News</title><link>/</link>{head}{"".join(items)}</channel></rss>'


def item(title="Cluster doubled", link="https://news.example/a", more=""):
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def test_an_rss_item_becomes_an_entry():
    feed = read(
        rss(
            item(more="<guid>g1</guid><pubDate>Wed, 15 May 2024 08:00:00 +0200</pubDate>"
                 "<description>&lt;p&gt;Now &lt;b&gt;350&lt;/b&gt; thousand&lt;/p&gt;</description>"
                 '<source url="https://www.paper.example/rss">The Paper</source>'),
            head="<language>en-GB</language>",
        )
    )  # fmt: skip
    (entry,) = feed.entries
    assert (feed.kind, feed.title, feed.link, feed.language, feed.total) == (
        "rss",
        "News",
        "https://news.example/",
        "en-gb",
        1,
    )
    assert (entry.guid, entry.url, entry.title) == ("g1", "https://news.example/a", "Cluster doubled")
    assert (entry.summary, entry.content, entry.language) == ("Now 350 thousand", "", "en-gb")
    assert entry.published == datetime(2024, 5, 15, 6, tzinfo=UTC)
    assert entry.publisher == "www.paper.example"


def test_an_atom_entry_keeps_its_full_content_and_the_link_of_the_page():
    feed = read(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Blog</title>
        <link rel="self" href="/atom"/><link href="https://blog.example/"/>
        <entry><id>urn:1</id><title type="text">2 &lt; 3</title><link rel="enclosure" href="/x.mp3"/>
        <link href="/posts/1"/><updated>2024-05-01T00:00:00Z</updated><summary>kurz</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>lang</p><script>x()</script></div></content>
        </entry></feed>"""
    )
    (entry,) = feed.entries
    assert (feed.kind, feed.link, feed.language) == ("atom", "https://blog.example/", "de")
    assert (entry.title, entry.url, entry.summary, entry.content) == (
        "2 < 3",
        "https://news.example/posts/1",
        "kurz",
        "lang",
    )
    assert entry.published == datetime(2024, 5, 1, tzinfo=UTC)


def test_rss_1_keeps_its_items_beside_the_channel():
    feed = read(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>K</title></channel>
        <item><title>一</title><link>https://news.example/1</link><dc:date>2024-05-02T00:00:00+09:00</dc:date></item></rdf:RDF>"""
    )
    assert [(e.title, e.published) for e in feed.entries] == [("一", datetime(2024, 5, 1, 15, tzinfo=UTC))]


def test_a_json_feed_is_read():
    body = {
        "version": "https://jsonfeed.org/version/1.1", "title": "J",
        "home_page_url": "https://j.example/", "language": "pt-BR",
        "items": [
            {"id": 7, "url": "/a", "title": "A", "content_html": "<p>350 mil</p>",
             "date_published": "2024-05-02T00:00:00-03:00"},
            {"id": "8", "content_text": "no title, no link", "language": "es"}, "junk",
        ],
    }  # fmt: skip
    feed = read(json.dumps(body), "application/feed+json")
    assert (feed.kind, feed.title, feed.link, feed.total) == ("json", "J", "https://j.example/", 2)
    assert [(e.guid, e.url, e.title, e.content, e.language) for e in feed.entries] == [
        ("7", "https://news.example/a", "A", "350 mil", "pt-br"), ("8", None, "", "no title, no link", "es"),
    ]  # fmt: skip
    assert feed.entries[0].published == datetime(2024, 5, 2, 3, tzinfo=UTC)
    again = read(json.dumps(body), known=feed.items[:1])
    assert [e.guid for e in again.entries] == ["8"]


def test_only_unseen_items_are_read_again():
    first = read(rss(item("one", "/1"), item("two", "/2")))
    second = read(rss(item("three", "/3"), item("one", "/1"), item("two", "/2")), known=first.items)
    assert [e.title for e in second.entries] == ["three"]
    assert second.total == 3
    assert set(first.items) < set(second.items)


def test_a_feed_with_nothing_new_is_not_parsed(monkeypatch):
    first = read(rss(item("one", "/1"), head="<ttl>90</ttl>"))
    monkeypatch.setattr(feedparser, "parse", None)
    second = read(rss(item("one", "/1"), head="<ttl>90</ttl>"), known=first.items)
    assert (second.entries, second.title, second.hints) == ((), "News", first.hints)


@given(st.sets(st.integers(0, 9)), st.lists(st.integers(0, 9), unique=True))
@settings(max_examples=25, deadline=None)
def test_reading_what_is_new_equals_reading_everything_and_leaving_out_the_old(old, document):
    items = [
        item(f"Title &amp; <![CDATA[<b>{n}</b>]]>", f"/s/{n}", f"<guid>{n}</guid><description>d{n}</description>")
        for n in range(10)
    ]
    before = read(rss(*(items[n] for n in sorted(old))))
    whole = read(rss(*(items[n] for n in document)))
    fresh = read(rss(*(items[n] for n in document)), known=before.items)
    known = {e.key for e in before.entries}
    assert fresh.entries == tuple(e for e in whole.entries if e.key not in known)
    assert fresh.items == whole.items


def test_three_stories_under_one_guid_are_three_entries():
    stories = [item(f"Story {n}", f"/{n}", "<guid>same</guid>") for n in "abc"]
    assert len({e.key for e in read(rss(*stories)).entries}) == 3


def test_one_story_under_a_new_guid_and_tracker_at_each_poll_is_one_entry():
    first, second = (
        read(
            rss(
                item(
                    link=f"http://www.news.example/a/?utm_source=rss&amp;fbclid={n}&amp;id=5", more=f"<guid>{n}</guid>"
                )
            )
        )
        for n in "ab"
    )
    assert first.items != second.items
    assert [e.key for e in first.entries] == [e.key for e in second.entries]


def test_counters_in_the_summary_make_no_new_entry_but_another_title_does():
    one, two, three = (
        read(rss(item(title, more=f"<description>{n} comments</description>"))).entries[0].key
        for n, title in ((1, "T"), (2, "T"), (2, "T corrected"))
    )
    assert one == two != three


def test_items_without_link_are_told_apart_by_their_words():
    feed = read(
        rss(
            "<item><title>350,000</title></item>",
            "<item><title>600,000</title></item>",
            "<item><title>350,000</title></item>",
        )
    )
    assert [e.title for e in feed.entries] == ["350,000", "600,000"]


def test_two_texts_under_one_title_and_link_are_two_entries():
    same = [item("Update", more=f"<description>{text}</description>") for text in ("at noon", "at dusk", "at noon")]
    assert [e.summary for e in read(rss(*same)).entries] == ["at noon", "at dusk"]


def test_items_that_all_link_to_the_front_page_are_told_apart_by_their_words():
    same = [item("Update", "https://news.example", f"<description>{text}</description>") for text in ("noon", "dusk")]
    keys = [read(rss(one)).entries[0].key for one in same]
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("http://a.example/x/", "https://www.a.example/x"),
        ("https://a.example/x?id=1&utm_campaign=z", "https://a.example/x?gclid=9&id=1"),
        ("https://a.example:443/x", "https://a.example/x"),
    ],
)
def test_links_that_differ_in_nothing_but_wrapping_are_one(a, b):
    assert identity_link(a) == identity_link(b)


def test_unknown_parameters_and_anchors_tell_stories_apart():
    assert len({identity_link(f"https://a.example/x{end}") for end in ("", "?p=1", "?p=2", "#post-3")}) == 4


def test_case_width_and_spaces_of_a_title_are_no_identity():
    assert entry_key("Ａ  B", "https://a.example/x", "") == entry_key("a b", "https://a.example/x", "")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Wed, 15 May 2024 10:00:00 GMT", datetime(2024, 5, 15, 10, tzinfo=UTC)),
        ("Wed, 15 May 2024 22:00:00 GMT", NOW),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Thu, 18 Jan 0000 18:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1e400", None),
        ("昨日", None),
        ("", None),
    ],
)
def test_a_date_is_never_in_the_future_and_an_absurd_one_is_none(date, expected):
    assert read(rss(item(more=f"<pubDate>{date}</pubDate>"))).entries[0].published == expected


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/x", "https://news.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("http://a.example/" + "a" * 20_000, None),
        ("http://[broken/", None),
    ],
)
def test_only_web_links_are_kept_and_the_entry_always_is(link, url):
    (entry,) = read(rss(item(link=link))).entries
    assert (entry.title, entry.url) == ("Cluster doubled", url)


def test_a_guid_that_is_no_address_is_no_link():
    (entry,) = read(rss("<item><title>T</title><guid>12345</guid></item>")).entries
    assert entry.url is None


def test_titles_are_one_short_line_of_plain_text():
    (entry,) = read(rss(item("&lt;script&gt;alert(1)&lt;/script&gt;Meta&#10;ERROR x " + "long " * 9_000))).entries
    assert entry.title.startswith("Meta ERROR x long")
    assert len(entry.title) <= 1_000


def test_control_characters_do_not_cost_the_feed():
    (entry,) = read(rss(item("Meta \x00\x07\x1b[31m350,000"))).entries
    assert entry.title == "Meta 350,000"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY a "expanded">]>',
        "<!DOCTYPE rss [<!ENTITY a '>]> expanded'><!-- ]> \" -->]>",
        '<!DOCTYPE rss SYSTEM "http://127.0.0.2:1/a.dtd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!doctype rss [<!ENTITY a "expanded"',
        "<!DOCTYPE rss [" + '<!ENTITY b "' + "x" * 100_000 + '">' + "]>",
    ],
)
def test_entities_are_neither_declared_nor_expanded_nor_fetched(declaration):
    body = rss(item("[&a;]"), pre='<?xml version="1.0"?>' + declaration)
    for document in (body.encode(), body.encode("utf-16")):
        titles: list[str] = []
        with suppress(DocumentError):
            titles = [e.title for e in read(document).entries]
        assert titles in (["[&a;]"], [])


def test_xinclude_is_not_followed():
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert read(rss(f"<item><title>{include}Meta</title></item>")).entries[0].title == "Meta"


def test_a_bare_ampersand_and_html_entities_are_put_right():
    feed = read(
        rss(
            item(
                "AT&T &amp; R&D&nbsp;&mdash; caf&eacute; &#8364;",
                more="<description><![CDATA[a &nbsp; b & c]]></description>",
            )
        )
    )
    assert [(e.title, e.summary) for e in feed.entries] == [("AT&T & R&D — café €", "a b & c")]
    assert feed.problems == ()


def test_broken_xml_still_gives_what_can_be_saved_and_says_so():
    feed = read(rss("<item><title>350,000 <br> chips</title><link>/a</link></item>"))
    assert [e.title for e in feed.entries] == ["350,000 chips"]
    assert "XML is broken" in feed.problems[0]


def test_of_a_document_that_breaks_off_only_whole_items_are_used():
    whole = rss(item("one", "/1"), item("two", "/2"), item("three", "/3"))
    assert [e.title for e in read(whole[: whole.index("three") + 3]).entries] == ["one", "two"]


def test_words_before_the_xml_do_not_hide_a_feed():
    assert len(read("\ufeff\n<!-- cache --><b>Warning</b>: x in y.php\n" + rss(item())).entries) in {0, 1}
    assert len(read("\n\n  " + rss(item(), pre='<?xml version="1.0"?>\n')).entries) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!doctype html><html><body><form>Please log in</form></body></html>", "web page, not a feed.*discover"),
        ("<html><body><p>&lt;rss&gt; explained</p></body></html>", "web page"),
        ("<opml><body/></opml>", "OPML.*import"),
        ("<urlset></urlset>", "sitemap"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "no feed"),
        ("", "empty"),
        (" \n\t", "empty"),
        ("Service unavailable", "no feed"),
        ('{"error": "x"}', "no JSON Feed"),
        ("[1, 2]", "no JSON Feed"),
        ("{", "JSON is broken"),
        ("[" * 100_000, "JSON is broken"),
        ("<rss>", "XML is broken"),
    ],
)
def test_what_is_no_feed_fails_in_words_that_help(body, words):
    with pytest.raises(NotAFeed, match=words) as caught:
        read(body)
    assert str(caught.value).startswith(URL)


def test_a_real_feed_without_items_is_no_error():
    assert read(rss()).entries == ()


def test_nesting_beyond_reason_is_refused_at_once():
    with pytest.raises(TooHard):
        read(rss(item(more="<description>" + "<b>" * 50_000 + "</b>" * 50_000 + "</description>")))


def test_only_the_first_thousand_of_countless_items_are_read():
    feed = read(rss(*(item(f"Story {n}", f"/{n}") for n in range(1_200))))
    assert [feed.entries[0].title, len(feed.entries), feed.total] == ["Story 0", 1_000, 1_200]
    assert "first 1000 of 1200" in feed.problems[0]


@pytest.mark.parametrize(
    ("head", "hints"),
    [
        ("", Hints()),
        ("<ttl>90</ttl>", Hints(timedelta(minutes=90))),
        ("<ttl>99999999</ttl>", Hints(timedelta(days=1))),
        ("<ttl>soon</ttl>", Hints()),
        ("<skipHours><hour>0</hour><hour>24</hour><hour>x</hour></skipHours>", Hints(None, frozenset({0}))),
        ("<skipDays><day>Sunday</day><day>Someday</day></skipDays>", Hints(None, frozenset(), frozenset({6}))),
        (SY.format("updatePeriod", " daily ") + SY.format("updateFrequency", "4"), Hints(timedelta(hours=6))),
        (SY.format("updatePeriod", "hourly") + SY.format("updateFrequency", "0"), Hints(timedelta(hours=1))),
    ],
)  # fmt: skip
def test_what_a_feed_says_of_its_rhythm_is_understood(head, hints):
    assert read(rss(item(), head=head)).hints == hints


def test_with_a_budget_small_sound_news_are_read_here_and_the_rest_is_passed_on():
    small = rss(item())
    assert len(read(small, budget=2_000).entries) == 1
    big = rss(*(item(f"Story {n} " + "with more words " * 2, f"/{n}") for n in range(240)))
    with pytest.raises(NeedsWorker):
        read(big, budget=2_000)
    assert read(big, budget=2_000, known=read(big).items).entries == ()
    odd = [item(f"Story {n}", f"/{n}", "<pubDate>yesterday</pubDate>") for n in range(60)]
    assert len(read(rss(*odd[:9]), budget=2_000).entries) == 9
    with pytest.raises(NeedsWorker):
        read(rss(*odd), budget=2_000)
    with pytest.raises(NeedsWorker):
        read(rss("<item><title>a<br>b</title></item>"), budget=2_000)
    with pytest.raises(NeedsWorker):
        read(big + " " * 200_000, budget=2_000)
    with pytest.raises(NeedsWorker):
        read(json.dumps({"items": [{"title": "x" * 3_000}]}), budget=2_000)


@given(st.binary(max_size=300), st.sampled_from(["", "application/rss+xml", "text/html; charset=utf-16"]))
def test_noise_is_refused_in_words(noise, content_type):
    for body in (noise, b"<rss><channel><item><title>" + noise, b'{"items": [' + noise, b"<feed><entry>" + noise):
        with suppress(DocumentError):
            read(body, content_type)


@pytest.mark.parametrize(
    "filling",
    [
        " ",
        "\n",
        "<",
        "&",
        "<!--",
        "<![CDATA[",
        "]]>",
        "<item>",
        '"',
        "&amp;",
        "<?xml ",
        "<a b='",
        "<b>",
        "]",
        "- ",
        "<!doctype [",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{}", "<html>{}", "<rss><channel><item><title>{}", "<!DOCTYPE rss [{}]><rss/>", '{{"items":["{}']
)
def test_no_end_of_anything_takes_no_more_than_seconds(frame, filling):
    body = frame.format(filling * (300_000 // len(filling)))
    started = process_time()
    with suppress(DocumentError):
        read(body)
    assert process_time() - started < 5


def test_a_document_type_quoted_in_a_story_stays_a_quote():
    story = item(
        more="<description><![CDATA[Start with <code>&lt;!DOCTYPE html&gt;</code> <!DOCTYPE x> first.]]></description>"
    )
    (entry,) = read(rss(story, item("two", "/2"))).entries[:1]
    assert entry.summary == "Start with <!DOCTYPE html> first."


def test_a_forgiving_parser_sees_no_declaration_either():
    broken = 'x <!DOCTYPE rss [<!ENTITY a "expanded">]>' + rss("<item><title>a<br>&a;</title></item>")
    with suppress(NotAFeed):
        assert "expanded" not in read(broken).entries[0].title


def test_a_reference_to_what_is_no_character_costs_nothing_but_itself():
    feed = read(rss("<item><title>350,&#xD800;000&#0; H100&#1114112;</title><link>/1</link></item>"))
    assert [entry.title for entry in feed.entries] == ["350,000 H100"]
    assert feed.problems == ()
    broken = read(rss("<item><title>350,&#xD800;000<br></title><link>/1</link></item>"))
    assert [entry.title for entry in broken.entries] == ["350,000"]


def test_a_feed_of_which_feedparser_can_read_nothing_is_refused_in_words():
    with pytest.raises(NotAFeed, match=r"the XML is broken \(.*\); tell the site"):
        read(rss("<item><title>One</title><textinput</guid></item>"))  # a KeyError of feedparser's own


@pytest.mark.parametrize(
    "broken",
    [
        "<rss><channel><item><title>One</title><link</item>>/1</link></item></channel></rss>",
        '<rss xmlns:a="x\u2028y\u2028z"><channel><item><title>One</title><a:b/></item></channel></rss>',
    ],
)
def test_what_feedparser_stumbles_over_as_a_whole_is_read_item_by_item(broken):
    feed = read(broken)
    assert [entry.title for entry in feed.entries] == ["One"]
    assert "the XML is broken" in feed.problems[0]


BROKEN_ITEMS = {  # each with the words by which it is told as unread; None: what can be made out of it is read
    "a tag that ends in another's": ("<item><title>Bad</title><link</item>", None),
    "an end tag without its end": ("<item><title>Bad</title><link>/b</link</item>", None),
    "a title without an end": ("<item><title>Bad<link>/b</link></item>", "Bad /b"),
    "an item without an end": ("<item><title>Bad</title><link>/b</link>", None),
    "an attribute without a value": ("<item><title>Bad</title><guid isPermaLink=>x</guid></item>", None),
    "an attribute without an end": ('<item><title>Bad</title><enclosure url="x></enclosure><b>x</b></item>', None),
    "a section without an end": ("<item><title><![CDATA[Bad</title><link>/b</link></item>", "Bad /b"),
    "a comment without an end": ("<item><title>Bad</title><!-- off <link>/b</link></item>", None),
    "a prefix that nothing declares": ("<item><title>Bad</title><media:x/><link>/b</link></item>", None),
    "what feedparser stumbles over": ("<item><title>Bad</title><textinput</guid></item>", "Bad"),
    "nothing that could be read": ("<item><link>/b<</item>", "/b"),
}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("bad", "unread"), BROKEN_ITEMS.values(), ids=BROKEN_ITEMS)
def test_a_broken_item_costs_itself_only_and_is_told_where_it_cannot_be_read(bad, unread, place):
    more = "<description><![CDATA[<p>Meta &amp; others</p>]]></description><!-- one -->"
    good = [item("one", "/1", more), item("two", "/2", more)]
    whole = read(rss(*good, head="<language>de</language>"))
    feed = read(rss(*good[:place], bad, *good[place:], head="<language>de</language>"))
    saved = [entry.title for entry in feed.entries if entry not in whole.entries]
    assert [entry for entry in feed.entries if entry in whole.entries] == list(whole.entries)
    assert (saved, feed.unread) == ((["Bad"], ()) if unread is None else ([], (unread,)))
    assert (feed.total, feed.language, feed.whole) == (3, "de", True)
    assert feed.problems[0].startswith("the XML is broken")
    assert feed.problems[1:] == (() if unread is None else (f"an item cannot be read: “{unread}”",))
    assert set(whole.items) <= set(feed.items)


@pytest.mark.parametrize(("place", "words"), [(0, ""), (1, "Bad /b"), (2, "Bad /b")])
def test_an_item_without_a_beginning_is_told_and_costs_no_other(place, words):
    good = [item("one", "/1"), item("two", "/2")]
    feed = read(rss(*good[:place], "<title>Bad</title><link>/b</link></item>", *good[place:]))
    assert ([entry.title for entry in feed.entries], feed.unread) == (["one", "two"], (words,))


def test_items_in_a_comment_are_none_however_broken_the_document_is():
    broken = "<item><title>Bad<link>/b</link></item>"
    feed = read(
        rss(item("one", "/1"), f"<!-- {item('two', '/2')}{item('three', '/3')} -->", broken, item("four", "/4"))
    )
    assert ([entry.title for entry in feed.entries], feed.total) == (["one", "four"], 3)
    feed = read(rss(item("one", "/1"), "<!-- ", item("two", "/2"), item("three", "/3")))
    assert ([entry.title for entry in feed.entries], feed.whole) == (["one"], False)


def test_a_broken_item_is_read_when_it_is_mended_and_no_other_twice():
    good = [item("one", "/1"), item("two", "/2")]
    first = read(rss(good[0], "<item><title>Bad<link>/b</link></item>", good[1]))
    assert (first.unread, len(first.entries)) == (("Bad /b",), 2)
    second = read(rss(good[0], item("Bad", "/b"), good[1]), known=first.items)
    assert ([entry.title for entry in second.entries], second.problems) == (["Bad"], ())


def test_a_document_that_breaks_off_is_never_whole_whether_within_an_item_or_between_two():
    whole = rss(item("one", "/1"), item("two", "/2"), item("three", "/3"))
    within, between = whole[: whole.index("three") + 3], whole[: whole.index("<item><title>three")]
    for cut in (within, between):
        feed = read(cut)
        assert ([e.title for e in feed.entries], feed.whole, feed.unread) == (["one", "two"], False, ())
        assert any("breaks off" in problem for problem in feed.problems)
        assert [e.title for e in read(whole, known=feed.items).entries] == ["three"]
    assert read(whole).whole


@given(cut=st.integers(0, 700), times=st.integers(2, 5))
@examples(60)
def test_wherever_a_document_breaks_off_what_is_read_of_it_is_what_it_says_and_it_is_not_whole(cut, times):
    stories = [item(f"story {n}", f"/{n}", f"<description>{n} of them &amp; more</description>") for n in range(times)]
    document = rss(*stories)
    whole = read(document)
    with suppress(NotAFeed):
        feed = read(document[: min(cut, document.index("</channel>"))])
        assert list(feed.entries) == list(whole.entries[: len(feed.entries)])
        assert not feed.whole


def test_a_head_that_is_broken_costs_no_item_and_keeps_its_language():
    head = "<description>5 < 6<br></description><language>pt-BR</language>"
    feed = read(rss(item("one", "/1"), item("two", "/2"), head=head))
    assert [(e.title, e.language) for e in feed.entries] == [("one", "pt-br"), ("two", "pt-br")]
    assert (feed.title, feed.link, feed.language) == ("News", "https://news.example/", "pt-br")


def test_what_a_json_feed_lists_that_is_no_item_is_told():
    feed = read(json.dumps({"items": [{"id": "1", "content_text": "One"}, "Meta raises", None]}))
    assert (len(feed.entries), feed.unread) == (1, ('"Meta raises"', "null"))
    assert feed.problems == ('2 items cannot be read, the first: “"Meta raises"”',)
