"""`figurewatch demo`: the whole product on sample feeds, over loopback."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shared import echo, note, single_command

if TYPE_CHECKING:
    from monitor.demo.material import Material

app = single_command()
_OURS = ("mail-*.eml", "slack-*.json", "webhook-*.json", "[0-9]*-*.html", "[0-9]*-*.txt")


@app.command()
def demo(
    stories: Annotated[
        Path | None, typer.Option(help="Serve the stories of this .jsonl file instead.", metavar="FILE.jsonl")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the digests are left.", metavar="DIR")] = Path("demo-out"),
) -> None:
    """Run the whole product on sample feeds over loopback.

    Serves feeds and pages, polls, reads, judges, and sends digests through a real mail server and a webhook receiver,
    while a simulated clock runs through the days of the stories. Nothing leaves this machine.
    """
    from monitor.demo.drive import drive, instants
    from monitor.demo.report import report_lines

    material = _material(stories)
    _clear(out)
    started = time.monotonic()
    from monitor.commands.progress import progress

    with progress("simulating", len(instants(material))) as step:
        result, delivered = asyncio.run(drive(material, out, watch=lambda at: step(f"{at:%d %b %Y %H:%M}")))
    for line in report_lines(material, result, delivered, out):
        echo(line)
    note(f"Took {time.monotonic() - started:.0f} s.")
    if result.deviations:
        echo("This is not what the sample stories should lead to:")
        for line in result.deviations:
            echo(f"  {line}")
        raise typer.Exit(1)


def _material(stories: Path | None) -> "Material":
    from monitor.demo.material import from_stories, shipped
    from monitor.sources.stories import load_stories

    return shipped() if stories is None else from_stories(load_stories(stories))


def _clear(out: Path) -> None:
    """Take away what an earlier demo left; anything else in the folder stays."""
    for pattern in _OURS:
        for file in out.glob(pattern):
            file.unlink()
