"""Near copies of texts in ten languages: found, never confused, and never passed over when they print other numbers."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from text_maker import LANGUAGES, copies, sentence, text

from monitor.core.dedup import (
    RULES,
    Fingerprint,
    compare_texts,
    containment,
    enough_keys,
    fingerprint,
    numbers,
    packed,
    paragraph_hashes,
    retained,
    text_hash,
    traces,
    unpacked,
)
from monitor.core.dedup.normal import sentences

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
WITNESSES = (2, 972661660298674773, 1653232141231976063)


@pytest.fixture(scope="module")
def library() -> list[tuple[str, str, Fingerprint]]:
    """Two hundred texts, twenty a language."""
    random = Random(20240118)
    made = []
    for number in range(200):
        language = LANGUAGES[number % len(LANGUAGES)]
        body = text(random, language)
        made.append((language, body, fingerprint(body)))
    return made


def candidates(keys: tuple[int, ...], library: list[tuple[str, str, Fingerprint]]) -> list[int]:
    """What an index would answer: the texts that share most keys."""
    wanted = set(keys)
    counts = Counter({n: len(wanted.intersection(one.keys)) for n, (_, _, one) in enumerate(library)})
    return [n for n, count in counts.most_common(8) if count]


def test_five_kinds_of_copy_of_200_texts_in_ten_languages_are_recognised(
    library: list[tuple[str, str, Fingerprint]],
) -> None:
    random = Random(7)
    found = Counter[str]()
    for number, (language, body, _) in enumerate(library):
        for kind, copy in copies(random, body, language).items():
            mine = fingerprint(copy)
            near = [n for n in candidates(mine.keys, library) if compare_texts(mine, library[n][2]).near]
            found[kind] += near == [number]
    assert all(count >= 198 for count in found.values()), found
    assert sum(found.values()) >= 990, found


def test_of_200_unrelated_texts_no_pair_is_near(library: list[tuple[str, str, Fingerprint]]) -> None:
    prints = [one for _, _, one in library]
    near = [
        (a, b)
        for a in range(len(prints))
        for b in range(a + 1, len(prints))
        if containment(prints[a], prints[b]) >= 0.5
    ]
    assert near == []


def test_a_copy_with_one_changed_number_is_never_the_same(library: list[tuple[str, str, Fingerprint]]) -> None:
    random = Random(3)
    changed = 0
    for _, body, known in library:
        printed = sorted(known.numbers)
        if not printed:
            continue
        old = random.choice(printed)
        copy = body.replace(old, f"{int(old) * 3 + 70001}")
        answer = compare_texts(fingerprint(copy), known)
        changed += 1
        assert not answer.same, answer
    assert changed > 150


def test_a_copy_whose_figures_are_read_otherwise_is_not_the_same() -> None:
    body = text(Random(1), "en", 20)
    known = fingerprint(f"{body} The site needs five gigawatts.")
    copy = fingerprint(f"{body} The site needs six gigawatts.")
    assert compare_texts(copy, known).same
    answer = compare_texts(copy, known, {"W:6e9"}, {"W:5e9"})
    assert (answer.near, answer.same) == (True, False)
    assert "other numbers" in answer.reason


def test_traditional_and_simplified_prints_of_a_text_are_one() -> None:
    hant = (
        "公司計劃今年投資數據中心，資本支出將達一千億美元。執行長表示，晶片與電力供應仍然緊張，預計明年下半年才會改善。"
    )
    hans = (
        "公司计划今年投资数据中心，资本支出将达一千亿美元。执行长表示，芯片与电力供应仍然紧张，预计明年下半年才会改善。"
    )
    assert containment(fingerprint(hant), fingerprint(hans)) >= 0.8


def test_case_width_and_marks_do_not_matter() -> None:
    one = "Meta will spend 72 billion dollars on data centres. The chief said so on Wednesday evening in New York."
    other = "ＭＥＴＡ will spend 72 BILLION dollars on data centres.\n"
    other += "The chief said so — on “Wednesday” evening in New York."
    assert containment(fingerprint(one), fingerprint(other)) == 1


def test_a_text_doubled_has_the_same_paragraphs_and_hash() -> None:
    body = text(Random(5), "fr", 12)
    assert paragraph_hashes(f"{body}\n\n{body}") == paragraph_hashes(body)
    assert text_hash(f"{body}\n{body}") == text_hash(body)
    assert text_hash(body) != text_hash(body + " Encore.")


def test_headlines_are_too_short_to_be_copies() -> None:
    one = fingerprint("Meta shares climb after results")
    assert not compare_texts(one, fingerprint("Meta shares climb after results and more of the text follows")).near


def test_an_empty_text_is_like_nothing() -> None:
    assert fingerprint("") == Fingerprint((), 1, (), 0, frozenset())
    assert containment(fingerprint(""), fingerprint("")) == 0


def test_numbers_are_compared_without_separators_and_in_any_digits() -> None:
    assert numbers("1,121 MW and ٣٥٠٬٠٠٠ and 13.7") >= {"1121", "137"}
    assert numbers("over 1.121 MW") == numbers("over 1,121 MW")


def test_hashes_fit_signed_columns_and_survive_packing() -> None:
    one = fingerprint(text(Random(9), "ja", 30))
    assert all(0 <= value < 1 << 63 for value in (*one.hashes, *one.keys))
    assert unpacked(packed(one.hashes)) == one.hashes
    assert enough_keys(one) >= 1
    assert len(one.hashes) <= 512


def test_hashes_are_the_same_in_another_process() -> None:
    code = "from monitor.core.dedup import *; print(fingerprint('One two three four five. Six seven eight.').hashes)"
    environment = {"PYTHONHASHSEED": "77", "PATH": ""}
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == str(fingerprint("One two three four five. Six seven eight.").hashes)


@given(st.integers(0, 10_000), st.sampled_from(LANGUAGES), st.integers(12, 30))
@examples(40)
def test_any_run_of_sentences_is_contained_in_its_text(seed: int, language: str, size: int) -> None:
    random = Random(seed)
    lines = [sentence(random, language) for _ in range(size)]
    begin = random.randint(0, size - 6)
    part = "\n".join(lines[begin : begin + 6])
    assert containment(fingerprint(part), fingerprint("\n".join(lines))) == 1


@given(st.text(st.sampled_from("abZ12 .,!?;'\")(\n\t_-\x01\x02\x03\x1f"), max_size=80))
@examples(300)
def test_texts_in_plain_letters_are_read_as_all_others_are(body: str) -> None:
    lines, printed = sentences(body)
    others, same = sentences(f"{body}\né")  # one letter more, and the text is read the general way
    assert distinct([*lines, [["é"]]]) == distinct(others)
    assert printed == same


def distinct(lines: Iterable[list[list[str]]]) -> list[list[list[str]]]:
    found = list(lines)
    return [line for number, line in enumerate(found) if line not in found[:number]]


def test_a_word_is_hashed_alike_when_it_was_forgotten() -> None:
    one = fingerprint("Every word of this sentence will be forgotten soon.")
    fingerprint(" ".join(f"word{number}" for number in range(20_000)))
    assert fingerprint("Every word of this sentence will be forgotten soon.") == one


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("Meta", 1),
        ("Meta spends", 1),
        ("Meta spends more", 1),
        ("Meta spends more now", 2),
        ("超大规", 1),
        ("超大规模集群", 2),
    ],
)
def test_what_is_shorter_than_a_shingle_is_one(body: str, size: int) -> None:
    assert fingerprint(body).size == size


@given(st.text(max_size=400))
def test_no_text_raises(body: str) -> None:
    one = fingerprint(body)
    assert traces(body) == (text_hash(body), one)
    assert one.numbers == numbers(body)
    paragraph_hashes(body)
    if one.hashes:
        assert containment(one, one) == 1


@pytest.mark.skipif(not SEEDS.exists(), reason="the seed documents are not beside this checkout")
@pytest.mark.parametrize("kind", ["boilerplate", "cut", "doubled", "headline", "excerpt"])
def test_every_seed_is_recognised_in_its_copies(kind: str) -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        body = path.read_text(encoding="utf-8")
        made = {**copies(Random(2), body, "en"), "excerpt": body[len(body) // 3 : len(body) // 3 + 700]}
        answer = compare_texts(fingerprint(made[kind]), fingerprint(body))
        assert answer.near, (path.name, kind, answer)
        if kind in ("cut", "doubled", "excerpt"):
            assert answer.share >= 0.9


def test_an_edit_keeps_most_of_a_text_and_a_paywall_does_not() -> None:
    lines = [sentence(Random(n), "en") for n in range(20)]
    old = fingerprint("\n".join(lines))
    edited = fingerprint("\n".join([*lines[:9], "The figure was wrong and is gone.", *lines[10:]]))
    cut = fingerprint("\n".join([*lines[:4], "Subscribe to go on reading."]))
    assert retained(old, edited) > 0.9
    assert retained(old, cut) < 0.4
    assert retained(fingerprint(""), old) == 0


def test_the_fingerprints_of_today_are_those_that_the_shipped_cards_were_made_with():
    words = fingerprint("Meta plans 1.3 million GPUs by the end of the year.")
    han = fingerprint("超大规模集群将于明年上线。")
    assert (RULES, words.hashes[0], han.hashes[0]) == WITNESSES, (
        "the rules of fingerprints changed: raise RULES in core/dedup/fingerprint.py and make the cards of seeds/ anew"
    )
