"""Reading whole stories."""

from datetime import date

from examples import examples
from growth import assert_grows_with_length_only, assert_takes_less_than
from hypothesis import given
from hypothesis import strategies as st
from reading import bound, figures, packs

from monitor.core.read import read_story
from monitor.core.types.figures import Story

TEXT = (
    "Meta's revenue rose 22% to $47.52 billion in the second quarter. It now plans capital expenditures of $66 billion "
    "to $72 billion for 2025.\n\nReality Labs lost $4.53 billion."
)
WORDS = [
    "Meta",
    "Microsoft",
    "revenue",
    "lost",
    "$47.5 billion",
    "350,000 H100",
    "5 gigawatts",
    "by",
    "2025",
    "in",
    ",",
    ".",
]
WORDS += [
    "from",
    "Q2",
    "メタ",
    "35万枚",
    "the quarter",
    "analysts",
    "\n",
    "\n\n",
    "(",
    ")",
    "ميتا",
    "مليار",
    "%",
    "데이터센터",
]


def test_offsets_slice_the_text_and_quotes_hold_their_numbers() -> None:
    for one in figures(TEXT):
        q = one.quantity
        assert TEXT[q.start : q.end] == q.text
        assert TEXT[one.quote_start : one.quote_start + len(one.quote)] == one.quote
        assert one.quote_start <= q.start
        assert q.end <= one.quote_start + len(one.quote)


def test_reading_twice_is_reading_once() -> None:
    assert figures(TEXT) == figures(TEXT)


def test_a_doubled_text_has_the_same_metrics_twice() -> None:
    assert bound(f"{TEXT}\n\n{TEXT}") == bound(TEXT) * 2


def test_the_language_is_detected_when_it_is_not_told() -> None:
    story = Story(
        "s", "", "Der Umsatz von Meta stieg im zweiten Quartal auf 47,52 Milliarden Dollar.", date(2025, 7, 31)
    )
    reading = read_story(story, packs())
    assert reading.language == "de"
    assert [one.metric for one in reading.figures] == ["meta.revenue"]


def test_a_story_without_numbers_or_text_has_no_figures() -> None:
    assert figures("Meta presented new glasses.") == ()
    assert figures("") == ()


def test_every_figure_carries_the_version_of_its_rules() -> None:
    assert {one.rules for one in figures(TEXT)} == {packs().version}


def test_a_very_long_sentence_is_quoted_around_its_number() -> None:
    text = "Meta said " + "that it was glad " * 100 + "that its revenue was $47.52 billion" + " and so on" * 100 + "."
    (figure,) = figures(text)
    assert len(figure.quote) < 700
    assert "$47.52 billion" in figure.quote


@examples(150)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.sampled_from(["en", "ja", "ar", "de", "ko"]))
def test_any_jumble_of_words_is_read_without_error(text: str, language: str) -> None:
    for one in read_story(Story("s", text[:40], text, date(2025, 7, 31), language), packs()).figures:
        assert text[one.quantity.start : one.quantity.end] == one.quantity.text
        assert one.reasons


def test_the_cost_of_reading_grows_with_the_length_only() -> None:
    assert_grows_with_length_only(lambda times: figures(f"{TEXT}\n\n" * times), short=10, long=80)


def test_a_table_of_thousands_of_numbers_is_passed_over_quickly() -> None:
    text = "Meta revenue " + "$47.5 billion, " * 3000
    assert all(one.metric is None and "table" in one.reasons[-1] for one in figures(text))
    assert_takes_less_than(5, lambda: figures(text))


def test_thousands_of_sentences_with_numbers_cost_no_more_than_their_length() -> None:
    sentence = "Meta's revenue was $47.5 billion. "
    assert len(figures(sentence * 1600)) == 1600
    assert_grows_with_length_only(lambda times: figures(sentence * times), short=200, long=1600)
