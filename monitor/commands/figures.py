"""`figurewatch figures`: the ledger as it stands, and how one metric came to where it is."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    command_group,
    load,
    opened,
    print_json,
    print_json_rows,
    print_rows,
    uncollected,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.core.types.ledger import Claim, Reading, SeriesKey
    from monitor.store.ledger import SeriesState, Verdict

app = command_group("List the ledger, or the history of one metric.")


@app.command("list")
def list_figures(
    ctx: typer.Context,
    metric: Annotated[str, typer.Argument(help="A metric's id; * and ? stand for anything.")] = "*",
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List every series of the ledger with its value."""
    with uncollected():
        from monitor.core.wording import claim_text, period_text
        from monitor.store import ledger

        with opened(load(ctx, config)) as store, store.read() as tx:
            states = ledger.lines(tx, metric)
    if as_json:
        print_json_rows(_lines(states))
        return
    rows = (
        (
            state.key.metric,
            period_text(state.key.period),
            claim_text(state.claim, state.key.unit),
            state.status.value,
            state.at.date(),
            state.readings,
        )
        for state in states
    )
    columns = ("metric", "period", "value", "status", "as of", "readings")
    print_rows(columns, rows, empty="the ledger is empty; it fills as stories are read")


@app.command()
def history(
    ctx: typer.Context,
    metric: Annotated[str, typer.Argument(help="A metric's id, as `figures list` shows it.")],
    *,
    period: Annotated[str | None, typer.Option(help="Only this period, as 2025 or 2025-Q2.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="As it was known at the end of that day.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show every reading of a metric: who said what when, and what came of it."""
    from monitor.store import ledger

    with opened(load(ctx, config)) as store, store.read() as tx:
        verdicts = ledger.verdicts(tx, metric=metric)
        known = [] if verdicts else ledger.metric_ids(tx)
    if not verdicts:
        raise _unknown(metric, known)
    if period is not None and period not in {one.reading.series.period for one in verdicts}:
        raise _unknown_period(metric, period, sorted({one.reading.series.period for one in verdicts} - {""}))
    end = datetime.combine(as_of.date(), time.max, UTC) if as_of else None
    chosen = [
        one
        for one in verdicts
        if (period is None or one.reading.series.period == period) and (end is None or one.reading.seen_at <= end)
    ]
    if as_json:
        print_json({"metric": metric, "as_of": end, "settled": _settled(chosen), "readings": [_row(o) for o in chosen]})
        return
    rows = [
        (
            one.reading.at.date(),
            _period(one.reading.series),
            _value(one.reading.claim, one.reading.series.unit),
            one.reading.status.value,
            one.reading.publisher,
            one.code,
            _quote(one.reading),
        )
        for one in chosen
    ]
    print_rows(("date", "period", "value", "status", "source", "decision", "quote"), rows, empty="nothing known then")


def _lines(states: "Iterable[SeriesState]") -> "Iterator[dict[str, Any]]":
    """The ledger's lines as `--json` prints them. In one piece: there may be 100,000."""
    from monitor.commands.rows import number
    from monitor.core.wording import claim_text

    for state in states:
        key, claim = state.key, state.claim
        low = number(claim.low)
        yield {
            "metric": key.metric,
            "period": key.period or None,
            "unit": key.unit,
            "low": low,
            "high": low if claim.high == claim.low else number(claim.high),
            "modifier": claim.modifier,
            "value": claim_text(claim, key.unit),
            "status": state.status,
            "at": state.at.isoformat(),
            "readings": state.readings,
            "reading": state.reading,
        }


def _settled(verdicts: "Sequence[Verdict]") -> list[dict[str, Any]]:
    """What each series stood at, from these readings alone: the judge's own rule, not the last one seen."""
    from monitor.core.judge import settle

    held = {one.reading.id for one in verdicts if one.conflict}
    series: dict[SeriesKey, list[Reading]] = {}
    for one in verdicts:
        if one.reading.id not in held:
            series.setdefault(one.reading.series, []).append(one.reading)
    rows = []
    for key, readings in sorted(series.items()):
        found = settle(tuple(readings))
        if found is not None:
            rows.append(_key_row(key) | _claim_row(found.claim, key.unit) | {"status": found.status.value})
    return rows


def _row(one: "Verdict") -> dict[str, Any]:
    reading = one.reading
    first = reading.evidence[0] if reading.evidence else None
    return (
        _key_row(reading.series)
        | _claim_row(reading.claim, reading.series.unit)
        | {
            "reading": reading.id,
            "at": reading.at,
            "seen_at": reading.seen_at,
            "status": reading.status.value,
            "role": reading.role.value,
            "speaker": reading.speaker,
            "source": reading.source.value,
            "publisher": reading.publisher,
            "language": reading.language,
            "background": reading.background,
            "quote": first.quote if first else None,
            "url": first.url if first else None,
            "decision": one.code,
            "reason": one.reason,
            "change": one.change,
            "conflict": one.conflict,
        }
    )


def _key_row(key: "SeriesKey") -> dict[str, Any]:
    return {"metric": key.metric, "period": key.period or None, "unit": key.unit}


def _claim_row(claim: "Claim", unit: str) -> dict[str, Any]:
    from monitor.commands.rows import number

    return {
        "low": number(claim.low),
        "high": number(claim.high),
        "modifier": claim.modifier.value,
        "value": _value(claim, unit),
    }


def _value(claim: "Claim", unit: str) -> str:
    from monitor.core.wording import claim_text

    return claim_text(claim, unit)


def _period(key: "SeriesKey") -> str:
    from monitor.core.wording import period_text

    return period_text(key.period)


def _quote(reading: "Reading") -> str:
    text = " ".join(reading.evidence[0].quote.split()) if reading.evidence else ""
    return text if len(text) <= 160 else text[:159] + "…"


def _unknown_period(metric: str, period: str, known: list[str]) -> Exception:
    from monitor.commands.selecting import NoSuchError

    listed = ", ".join(repr(one) for one in known[-12:])
    hint = f"it has {'… ' if len(known) > 12 else ''}{listed}" if known else "none of its readings names one"
    return NoSuchError(f"nothing has been read of {metric} for the period {period!r}; {hint}")


def _unknown(metric: str, known: list[str]) -> Exception:
    from difflib import get_close_matches

    from monitor.commands.selecting import NoSuchError

    close = get_close_matches(metric, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "'figurewatch figures list' shows all"
    return NoSuchError(f"nothing has been read of {metric!r}; {hint}")
