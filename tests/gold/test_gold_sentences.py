"""Sentences as many newsrooms would write them: each bound figure, its period, value and role."""

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.core.article import claim_of
from monitor.core.notation import write_claim
from monitor.core.read import read_story
from monitor.core.types.figures import Figure, Role, Story
from monitor.core.types.ledger import Claim
from monitor.packs.load import load_packs

HERE = Path(__file__).parent
FLOORS: dict[str, float] = json.loads((HERE.parent / "baseline.json").read_text(encoding="utf-8"))["sentences"]
ROLES = {"prior": Role.PRIOR, "background": Role.BACKGROUND}


class Answer(NamedTuple):
    """A bound figure: metric, period, signs and ends of its value, role."""

    metric: str
    period: str
    signs: str
    ends: tuple[float, ...]
    role: Role


class Sentence(NamedTuple):
    """A line of the file."""

    language: str
    day: date
    text: str
    answers: tuple[Answer, ...]


def sentences() -> list[Sentence]:
    lines = (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()
    return [sentence(line) for line in lines if line and not line.startswith("#")]


def sentence(line: str) -> Sentence:
    head, text, answers = (part.strip() for part in line.split(" | "))
    language, day = head.split()
    return Sentence(language, date.fromisoformat(day), text, tuple(map(answer, answers.split(";"))))


def answer(words: str) -> Answer:
    metric, *rest = words.split()
    role = ROLES.get(rest[-1], Role.NEWS)
    *period, value = rest if role is Role.NEWS else rest[:-1]
    return Answer(metric, " ".join(period), *written(value), role)


def written(value: str) -> tuple[str, tuple[float, ...]]:
    number = value.lstrip("<>=~")
    return value.removesuffix(number), tuple(float(end) for end in number.split(".."))


def told(figure: Figure) -> Answer:
    q = figure.quantity
    value = write_claim(Claim(q.low, q.high, q.low_step, q.high_step, q.modifier))
    return Answer(figure.metric or "", figure.period.text if figure.period else "-", *written(value), figure.role)


def read(one: Sentence) -> tuple[Answer, ...]:
    figures = read_story(Story("s", "", one.text, one.day, one.language), load_packs()).figures
    return tuple(told(figure) for figure in figures if figure.metric)


def test_the_sentences_cover_many_languages() -> None:
    assert len({one.language for one in sentences()}) >= 25


def test_no_fewer_sentences_are_read_right_than_before() -> None:
    every = sentences()
    wrong = [one.text for one in every if read(one) != one.answers]
    assert 1 - len(wrong) / len(every) >= FLOORS["right"], wrong


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Llama was downloaded 20 million times in July alone.", []),
        ("Llama was downloaded 350 million times by July.", ["llama.downloads"]),
        ("Meta buys the whole output of the Clinton plant. That is 1,121 megawatts.", ["meta.nuclear.clinton.power"]),
        (
            "Meta is building a data center in Hobbs, an oil town in New Mexico, at a cost of $3.2 billion.",
            ["meta.datacenter.hobbs.cost"],
        ),
        (
            "Meta agreed with Vistra, Oklo and TerraPower to buy up to 6.6 gigawatts of nuclear power by 2035.",
            ["meta.nuclear.contracted_power"],
        ),
    ],
)
def test_what_a_number_belongs_to(text: str, metrics: list[str]) -> None:
    one = Sentence("en", date(2026, 3, 10), text, ())
    assert [answer.metric for answer in read(one)] == metrics


def test_a_year_just_closed_is_news_beside_the_plan_for_the_next() -> None:
    text = "In 2026 Meta's capital expenditures will be $115-135 billion, up from $72.2 billion in 2025."
    found = read(Sentence("en", date(2026, 1, 29), text, ()))
    assert [(one.period, one.role) for one in found] == [("2026", Role.NEWS), ("2025", Role.NEWS)]


def test_a_value_set_beside_the_new_one_of_the_same_time_is_the_old_one() -> None:
    text = "Meta plans capital expenditures of $64-72 billion in 2025, against the $60-65 billion of its outlook."
    found = read(Sentence("en", date(2025, 5, 1), text, ()))
    assert [one.role for one in found] == [Role.NEWS, Role.PRIOR]


def test_a_clause_behind_a_dash_tells_its_own_old_value() -> None:
    text = "Цьогоріч капітальні витрати Meta сягнуть 35–40 млрд доларів — раніше компанія називала 30–37 млрд доларів."
    found = read(Sentence("uk", date(2024, 4, 25), text, ()))
    assert [one.role for one in found] == [Role.NEWS, Role.PRIOR]


def test_the_ends_of_a_range_are_equally_precise() -> None:
    text = "เมตาคาดว่ารายจ่ายลงทุนปี 2025 จะอยู่ที่ 7-7.2 หมื่นล้านดอลลาร์"
    (figure,) = read_story(Story("s", "", text, date(2025, 10, 30), "th"), load_packs()).figures
    assert claim_of(figure).low_step == 10**9


def test_the_chip_maker_is_the_supplier_of_the_sentence_before() -> None:
    text = "AMD and Meta have signed a deal. The chip maker delivers processors with a capacity of 6 gigawatts."
    assert [one.metric for one in read(Sentence("en", date(2026, 2, 24), text, ()))] == ["meta.chips.amd.power"]


def test_a_present_tense_without_a_date_is_this_year_s_plan() -> None:
    found = read(Sentence("de", date(2025, 9, 1), "Meta investiert 66 bis 72 Milliarden Dollar.", ()))
    assert [one.period for one in found] == ["2025"]


def test_a_sentence_that_opens_a_year_earlier_goes_back_from_the_one_before() -> None:
    text = "Meta's capital expenditures will reach $115-135 billion in 2026. A year earlier it spent $72.2 billion."
    found = read(Sentence("en", date(2026, 1, 29), text, ()))
    assert [one.period for one in found] == ["2026", "2025"]


def test_billions_of_nothing_go_on_with_the_currency_before_them() -> None:
    text = "Meta's revenue was $42.3 billion in the first quarter. FactSet's consensus stood at 41.4 billion."
    figures = read_story(Story("s", "", text, date(2025, 5, 1), "en"), load_packs()).figures
    assert [figure.quantity.unit for figure in figures] == ["USD", "USD"]


def test_an_old_value_before_the_new_one_shares_its_period() -> None:
    text = "Nach 66 bis 72 Milliarden Dollar plant Meta nun 70 bis 72 Milliarden Dollar für Investitionen im Jahr 2025."
    found = read(Sentence("de", date(2025, 10, 30), text, ()))
    assert [(one.period, one.role) for one in found] == [("2025", Role.PRIOR), ("2025", Role.NEWS)]
