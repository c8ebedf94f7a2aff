"""The shared words: kinds, subjects, dates, links."""

import re
from dataclasses import replace

import pytest
from alert_samples import ALL, CAPEX, CHINESE, EIGHT, JAPANESE, MANY, NOTES, ONE, QUIET

from alerts.message import Message, Note
from alerts.render_html import LONGEST_WHOLE, compose
from alerts.wording import (
    day,
    difference,
    heading,
    headline,
    host,
    kind_sign,
    kind_word,
    note_groups,
    old_new,
    outlets,
    ranked,
    source,
    status_word,
    subject,
    utc_date,
    value,
    web_url,
    whole,
)


@pytest.mark.parametrize(
    ("kind", "direction", "word", "sign"),
    [
        ("new", None, "New", "+"),
        ("changed", "raised", "Raised", "▲"),
        ("changed", "lowered", "Lowered", "▼"),
        ("changed", "same", "Confirmed", "●"),
        ("changed", None, "Changed", "●"),
        ("narrowed", "lowered", "Range narrowed", "▶◀"),
        ("widened", None, "Range widened", "◀▶"),
        ("corrected", "raised", "Corrected", "●"),
        ("withdrawn", None, "Withdrawn", "×"),
        ("merged", None, "merged", "●"),
    ],
)
def test_every_kind_has_a_word_and_a_sign_that_needs_no_colour(kind, direction, word, sign):
    item = replace(CAPEX, kind=kind, direction=direction)
    assert (kind_word(item), kind_sign(item)) == (word, sign)


def test_an_unknown_status_is_shown_as_it_is():
    assert status_word(CAPEX) == "company guidance"
    assert status_word(replace(CAPEX, status="rumour")) == "rumour"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "$60–65bn → $64–72bn"),
        ({"old": None, "kind": "new"}, "new: $64–72bn"),
        ({"old": None}, "$64–72bn"),
        ({"new": None}, "withdrawn: $60–65bn"),
        ({"new": None, "old": None}, "withdrawn"),
    ],
)
def test_old_and_new_read_in_one_line(fields, words):
    assert old_new(replace(CAPEX, **fields)) == words


@pytest.mark.parametrize(
    ("plain", "percent", "words"),
    [("+$4bn", "+9 %", "+$4bn (+9 %)"), ("+$4bn", None, "+$4bn"), (None, "+9 %", "+9 %"), (None, None, "")],
)
def test_the_difference_has_what_is_known(plain, percent, words):
    assert difference(replace(CAPEX, difference=plain, percent=percent)) == words


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("$64-72bn", "$64–72bn"),
        ("-$0.3bn (-6.7 %)", "−$0.3bn (−6.7 %)"),
        ("-1,566", "−1,566"),
        ("upper end -$1bn", "upper end −$1bn"),
        ("GPT-4", "GPT-4"),
        ("H100-equivalents", "H100-equivalents"),
        ("about 5 - 6", "about 5 - 6"),
        (None, ""),
    ],
)
def test_values_are_set_with_their_proper_dashes(plain, printed):
    assert value(plain, 80) == printed


@pytest.mark.parametrize(
    ("others", "languages", "words"),
    [
        (0, ("en", "de"), ""),
        (1, ("en",), "also reported by 1 other outlet"),
        (7, ("en", "de", "en"), "also reported by 7 other outlets, in 2 languages"),
    ],
)
def test_other_outlets_are_counted(others, languages, words):
    assert outlets(replace(CAPEX, other_outlets=others, languages=languages)) == words


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2025-04-30", "30 April 2025"),
        ("2025-04-30T21:05:00+00:00", "30 April 2025"),
        ("2025-13-01", "2025-13-01"),
        ("last week", "last week"),
        ("", ""),
    ],
)
def test_dates_are_written_out(iso, words):
    assert day(iso) == words


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "http://[::1",
        "https://a b/",
        "//x.example",
        "https://x\\y",
        "https://x.example/a\nb",
        "https://x.example/\ud800",
        "",
        None,
    ],
)
def test_what_is_no_web_address_is_never_linked(url):
    assert web_url(url) == ""


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        (" https://x.example/a ", "https://x.example/a"),
        ("https://x.example/a b\u3000c", "https://x.example/a%20b%E3%80%80c"),
        ("https://x.example/?q=<b>", "https://x.example/?q=%3Cb%3E"),
        ("https://x.example/\u202egnp", "https://x.example/%E2%80%AEgnp"),
        ("HTTPS://x.example/日本", "HTTPS://x.example/日本"),
    ],
)
def test_what_could_break_out_of_a_link_is_encoded(url, linked):
    assert web_url(url) == linked


def test_a_source_without_a_name_is_its_host():
    assert source(replace(CAPEX, source="", url="https://www.paper.example/x")) == "paper.example"
    assert source(replace(CAPEX, source="", url="http://[::1")) == "unknown source"
    assert host("https://www.a.example") == "a.example"


def test_the_subject_carries_the_biggest_change_and_how_many_more():
    assert subject(ONE) == "Meta capex 2025: $60–65bn → $64–72bn"
    assert subject(EIGHT) == "Power of the Hyperion data centre: 2 GW → 5 GW, and 7 more"
    assert (
        subject(replace(EIGHT, items=(JAPANESE, CHINESE))) == "Capital expenditure 2026: withdrawn: $100bn, and 1 more"
    )
    assert ranked(MANY.items)[0].percent == "+400 %"


def test_an_estimate_never_outranks_the_companys_word():
    rumour = replace(CAPEX, status="estimate", percent="+900 %")
    assert ranked((rumour, CAPEX)) == [CAPEX, rumour]


def test_equal_items_keep_their_order():
    first, second = replace(CAPEX, change_id="a", percent=None), replace(CAPEX, change_id="b", percent="about a lot")
    assert ranked((first, second)) == [first, second]


def test_a_repeat_says_so_in_the_subject():
    assert subject(replace(ONE, possible_repeat=True)).startswith("[possible repeat] Meta capex")


def test_a_message_of_notes_alone_has_their_first_line_as_subject():
    assert subject(QUIET).startswith("figurewatch: Capital expenditure, 2025: $6.4–7.2bn")
    late = replace(QUIET, notes=(*NOTES, Note("delivery", "A digest could not be delivered through team.slack.")))
    assert subject(late) == "figurewatch: A digest could not be delivered through team.slack."
    assert subject(Message("d", "", "desk", ())) == "figurewatch: nothing changed"


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((CAPEX,), "1 figure changed"),
        ((CAPEX, CHINESE, JAPANESE), "2 figures changed, 1 new figure"),
        ((JAPANESE, JAPANESE), "2 new figures"),
    ],
)
def test_the_headline_counts(items, words):
    assert headline(replace(ONE, items=items)) == words


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("summary", "feed"), "News about your sources"),
        (("conflict", "delivery"), "A digest was not delivered"),
        (("conflict",), "Figures held back"),
        (("gossip",), "Notes"),
        ((), "Notes"),
    ],
)
def test_the_headline_of_notes_alone_is_about_the_weightiest(kinds, words):
    assert headline(Message("d", "", "desk", (), tuple(Note(kind, "x") for kind in kinds))) == words


def test_titles_begin_like_sentences_and_keep_their_capitals():
    assert heading(replace(CAPEX, title="capacity of a data centre", period="")) == "Capacity of a data centre"
    assert heading(replace(CAPEX, title="", metric="meta.gpus.H100", period="2025")) == "Meta.gpus.H100, 2025"
    assert subject(replace(ONE, items=(replace(CAPEX, short="", title="total GPUs"),))).startswith("Total GPUs 2025: ")


def test_notes_come_in_groups_and_unknown_kinds_at_the_end():
    message = replace(ONE, notes=(Note("gossip", "g"), *reversed(NOTES)))
    groups = note_groups(message)
    assert [group.title for group in groups] == ["Held back, not alerted", "Sources", "Also"]
    assert [note.kind for note in groups[2].notes] == ["gossip", "summary"]


@pytest.mark.parametrize(
    ("iso", "stamp"),
    [
        ("2025-04-30T21:05:00+00:00", 1746047100),
        ("2025-04-30T21:05:00", 1746047100),
        ("2025-04-30T23:05:00+02:00", 1746047100),
    ],
)
def test_the_date_of_a_message_is_a_moment(iso, stamp):
    assert utc_date(iso).timestamp() == stamp


def test_a_date_that_is_none_is_left_out():
    assert utc_date("yesterday") is None


def test_samples_speak_of_eight_languages():
    assert len({item.quote_language for item in ALL["eight"].items}) == 8


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("$60–65bn → $64–72bn", ("$60–65bn →", "$64–72bn")),
        ("new: $42.5–45.5bn", ("new:", "$42.5–45.5bn")),
        ("withdrawn: about 1 billion", ("withdrawn:", "about 1 billion")),
        ("withdrawn", ("withdrawn",)),
        ("350,000", ("350,000",)),
    ],
)
def test_old_and_new_are_torn_between_the_values_only(words, pieces):
    assert whole(words) == pieces


def test_no_line_of_a_mail_ends_within_a_value_unless_it_is_too_long_for_a_line():
    page = compose(ALL["eight"], {})
    for text in re.findall(r">([^<>]*\d–\d[^<>]*)</(?:bdi|span|strong)>", page):
        (kept,) = {"nowrap" in tag for tag in re.findall(rf"<([^<>]*)>{re.escape(text)}</", page)}
        assert kept == (len(text) <= LONGEST_WHOLE), text
    assert "$60–65bn" in page
