"""Whatever stands in an OPML file: its web feeds are in feeds.yaml afterwards and nothing else is, or a refusal."""

from pathlib import Path

from examples import examples
from growth import assert_grows_with_length_only
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from wounds import TOKENS, wounded

from monitor.commands.opml import _document, _new, _outlines
from monitor.config.edit import add_feeds
from monitor.config.load import load_text
from monitor.core.errors import FigurewatchError

BEFORE = b"# mine\nfeeds:\n  - {url: https://a.example/f, name: First, tags: [x]}  # the first\n\nalerts: []\n"
KNOWN = load_text(BEFORE, Path("/etc/feeds.yaml"), {}).feeds
FILE = Path("list.opml")
OPML = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="News &amp; more" title="News"><outline text="A: b, {c} #d" type="rss" xmlUrl="https://b.example/f?a=1&amp;b=2"
 htmlUrl="https://b.example/" category="/x/y,z"/></outline>
<outline text="Größe 数" xmlurl="http://c.example:8080/feed"/><outline text="no feed"/>
<outline xmlUrl="file:///etc/passwd"/><outline text="again" xmlUrl="https://b.example/f?a=1&amp;b=2"/>
</body></opml>
""".encode()


def imported(data: bytes) -> list[str] | None:
    """The addresses that an import adds; None if the file was refused, in words."""
    try:
        found = list(_outlines(data, FILE))
    except FigurewatchError as error:
        words = str(error)
    else:
        return added(found)
    assert words.startswith("list.opml: ")
    assert words.isprintable()
    return None


def added(found: list) -> list[str]:
    new = list(_new(found, KNOWN))
    text = add_feeds(BEFORE, new)
    config = load_text(text, Path("/etc/feeds.yaml"), {})
    assert [feed.url for feed in config.feeds] == ["https://a.example/f", *(feed["url"] for feed in new)]
    for line in BEFORE.split(b"\n"):
        assert line in text.split(b"\n")
    return [feed["url"] for feed in new]


def added_to(data: bytes) -> bytes:
    return add_feeds(BEFORE, _new(_outlines(data, FILE), KNOWN))


def test_the_list_that_is_mutilated_here_is_sound_before() -> None:
    assert imported(OPML) == ["https://b.example/f?a=1&b=2", "http://c.example:8080/feed"]


@given(st.data())
@examples(60)
def test_a_list_with_wounds_is_imported_or_refused_in_words(data: st.DataObject) -> None:
    imported(data.draw(wounded(OPML)))


@given(st.lists(st.sampled_from(TOKENS) | st.binary(max_size=8), max_size=30).map(b"".join))
@example(b"<![CDATA[")  # libxml2's message would run over two lines
@examples(60)
def test_any_pieces_of_markup_in_a_row_are_imported_or_refused_in_words(pieces: bytes) -> None:
    imported(pieces)
    imported(b"<opml><body>" + pieces + b"</body></opml>")


CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
WORDS = st.text(CHARACTERS, max_size=20) | st.sampled_from(["true", "null", "1e3", "- x", "a: b", "#", "${HOME}", "'"])
ADDRESSES = st.sampled_from(["https://{}.example/f", "http://x.example/{}", "{}", "https://x.example/?q={}#a"])


@given(
    st.lists(
        st.tuples(
            ADDRESSES,
            st.text(CHARACTERS, max_size=8),
            st.dictionaries(st.sampled_from(["text", "title", "category"]), WORDS),
        ),
        max_size=6,
    )
)
@examples(80)
def test_any_names_and_addresses_are_imported_as_they_stand(outlines: list) -> None:
    root = etree.Element("opml")
    folder = etree.SubElement(root, "outline", text="Folder, with: signs")
    for address, word, others in outlines:
        etree.SubElement(folder, "outline", {"xmlUrl": address.format(word), **others})
    imported(etree.tostring(root))


def test_feeds_of_one_name_are_told_apart_by_their_hosts() -> None:
    outlines = "".join(
        f'<outline text="{name}" xmlUrl="{url}"/>'
        for name, url in (
            ("News", "https://b.example/1"),
            ("news", "https://b.example/2"),
            ("News", "https://b.example/3"),
            ("first", "https://www.c.example/"),
        )
    )
    config = load_text(added_to(f"<opml>{outlines}</opml>".encode()), Path("/etc/feeds.yaml"), {})
    assert [feed.name for feed in config.feeds] == [
        "First",
        "News",
        "news (b.example)",
        "b.example/3",
        "first (www.c.example)",
    ]


def test_what_is_exported_comes_back_when_it_is_imported() -> None:
    feeds = load_text(added_to(OPML), Path("/etc/feeds.yaml"), {}).feeds
    again = list(_outlines(_document(feeds).encode(), FILE))
    assert [(feed["url"], feed.get("name"), tuple(feed.get("tags", ()))) for feed in again] == [
        (feed.url, feed.name, feed.tags) for feed in feeds
    ]


def test_ten_times_the_list_takes_about_ten_times_as_long() -> None:
    def work(count: int) -> None:
        outlines = "".join(f'<outline text="F {n}" xmlUrl="https://b.example/{n}"/>' for n in range(count))
        assert len(imported(f"<opml>{outlines}</opml>".encode()) or ()) == count

    assert_grows_with_length_only(work, short=100, long=1_000)
