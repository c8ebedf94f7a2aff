"""From the figures of one article to its readings."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reading import figures

from monitor.core.article import claim_of, series_of, to_readings
from monitor.core.types.figures import Figure, Role, Status
from monitor.core.types.ledger import Reading, SeriesKey, SourceKind

NOON = datetime(2025, 7, 31, 12, tzinfo=UTC)


def readings(found: tuple[Figure, ...], *, background: bool = False) -> tuple[Reading, ...]:
    return to_readings(
        found,
        article_id="a1",
        url="https://news.example/meta",
        published=NOON,
        seen_at=NOON,
        source=SourceKind.PRESS,
        publisher="news.example",
        text_group="t1",
        background=background,
    )


def test_mentions_of_one_value_are_one_reading_with_several_quotes() -> None:
    text = (
        "Meta's second-quarter revenue was $47.52 billion.\n\nMeta's revenue of about $47.5 billion in "
        "the second quarter beat forecasts."
    )
    (one,) = readings(figures(text))
    assert one.series == SeriesKey("meta.revenue", "2025-Q2", "USD")
    assert len(one.evidence) == 2
    assert one.claim.low == 47_520_000_000


def test_every_quote_contains_its_number() -> None:
    text = "Meta's revenue was $47.52 billion. Its net income was $18.34 billion."
    for one in readings(figures(text)):
        for quote in one.evidence:
            assert quote.quote[quote.number_start : quote.number_end].startswith("$")
            assert text[quote.quote_start :].startswith(quote.quote)


def test_old_and_new_value_of_one_series_stay_apart() -> None:
    text = (
        "Meta raised its 2025 capital expenditures forecast to $66 billion to $72 billion, from $64 "
        "billion to $72 billion."
    )
    new, old = readings(figures(text))
    assert (new.role, old.role) == (Role.NEWS, Role.PRIOR)
    assert new.series == old.series
    assert (new.background, old.background) == (False, True)


def test_a_conversion_and_an_unbound_number_are_no_readings() -> None:
    found = figures("메타의 매출은 475억달러(약 65조원)로 22% 늘었다.", date(2025, 7, 31), "ko")
    assert [one.series.unit for one in readings(found)] == ["USD"]


def test_a_denied_figure_is_no_reading() -> None:
    found = figures("Meta's revenue was $47.52 billion.")
    assert readings(tuple(replace(one, status=Status.DENIED) for one in found)) == ()


def test_values_that_contradict_each_other_are_two_readings() -> None:
    text = "Meta's second-quarter revenue was $47.52 billion.\n\nMeta's second-quarter revenue was $57.52 billion."
    assert len(readings(figures(text))) == 2


def test_a_first_poll_makes_every_reading_background() -> None:
    found = figures("Meta's revenue was $47.52 billion.")
    assert all(one.background for one in readings(found, background=True))


def test_the_same_text_has_the_same_reading_ids() -> None:
    text = "Meta's revenue was $47.52 billion. Its net income was $18.34 billion."
    assert [one.id for one in readings(figures(text))] == [one.id for one in readings(figures(text))]


def test_series_and_claim_are_taken_from_the_figure() -> None:
    (figure,) = figures("Meta AI has over 500 million monthly users.")
    assert series_of(figure) == SeriesKey("meta_ai.monthly_users", "", "count")
    assert claim_of(figure).high is None
