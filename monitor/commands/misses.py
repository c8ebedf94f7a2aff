"""`figurewatch misses`: stories that were not read for figures, and why."""

from typing import Annotated

import typer

from monitor.commands.shared import ConfigOption, JsonOption, load, opened, print_json, print_rows, single_command

app = single_command()


@app.command()
def misses(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the latest entries to look at.")] = 500,
    everything: Annotated[bool, typer.Option("--all", help="Also stories about something else entirely.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List stories that were nearly relevant, and why they were not; and those that could not be read."""
    from monitor.store import entries

    loaded = load(ctx, config)
    names = {feed.id: feed.name for feed in loaded.feeds}
    with opened(loaded) as store, store.read() as tx:
        recent = entries.recent(tx, limit=limit)
    wanted = ("near-miss", "unreadable", *(("irrelevant",) if everything else ()))
    found = [one for one in recent if one.outcome in wanted or one.state == "parked"]
    if as_json:
        print_json(
            [
                {
                    "feed": names.get(one.feed, one.feed),
                    "title": one.entry.title,
                    "url": one.entry.url,
                    "seen_at": one.seen_at,
                    "outcome": one.outcome or one.state,
                    "reason": one.reason,
                }
                for one in found
            ]
        )
        return
    rows = [
        (one.seen_at.date(), names.get(one.feed, one.feed), one.entry.title, one.reason, one.entry.url) for one in found
    ]
    print_rows(("seen", "feed", "title", "why not", "link"), rows, empty="no near misses")
