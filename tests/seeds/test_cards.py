"""A seed card is written for people and read back without loss."""

from datetime import date
from pathlib import Path

import pytest

from monitor.core.notation import read_claim
from monitor.core.types.figures import Status
from monitor.core.types.ledger import Claim, SeriesKey
from monitor.core.types.seeds import SeedCard, SeedFigure
from monitor.sources.cards import CardError, load_card, parse_card, write_card


def claim(text: str) -> Claim:
    found = read_claim(text)
    assert found is not None
    return found


def figure(value: str = ">=350e3", period: str = "by 2024-12", **more) -> SeedFigure:
    fields = {"speaker": "Mark Zuckerberg", "printed": "35万枚以上", "evidence": "…年末までに35万枚以上の…"} | more
    return SeedFigure(SeriesKey("meta.gpus.h100", period, "count"), claim(value), Status.TARGET, **fields)


def card(*figures: SeedFigure) -> SeedCard:
    return SeedCard(
        id="sample",
        language="ja",
        date=date(2024, 1, 22),
        source="A paper: with a colon",
        title="見出し",
        url="",
        fingerprint="abc",
        figures=figures,
    )


@pytest.mark.parametrize("figures", [(), (figure(),), (figure(), figure("64e9..72e9", period="", speaker=None))])
def test_a_card_reads_back_as_it_was_written(figures):
    assert parse_card(write_card(card(*figures)), "sample.yaml") == card(*figures)


def test_a_card_shows_values_in_a_form_that_people_can_correct():
    text = write_card(card(figure()))
    assert "value: '>=350e3'" in text or "value: >=350e3" in text
    assert "見出し" in text
    corrected = text.replace(">=350e3", "~350e3")
    assert parse_card(corrected, "sample.yaml").figures[0].claim == claim("~350e3")


def test_a_value_that_yaml_takes_for_a_number_is_a_value_all_the_same():
    text = write_card(card(figure())).replace("'>=350e3'", "350000").replace(">=350e3\n", "350000\n")
    assert parse_card(text, "sample.yaml").figures[0].claim == claim("350000")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">=350e3", "lots", "value: 'lots' is no value; write it like"),
        ("status: target", "status: hope", "status: 'hope' is no status; use one of actual"),
        ("date: 2024-01-22", "date: January", "date: 'January' is no date"),
        ("language: ja", "langauge: ja", "langauge: unknown key"),
        ("unit: count", "unit:", "unit: missing"),
        ("id: sample", "id: [", "mend the YAML"),
    ],
)
def test_each_mistake_is_told_with_file_line_and_remedy(old, new, said):
    text = write_card(card(figure()))
    assert old in text
    with pytest.raises(CardError) as caught:
        parse_card(text.replace(old, new), "sample.yaml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("sample.yaml:")


def test_all_mistakes_are_told_at_once_at_their_lines():
    text = write_card(card(figure())).replace(">=350e3", "lots").replace("language: ja\n", "")
    with pytest.raises(CardError) as caught:
        parse_card(text, "sample.yaml")
    value_line = next(i for i, line in enumerate(text.split("\n"), 1) if "lots" in line and line[0] != "#")
    assert f"sample.yaml:{value_line}: value" in str(caught.value)
    assert "language: missing" in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a", "just words", "figures: 5"])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(CardError):
        parse_card(text, "sample.yaml")


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(CardError, match=r"none\.yaml: No such file"):
        load_card(tmp_path / "none.yaml")
