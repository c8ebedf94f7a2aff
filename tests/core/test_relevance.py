"""Topics by lists of words: every example of the shipped topics, the rules one by one, and the evaluation stories."""

import json
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.relevance import Relevance, _List, assess
from monitor.core.types.packs import Topic, TopicExample, TopicWords
from monitor.packs.load import load_packs

EVAL = Path(__file__).parents[3] / "shared" / "eval"
TOPICS = load_packs().topics
EXAMPLES = [(topic, example) for topic in TOPICS for example in topic.examples]
CLUTTER = "Home News AI Markets. Follow us on Facebook, Instagram and WhatsApp. Meta tags. Subscribe to our newsletter."
LANGUAGES = "en zh ja ko pt es fr de it nl sv pl ru uk tr ar fa he hi id vi th".split()

TOPIC = Topic(
    "llamas",
    "llamas",
    TopicWords(any=(("*", ("Llama", "llamas")),), maybe=(("es", ("Llama",)),), none=(("*", ("Llama Street",)),)),
    TopicWords(any=(("en", ("wool", "shear*")), ("es", ("lana",)))),
    within=30,
)


def judge(text: str, language: str | None = "en", topic: Topic = TOPIC, title: str = "") -> Relevance:
    return assess(title, "", text, language, (topic,))


@pytest.mark.parametrize(
    ("topic", "example"), EXAMPLES, ids=lambda value: getattr(value, "text", getattr(value, "id", ""))
)
@pytest.mark.parametrize("known", [True, False], ids=["language known", "language unknown"])
def test_every_example_of_a_topic_comes_out_right(topic: Topic, example: TopicExample, known: bool) -> None:
    found = assess(example.title, "", example.text, example.language if known else None, (topic,))
    assert found.matched is example.match, found.reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_examples_and_counter_examples(language: str) -> None:
    assert {e.match for _, e in EXAMPLES if e.language == language} == {True, False}


def test_a_name_close_to_a_word_matches_and_says_so() -> None:
    found = judge("The Llama gave wool.")
    assert (found.matched, found.topic) == (True, "llamas")
    assert found.reason == '"Llama" close to "wool"'


def test_endings_count_only_behind_a_star() -> None:
    assert judge("The Llama was shearing time.").matched
    assert not judge("The Llama was woolly.").matched


def test_a_word_too_far_away_is_a_near_miss() -> None:
    found = judge("A Llama" + " stood there" * 9 + " near the wool.")
    assert (found.matched, found.near_miss) == (False, True)
    assert "not within 30 characters" in found.reason


def test_a_name_in_the_title_is_near_everything() -> None:
    assert judge("It stood there" * 30 + " near the wool.", title="A Llama's life").matched


def test_a_name_without_any_word_is_a_near_miss() -> None:
    found = judge("A Llama stood there.")
    assert found.near_miss
    assert "nothing it is watched for" in found.reason


def test_a_name_inside_another_expression_does_not_count() -> None:
    found = judge("The wool shop on Llama Street.")
    assert (found.matched, found.near_miss) == (False, True)
    assert "part of another expression" in found.reason


def test_capitals_matter_where_the_list_has_them() -> None:
    assert not judge("la llama dio lana").matched


def test_a_name_that_may_be_a_common_word_needs_another_word_close_by() -> None:
    topic = Topic(
        "x",
        "x",
        TopicWords(maybe=(("es", ("Meta",)),), near=(("es", ("Facebook",)),)),
        TopicWords(any=(("es", ("lana",)),)),
    )
    assert judge("Meta, dueña de Facebook, compra lana.", "es", topic).matched
    found = judge("Meta de lana cumplida.", "es", topic)
    assert (found.matched, found.near_miss) == (False, True)
    assert "may be the common word" in found.reason


def test_all_groups_must_occur() -> None:
    topic = Topic("x", "x", TopicWords(any=(("*", ("Llama",)),)), TopicWords(any=(("*", ("wool",)),), all=("Peru",)))
    assert judge("Llama wool from Peru.", "en", topic).matched
    assert '"Peru" is not' in judge("Llama wool.", "en", topic).reason


@pytest.mark.parametrize(
    "text", ["وميتا تستثمر مليار", "لميتا استثمارات", "בינה מלאכותית במטא", "Meta公布营收", "메타는 투자"]
)
def test_letters_written_onto_a_name_do_not_hide_it(text: str) -> None:
    assert assess("", "", text, None, TOPICS).matched


def test_a_name_inside_a_longer_word_is_none() -> None:
    assert not assess("", "", "كلمةطويلةميتا تستثمر مليار", "ar", TOPICS).matched


def test_unknown_languages_search_all_lists() -> None:
    assert judge("Llama con lana", "xx").matched


def test_nothing_named_is_no_near_miss() -> None:
    assert judge("Nothing here.") == Relevance(False, None, "no topic's subject is named")
    assert assess("", "", "", None, ()) == Relevance(False, None, "no topic's subject is named")


WORDS = sorted(
    {
        word.replace("*", ending)
        for side in (TOPICS[0].subject, TOPICS[0].about)
        for lists in (side.any, side.maybe, side.near, side.none)
        for _, words in lists
        for word in words
        for ending in ("", "s")
    }
)


@given(
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.sampled_from([" ", "\n", ". ", "x", "METAL "]), st.text(max_size=9)),
        max_size=40,
    ),
    st.sampled_from([None, *LANGUAGES]),
)
def test_leaving_out_the_words_that_are_nowhere_changes_no_answer(parts: list[str], language: str | None) -> None:
    text = "".join(parts)
    quick = assess(text[:30], "", text, language, (*TOPICS, TOPIC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_List, "within", lambda self, lower: list(self._words))
        assert assess(text[:30], "", text, language, (*TOPICS, TOPIC)) == quick


@given(st.text(max_size=300), st.sampled_from([None, *LANGUAGES]))
@examples(50)
def test_no_text_raises(text: str, language: str | None) -> None:
    assess(text[:20], "", text, language, TOPICS)


@pytest.mark.skipif(not EVAL.exists(), reason="the evaluation stories are not beside this checkout")
@pytest.mark.parametrize("known", [True, False], ids=["language known", "language unknown"])
@pytest.mark.parametrize("clutter", ["", CLUTTER], ids=["bare", "in page clutter"])
def test_stories_on_the_topic_are_found_and_the_others_left_out(known: bool, clutter: str) -> None:
    right = asked = false = 0
    for name in ("dev", "seeds"):
        for line in (EVAL / name / "stories.jsonl").read_text(encoding="utf-8").splitlines():
            story = json.loads(line)
            text = f"{clutter}\n{story['text']}\n{clutter}"
            found = assess(story["title"], "", text, story["lang"] if known else None, TOPICS).matched
            wanted = story.get("on_topic", True)
            asked += wanted
            right += wanted and found
            false += found and not wanted
    assert right >= 0.99 * asked
    assert false == 0
