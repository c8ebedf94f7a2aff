"""`figurewatch health`: whether all is well, for containers and service managers."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    ago,
    counted,
    echo,
    load,
    now,
    opened,
    print_json,
    single_command,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.store.deliveries import Delivery
    from monitor.store.feeds import FeedState

app = single_command()
_STALE = timedelta(minutes=10)  # the daemon sweeps each minute


@app.command()
def health(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Also check the database file itself.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell whether the daemon does its rounds, all digests are delivered, and the database is sound.

    Exits 1 when something is wrong, 0 otherwise; single feeds that fail and digests that are tried again are shown and
    do not count.
    """
    from monitor.commands.selecting import has_database
    from monitor.core.errors import FigurewatchError
    from monitor.steps.overdue import overdue
    from monitor.store import deliveries, upkeep

    loaded = load(ctx, config)
    if not has_database(loaded):
        raise FigurewatchError(f"there is no database in {loaded.data_dir} yet; start the daemon: figurewatch run")
    at = now()
    with opened(loaded, migrate=False) as store:
        with store.read() as tx:
            state = upkeep.health(tx, at)
            late = overdue(tx, loaded.audiences, at)
            waiting = deliveries.undelivered(tx)
        damage = upkeep.integrity(store) if deep else []
    state = replace(state, failing=_veiled(state.failing), gone=_veiled(state.gone))
    problems = []
    if state.last_round is None or at - state.last_round > _STALE:
        problems.append(f"last round: {ago(state.last_round, at)}; is the daemon running?")
    if state.dead or state.parked_deliveries:
        problems.append(
            f"undelivered: {counted(state.undelivered, 'digest')}; see 'figurewatch alerts list --undelivered'"
        )
    if state.parked_entries or state.parked_feeds:
        aside = f"{counted(state.parked_entries, 'story', 'stories')}, {counted(state.parked_feeds, 'feed')}"
        problems.append(f"put aside: {aside}; they ended the program again and again, and get one more try a day")
    if state.failing and len(state.failing) == len(loaded.enabled_feeds):
        problems.append(f"all {len(state.failing)} feeds fail; is the network there?")
    problems += [one.words for one in late]
    problems += [f"database: {line}" for line in damage]
    notes = [f"failing: {feed.name}: {feed.error}" for feed in state.failing]
    notes += [f"gone: {feed.name}; remove it from feeds.yaml" for feed in state.gone]
    notes += _tried_again(waiting)
    if as_json:
        print_json({"healthy": not problems, "problems": problems, "notes": notes, "state": state, "overdue": late})
    else:
        for line in (*problems, *notes):
            echo(line)
        if not problems:
            echo(f"healthy; last round {ago(state.last_round, at)}, {state.waiting_entries} stories waiting")
    if problems:
        raise typer.Exit(1)


def _tried_again(waiting: "Iterable[Delivery]") -> list[str]:
    """A line for each channel whose last try failed and that is given another, with what it said."""
    failed: dict[str, list[str]] = {}
    for one in waiting:
        if one.state == "pending" and one.error:
            failed.setdefault(one.channel, []).append(one.error)
    return [
        f"not delivered yet, tried again: {counted(len(errors), 'message')} by {channel}: {errors[-1]}"
        for channel, errors in failed.items()
    ]


def _veiled(feeds: "tuple[FeedState, ...]") -> "tuple[FeedState, ...]":
    """The feeds without the keys that a site put into the address it moved to."""
    from monitor.sources.address import masked

    return tuple(replace(feed, moved_to=masked(feed.moved_to)) if feed.moved_to else feed for feed in feeds)
