"""The rows that scripts read."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from monitor.commands.rows import alert_row, as_line, bounds, figure_row, number
from monitor.core.types.figures import Figure, Modifier, Period, PeriodKind, PeriodSource, Quantity, Role, Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Direction, Evidence, Reading, SeriesKey, SourceKind

BILLION = Decimal(10**9)
AT = datetime(2025, 4, 30, tzinfo=UTC)
CLAIM = Claim(64 * BILLION, 72 * BILLION, BILLION, BILLION, Modifier.RANGE)
KEY = SeriesKey("meta.capex", "2025", "USD")


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, None), (Decimal("7.2e10"), 72000000000), (Decimal("0.5"), 0.5), (Decimal("1.0"), 1)],
)
def test_numbers_are_whole_where_they_can_be(value, said):
    assert number(value) == said
    assert type(number(value)) is type(said)


def test_a_figure_is_a_row_with_offsets_and_an_unbound_one_has_no_metric():
    quantity = Quantity(5, 8, "$64", Decimal(64), None, Decimal(1), Decimal(1), "USD", Modifier.AT_LEAST)
    period = Period("2025", PeriodKind.YEAR, PeriodSource.CLAUSE)
    bound = Figure(quantity, "meta.capex", period, Status.TARGET, Role.NEWS, "Meta", "q", 0, "en", (), "1")
    row = figure_row("s1", bound)
    assert (row["story"], row["char_start"], row["char_end"], row["value_low"], row["value_high"]) == (
        "s1",
        5,
        8,
        64,
        None,
    )
    assert (row["metric"], row["period"], row["status"], row["speaker"]) == ("meta.capex", "2025", "target", "Meta")
    unbound = Figure(quantity, None, None, Status.ACTUAL, Role.NEWS, None, "q", 0, "en", ("no measure near",), "1")
    assert (figure_row("s1", unbound)["metric"], figure_row("s1", unbound)["period"]) == (None, None)


def test_an_alert_is_a_row_with_old_new_and_the_quote():
    evidence = Evidence("from $64bn to $72bn", 0, 5, 18, "http://x.example/")
    source, said = SourceKind.PRESS, (evidence,)
    reading = Reading(
        "r", KEY, CLAIM, Status.GUIDANCE, Role.NEWS, None, AT, AT, source, "x.example", "a", "g", "en", said
    )
    raised = Direction.RAISED
    change = Change("c", KEY, ChangeKind.CHANGED, raised, None, CLAIM, None, Status.GUIDANCE, "r", AT, "first seen")
    row = alert_row("s1", change, reading)
    assert (row["at"], row["old"], row["new"], row["kind"]) == ("s1", None, [64000000000, 72000000000], "changed")
    assert row["quote"] == "from $64bn to $72bn"
    assert row["period"] == "2025"


def test_a_state_has_no_period_and_open_ends_are_null():
    assert bounds(Claim(None, Decimal(5), Decimal(1), Decimal(1), Modifier.AT_MOST)) == [None, 5]


def test_a_line_is_json_that_people_can_read():
    assert as_line({"text": "数百億ドル"}) == '{"text": "数百億ドル"}'
    assert json.loads(as_line({"a": None})) == {"a": None}
