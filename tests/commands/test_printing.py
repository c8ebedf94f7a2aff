"""What commands print, piece by piece and in one."""

import gc
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.commands import shared
from monitor.commands.figures import _claim_row, _key_row, _lines
from monitor.core.types.figures import Modifier, Status
from monitor.core.types.ledger import Claim, SeriesKey
from monitor.store.ledger import SeriesState

AT = datetime(2025, 4, 30, 12, 5, tzinfo=UTC)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.floats(allow_nan=False), st.just(AT)
)
ROWS = st.lists(st.dictionaries(st.text(max_size=3), VALUES, min_size=1, max_size=3), max_size=7)
AMOUNTS = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, places=2), st.just(Decimal("6.5e10")))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # what was printed before is taken away first
def test_rows_printed_in_portions_are_the_list_printed_in_one_piece(rows, capsys):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "_PORTION", 2)
        said(capsys)
        shared.print_json_rows(iter(rows))
        text = said(capsys)
    shared.print_json(rows)
    whole = said(capsys)
    assert json.loads(text) == json.loads(whole)
    if all(abs(one) < 2**63 for row in rows for one in row.values() if isinstance(one, int)):
        assert text == whole


def test_rows_for_scripts_are_the_same_line_by_line_and_in_portions(capsys, monkeypatch):
    rows = [(number, f"a\tb {number}\n c", None, "\u202eé  x") for number in range(5)]
    monkeypatch.setattr(shared, "_PORTION", 2)
    shared.print_rows(("n", "text", "none", "odd"), iter(rows))
    assert said(capsys) == "".join(f"{number}\ta b {number} c\t\té x\n" for number in range(5))


def test_no_rows_are_said_to_be_none(capsys):
    shared.print_rows(("n",), iter(()), empty="nothing here")
    assert capsys.readouterr() == ("", "nothing here\n")
    shared.print_json_rows([])
    assert said(capsys) == "[]\n"


@given(AMOUNTS, AMOUNTS, st.sampled_from(Modifier), st.sampled_from(["USD", "count", "W"]))
def test_a_line_of_the_ledger_is_its_key_and_its_claim_as_a_history_has_them(low, high, modifier, unit):
    claim = Claim(low, high, Decimal(1), Decimal(1), modifier)
    state = SeriesState(SeriesKey("meta.capex", "", unit), claim, Status.ACTUAL, "r1", AT, 3)
    expected = _key_row(state.key) | _claim_row(claim, unit)
    expected |= {"status": "actual", "at": AT.isoformat(), "readings": 3, "reading": "r1"}
    assert list(_lines([state])) == [expected]
    assert list(expected) == list(next(_lines([state])))


@pytest.mark.parametrize("usual", [True, False])
def test_what_is_loaded_uncollected_leaves_the_collector_as_it_was(usual):
    before = gc.isenabled()
    try:
        (gc.enable if usual else gc.disable)()
        with pytest.raises(KeyError, match="False"):
            _fails_uncollected()
        assert gc.isenabled() == usual
    finally:
        gc.unfreeze()
        (gc.enable if before else gc.disable)()


def _fails_uncollected() -> None:
    with shared.uncollected():
        raise KeyError(gc.isenabled() and "the collector was at work")
