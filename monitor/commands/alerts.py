"""`figurewatch alerts`: what was told, what would be told, and what could not be delivered."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    ago,
    as_dict,
    command_group,
    echo,
    load,
    note,
    now,
    opened,
    print_json,
    print_rows,
)

if TYPE_CHECKING:
    from alerts.message import Message
    from alerts.outcome import Outcome
    from monitor.config import Config
    from monitor.core.types.audiences import Audience
    from monitor.daemon.wiring import Outfit

app = command_group("List, preview, test and retry digests.")
AudienceArgument = Annotated[str | None, typer.Argument(help="An audience's name; all without it.")]


@app.command("list")
def list_alerts(
    ctx: typer.Context,
    undelivered: Annotated[bool, typer.Option("--undelivered", help="Only what waits, is dead or put aside.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the latest.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List deliveries, newest first. Exits 1 while something is undelivered."""
    from monitor.store import deliveries

    with opened(load(ctx, config)) as store, store.read() as tx:
        found = deliveries.listing(tx, limit=limit)
        waiting = deliveries.undelivered(tx)
    open_ids = {one.id for one in waiting}
    rows = [(one, subject) for one, subject in found if not undelivered or one.id in open_ids]
    if as_json:
        print_json([as_dict(one) | {"subject": subject} for one, subject in rows])
    else:
        at = now()
        lines = [
            (one.id, ago(one.created_at, at), one.state, one.channel, one.recipient, subject, one.error)
            for one, subject in rows
        ]
        columns = ("id", "made", "state", "channel", "recipient", "subject", "error")
        print_rows(columns, lines, empty="nothing undelivered" if undelivered else "no digests yet")
    if waiting:
        note(f"{len(waiting)} undelivered; 'figurewatch alerts retry' tries them again at once")
        raise typer.Exit(1)


@app.command()
def preview(
    ctx: typer.Context, audience: AudienceArgument = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Show the digest that would be made now; nothing is sent or marked."""
    from alerts.render_json import render_json
    from alerts.render_text import render_text, subject
    from monitor.commands.worlds import in_world

    loaded = load(ctx, config)
    audiences = _audiences(loaded, audience)

    async def work(fitted: "Outfit") -> "list[Message]":
        from monitor.steps.digest import preview as made

        return await fitted.world.read(lambda tx: [made(tx, fitted.world, one) for one in audiences])

    messages = in_world(loaded, work)
    if as_json:
        print_json([render_json(message) for message in messages])
        return
    for message in messages:
        if message.items or message.notes:
            echo(f"To {message.audience}: {subject(message)}\n\n{render_text(message)}")
        else:
            echo(f"To {message.audience}: nothing")


@app.command("send-test")
def send_test(
    ctx: typer.Context,
    audience: AudienceArgument = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel, as team.email.")] = None,
    config: ConfigOption = None,
) -> None:
    """Send a made-up digest through every channel, to see that it arrives. Exits 1 when one does not."""
    from monitor.commands.worlds import in_world

    loaded = load(ctx, config)
    audiences = _audiences(loaded, audience)
    message = sample(now())

    async def work(fitted: "Outfit") -> "list[tuple[str, str, Outcome]]":
        done = []
        for one in audiences:
            for each in one.channels:
                sender = fitted.world.channels.get(one.name, each.id)
                if sender is not None and channel in (None, each.id):
                    done += [(each.id, who, await sender.send(message, who)) for who in each.recipients]
        return done

    outcomes = in_world(loaded, work)
    if not outcomes:
        names = ", ".join(each.id for one in audiences for each in one.channels)
        raise _wrong(f"no channel is called {channel!r}; there are: {names}")
    for name, who, outcome in outcomes:
        note(f"{name} to {who}: {outcome.kind.value}: {outcome.detail}")
    if any(outcome.kind.value != "sent" for _, _, outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def retry(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of deliveries or digests; all without them.")] = None,
    config: ConfigOption = None,
) -> None:
    """Try undelivered digests again: the running daemon sends them within seconds."""
    from monitor.store import deliveries

    with opened(load(ctx, config)) as store, store.write() as tx:
        count = deliveries.retry(tx, now(), ids or None)
    what_next = "; the running daemon sends within seconds, without one 'figurewatch once' does" if count else ""
    echo(f"{count} due again{what_next}")
    if ids and not count:
        raise _wrong("nothing undelivered has such an id; 'figurewatch alerts list --undelivered' shows them")


def sample(at: datetime) -> "Message":
    """A digest that says that it is a test."""
    from alerts.message import Item, Message, Point

    quote = "This is a test of figurewatch: the made-up company now plans to spend $44 billion, up from $40 billion."
    start = quote.index("$44 billion")
    points = (
        Point("2025-01-29", 40e9, 40e9, "$40bn", "guidance"),
        Point("2025-04-30", 44e9, 44e9, "$44bn", "guidance"),
    )
    item = Item(
        change_id="test", metric="test.capex", title="A test: capital expenditure", period="2025", old="$40bn",
        new="$44bn", difference="+$4bn", percent="+10 %", kind="changed", direction="raised", status="guidance",
        speaker="figurewatch", quote=quote, number=(start, start + len("$44 billion")), quote_language="en",
        source="figurewatch", url="https://pypi.org/project/figurewatch/", published=at.date().isoformat(),
        other_outlets=0, languages=("en",), points=points, reason="you asked for a test",
        explain="figurewatch alerts send-test",
    )  # fmt: skip
    return Message(id=f"test-{at:%Y%m%d%H%M%S%f}", date=at.isoformat(), audience="test", items=(item,))


def _audiences(config: "Config", name: str | None) -> "list[Audience]":
    found = [one for one in config.audiences if name is None or one.name.casefold() == name.casefold()]
    if not found:
        names = ", ".join(one.name for one in config.audiences)
        raise _wrong(f"no audience is called {name!r}; there are: {names}")
    return found


def _wrong(words: str) -> Any:
    from monitor.commands.selecting import NoSuchError

    return NoSuchError(words)
