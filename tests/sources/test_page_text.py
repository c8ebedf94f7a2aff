"""Charsets, cleaning and HTML to text."""

import re
from time import process_time

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.sources import markup, sanitise
from monitor.sources.charset import decode
from monitor.sources.markup import plain_text
from monitor.sources.sanitise import clean_line, clean_text, clean_xml

CHINESE = "扎克伯格说公司的新数据中心有35万个加速器，噙嗞"
JAPANESE = "新しいデータセンターには35万枚の加速器が入る。社長が述べた。" * 4
KOREAN = "새 데이터 센터에는 가속기 35만 개가 들어간다고 밝혔다. " * 4
RUSSIAN = "В новом центре обработки данных будет 350 тысяч ускорителей. " * 4


@pytest.mark.parametrize(
    ("text", "charset", "header"),
    [
        (CHINESE, "utf-8", "text/xml; charset=iso-8859-1"),
        (CHINESE, "utf-8-sig", "text/xml; charset=gb2312"),
        (CHINESE, "gb18030", "text/xml; charset=gb2312"),
        (CHINESE, "gb18030", 'text/xml; charset="GBK"'),
        (CHINESE, "utf-16", "text/xml; charset=utf-8"),
        ("<rss>" + CHINESE, "utf-16-le", ""),
        ("<?xml " + CHINESE, "utf-16-be", ""),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS"),
        (JAPANESE, "iso2022_jp", "text/html; charset=ISO-2022-JP"),
        (JAPANESE, "euc_jp", "text/html; charset=euc-jp"),
        (KOREAN, "euc_kr", "text/html; charset=EUC-KR"),
        ("café “350” – über", "cp1252", "text/html; charset=ISO-8859-1"),
        (RUSSIAN, "koi8-r", "text/html; charset=koi8-r"),
    ],
)
def test_text_is_read_in_the_charset_it_is_really_in(text, charset, header):
    assert decode(text.encode(charset), header) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [(JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (KOREAN, "cp949"), (CHINESE * 3, "gb18030"), (RUSSIAN, "cp1251")],
)
def test_a_wrong_declaration_is_seen_through(text, charset):
    page = f'<html><head><meta charset="utf-8"></head><body>{text}</body></html>'
    assert text in decode(page.encode(charset), "text/html")


def test_the_documents_own_declaration_is_used_when_the_header_has_none():
    assert "é" in decode(b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>')
    assert "é" in decode(b'<html><meta http-equiv="Content-Type" content="text/html; charset=latin1">\xe9')


def test_a_few_damaged_bytes_do_not_turn_a_text_into_another_charset():
    assert decode(CHINESE.encode() + b"\xff" + CHINESE.encode()) == f"{CHINESE}\ufffd{CHINESE}"


@pytest.mark.parametrize("name", ["utf-7", "rot13", "zip", "hex", "idna", "unicode_escape", "nonsense", "mbcs"])
def test_a_codec_that_is_no_charset_is_not_used(name):
    assert decode(b"a+ADw-b\xff \\u0041", f"text/html; charset={name}").startswith("a+ADw-b")


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_decode_without_an_exception(body, header):
    decode(body, header)
    decode(b"\x80" * 20 + body, header)


def test_a_line_is_one_line_without_controls_fillers_and_direction_tricks():
    dirty = " Meta\r\nBcc: x\x00\x07\u202e 3\u20605\u200b0,000\u2028H100\ud800 "
    assert clean_line(dirty) == "Meta Bcc: x 350,000 H100"


def test_windows_quotes_that_came_as_controls_are_quotes():
    assert clean_line("don\x92t \x93x\x94 \x81") == "don’t “x”"
    assert plain_text("<p>don&#146;t</p>") == "don’t"


def test_a_line_ends_at_its_limit_with_a_sign_of_it():
    assert clean_line("Meta " * 2_000_000) == "Meta " * 199 + "Meta…"
    assert len(clean_line("x" * 5_000)) == 1_000


def test_joiners_that_words_are_spelt_with_stay():
    assert clean_line("می‌خواهد क्‍ष") == "می‌خواهد क्‍ष"


def test_paragraphs_stay_apart_and_spaces_fall_together():
    assert clean_text("a  b\t c\r\n\r\n\r\n d \ne") == "a b c\n\nd\ne"
    assert clean_text("a b c", 2) == "a"


def test_colours_of_a_terminal_and_forbidden_characters_leave_xml():
    assert clean_xml("a\x1b[31mb\x00c\ufffe\td\n") == "abc\td\n"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text):
    line = clean_line(text, 50)
    assert clean_line(line, 50) == line
    assert len(line) <= 50
    line.encode()
    clean_text(text).encode()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("AT&amp;T &lt; 5", "AT&T < 5"),
        ("a < b and 3 > 2", "a < b and 3 > 2"),
        ("<p>one<p>two", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<b>35</b>0,000", "350,000"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>b{}</style>c<noscript>d</noscript>", "ac"),
        ("<img src=x onerror=alert(1)>c", "c"),
        ("a<!-- 999,000 -->b", "ab"),
        ('<i style="display:none">999</i> seen', "seen"),
        ('<i style="DISPLAY : NONE !important">999</i> seen', "seen"),
        ("<i hidden>999</i> seen", "seen"),
        ('<i style="font-size:0">999</i> seen', "seen"),
        ('<i style="font-size:0.0px;">999</i> seen', "seen"),
        ('<i style="visibility:hidden">999</i> seen', "seen"),
        ('<i style="position:absolute;left:-9999px">999</i> seen', "seen"),
        ('<i style="opacity:0">999</i> seen', "seen"),
        ('<i style="height:0;overflow:hidden">999</i> seen', "seen"),
        ('<i style="opacity:0.5">999</i> seen', "999 seen"),
        ('<i style="opacity:0;transform:translateY(20px)">999</i> seen', "999 seen"),
        ('<i style="visibility:hidden; animation-name: fade">999</i> seen', "999 seen"),
        ('<i style="transition: opacity 1s; opacity: 0.0">999</i> seen', "999 seen"),
        ('<i style="display:none;transition:all 1s">999</i> seen', "seen"),
        ('<i style="opacity:0;text-transform:none">999</i> seen', "seen"),
        ('<i style="font-size:0.8em">999</i> seen', "999 seen"),
        ('<i style="min-height:0">999</i> seen', "999 seen"),
        ('<i style="margin:0">999</i> seen', "999 seen"),
        ("<td>a</td><td>b</td>", "a\n\nb"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup, text):
    assert plain_text(markup) == text


@given(st.text(alphabet="<>&;/!-= \"'abps\n", max_size=200))
def test_no_markup_raises(markup):
    plain_text(markup)


@pytest.mark.parametrize(
    "unit",
    [
        "<script></script>x", "<i hidden></i>x", "<b>", "<div>", "<a>", "<table>", "<p><b>", "<!--", "<![CDATA[",
        '<a b="', "<", "<select>", "<svg>", "&a", "\n ", " \n", "\u200b",
        '<i style="opacity:' + "0" * 900 + 'x">x</i>', '<i style="' + "left:-9;" * 100 + '">x</i>',
        '<i style="display' + " " * 900 + '">x</i>', '<i style="' + "; " * 450 + '">x</i>',
    ],
)  # fmt: skip
def test_no_end_of_any_markup_takes_more_than_moments(unit):
    started = process_time()
    plain_text("<p>" + unit * (200_000 // len(unit)))
    assert process_time() - started < 2


@pytest.mark.parametrize("control", ["&#27;", "&#x1;", "&#x0B", "\x1b", "\x0b", "&#0;", "&#xFFFF;"])
def test_a_control_character_in_a_page_costs_itself_only(control):
    assert plain_text(f"<p>350,000{control} chips<br>&#8364;5bn</p><script>x</script>{control} more") == (
        "350,000 chips\n€5bn\nmore"
    )


def test_a_reference_to_no_character_at_all_is_no_fault():
    assert plain_text("<p>one &#x110000; two &#99999999; three</p>").startswith("one")


ODD = " \n\r\t\u3000\x00\x07\x1b\x85\x92\xa0\xad\u200b\u2028\ufffe\ud800\U000e0041ab\u00e9[3m\u6f22"


def slowly(text: str, limit: int) -> str:
    """clean_text without its short cuts: each pattern over the whole text."""
    flat = text[: limit * 2].replace("\r\n", "\n").replace("\r", "\n")
    flat = re.sub(r" {2,}", " ", re.sub(r"[^\S\n ]", " ", sanitise._wanted(flat)))
    flat = re.sub(r" ?\n ?(?:\n ?)+", "\n\n", flat)
    return flat.replace(" \n", "\n").replace("\n ", "\n").strip()[:limit].rstrip()


@given(st.text(alphabet=ODD, max_size=60), st.sampled_from([5, 30, 1000]))
@examples(300)
def test_short_cuts_of_cleaning_change_nothing(text, limit):
    assert clean_text(text, limit) == slowly(text, limit)
    plain = re.sub("\x1b\\[[0-9;?]{0,16}[A-Za-z]", "", text)
    assert clean_xml(text) == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", plain)


def test_nothing_unwanted_is_printable():
    odd = [
        char for char in map(chr, range(0x110000)) if sanitise._UNWANTED.match(char) or sanitise._ODD_SPACE.match(char)
    ]
    assert not [char for char in odd if char.isprintable()]


def test_references_to_forbidden_characters_cannot_be_nested_into_one():
    assert plain_text("<p>a&#&#7;7;b</p>") == "a&#7;b"
    assert plain_text("<p>Me&#0;ta</p>") == "Meta"


@given(st.lists(st.tuples(st.sampled_from("<> ="), st.integers(0, 4000)), max_size=12))
def test_no_long_tag_is_overlooked(parts):
    html = "".join(f"{mark}a{' b=' * (length // 3)}" for mark, length in parts)
    assert markup._has_long_tag(html) or not markup._LONG_TAG.search(html)


def test_a_tag_with_hundreds_of_attributes_is_read_without_them():
    attributes = "".join(f" a{number}='x'" for number in range(600))
    assert markup.text_by_tree(f"<p{attributes}>Meta</p>") == "Meta"
    assert markup.text_by_tree(f"<p title='{'x y ' * 2000}'>Meta</p>") == "Meta"


def test_a_page_of_nothing_has_no_tree():
    assert markup.parse_html("") is None


def test_an_older_parser_that_refuses_an_empty_page_has_no_tree_either(monkeypatch):
    def refuse(_text, _parser):
        raise etree.XMLSyntaxError("Document is empty", 1, 1, 1)

    monkeypatch.setattr(markup.etree, "fromstring", refuse)
    assert markup.parse_html("") is None
