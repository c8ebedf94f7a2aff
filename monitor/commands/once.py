"""`figurewatch once`: one round, with a progress bar."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    as_dict,
    counted,
    echo,
    load,
    note,
    print_json,
    single_command,
)

if TYPE_CHECKING:
    from monitor.daemon.wiring import Outfit
    from monitor.steps.ports import Progress
    from monitor.steps.round import RoundReport

app = single_command()
_WORDS = {"poll": "polling feeds", "read": "reading stories", "digest": "making digests", "deliver": "sending"}


@app.command()
def once(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Poll every feed, due or not.")] = False,
    at_once: Annotated[bool, typer.Option("--now", help="Send digests now, whatever their schedules say.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Do one round now: poll what is due, read it, tell what changed. For a trial, or for cron.

    Exits 1 when a digest could not be delivered, 4 when feeds failed, 75 while the daemon runs.
    """
    loaded = load(ctx, config)

    from monitor.commands.worlds import in_world
    from monitor.daemon import logs
    from monitor.store import deliveries

    logs.set_up(os.environ, level=os.environ.get("FIGUREWATCH_LOG_LEVEL") or "error")

    async def work(fitted: "Outfit") -> "tuple[RoundReport, int]":
        from monitor.steps.begin import take_over
        from monitor.steps.round import run_round
        from monitor.steps.seed import load_seeds
        from monitor.store.upkeep import Keep

        kept = loaded.retention
        with fitted.world.store.lock():
            await take_over(fitted.world)
            seeds = await load_seeds(fitted.world, loaded.seeds_dir)
            for problem in seeds.problems:
                note(problem)
            keep = Keep(kept.entries, kept.articles, kept.digests)
            quiet = loaded.watch.silent_after
            report = await run_round(fitted.world, poll_all=everything, at_once=at_once, keep=keep, silent_after=quiet)
            return report, len(await fitted.world.read(deliveries.undelivered))

    with _bar() as watch:
        report, undelivered = in_world(loaded, work, log=logs.logger(), watch=watch)
    if as_json:
        print_json({name: as_dict(part) for name, part in as_dict(report).items()} | {"undelivered": undelivered})
    else:
        echo(_words(report))
    if undelivered:
        note(f"not delivered so far: {counted(undelivered, 'digest')}; see 'figurewatch alerts list --undelivered'")
        raise typer.Exit(1)
    if report.polled.failed:
        note(f"{counted(report.polled.failed, 'feed')} failed; see 'figurewatch feeds list --failing'")
        raise typer.Exit(4)


def _words(report: "RoundReport") -> str:
    polled, read, digests, sent = report.polled, report.read, report.digests, report.delivered
    return (
        f"polled {counted(polled.polled, 'feed')} ({polled.unchanged} unchanged, {polled.failed} failed), "
        f"{counted(polled.new_entries, 'new entry', 'new entries')}; read {read.read}, {read.articles} relevant; "
        f"{counted(read.changes, 'change')}, {counted(digests.digests, 'digest')}, {sent.sent} sent"
    )


@contextlib.contextmanager
def _bar() -> "Iterator[Callable[[Progress], None]]":
    """A bar a step on standard error, where somebody looks on."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[label]}"))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def watch(progress: "Progress") -> None:
            if progress.step not in tasks:
                words = _WORDS.get(progress.step, progress.step)
                tasks[progress.step] = bars.add_task(words, total=progress.total, label="")
            label = progress.label[:40].replace("[", "(")
            bars.update(tasks[progress.step], completed=progress.done, total=progress.total, label=label)

        yield watch
