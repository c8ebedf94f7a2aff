"""`figurewatch conflicts`: readings that contradict the ledger in a way that smells of error."""

from typing import Annotated

import typer

from monitor.commands.shared import ConfigOption, JsonOption, command_group, echo, load, opened, print_json, print_rows

app = command_group("List readings that were held back, and settle them.")


@app.command("list")
def list_conflicts(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those already settled.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List what is held back, newest first."""
    from monitor.core.wording import claim_text, period_text
    from monitor.store import ledger

    with opened(load(ctx, config)) as store, store.read() as tx:
        found = ledger.open_conflicts(tx, resolved=everything)
    if as_json:
        print_json([{"conflict": conflict, "reading": reading} for conflict, reading in found])
        return
    rows = [
        (
            conflict.id,
            conflict.at.date(),
            conflict.series.metric,
            period_text(conflict.series.period),
            claim_text(conflict.claim, conflict.series.unit),
            claim_text(conflict.settled, conflict.series.unit) if conflict.settled else "",
            reading.publisher,
            conflict.resolved or conflict.reason,
        )
        for conflict, reading in found
    ]
    columns = ("id", "date", "metric", "period", "read", "known", "source", "reason")
    print_rows(columns, rows, empty="nothing is held back")


@app.command()
def resolve(
    ctx: typer.Context,
    conflict: Annotated[str, typer.Argument(help="The conflict's id, or its beginning.")],
    accept: Annotated[
        bool, typer.Option("--accept/--reject", help="Whether the reading is right. Decide: there is no default.")
    ],
    why: Annotated[str, typer.Option(help="Who says so, or why, in a few words.")] = "the owner",
    config: ConfigOption = None,
) -> None:
    """Rule on a reading that was held back. An accepted one enters the ledger; a change that follows is told."""
    from monitor.commands.worlds import in_world
    from monitor.steps.rule import rule

    change = in_world(load(ctx, config), lambda fitted: rule(fitted.world, conflict, accept=accept, by=why))
    echo("accepted" if accept else "rejected")
    if change is not None:
        echo(f"the ledger changes; the next digest tells it: figurewatch explain {change.id}")
