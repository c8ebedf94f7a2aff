"""`figurewatch check`: what the configuration says, before it is relied on."""

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    counted,
    echo,
    load,
    note,
    print_json,
    single_command,
    uncollected,
)

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.core.types.audiences import Schedule
    from monitor.core.types.packs import Packs

app = single_command()


@app.command()
def check(
    ctx: typer.Context,
    topic: Annotated[
        str | None, typer.Option("--topic", help="A text (or - for standard input): would it be read, and why?")
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask one feed, through the proxy if there is one.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check the configuration and show what would be polled and told; nothing is contacted without --online.

    Loads the metrics and topics too, and runs the examples of your own ones. Exits 3 when the configuration is wrong,
    4 when --online finds no way to a feed.
    """
    from monitor.config import ConfigError

    try:
        with uncollected():
            loaded = load(ctx, config)
    except ConfigError as error:
        if not as_json:
            raise
        print_json({"ok": False, "problems": list(error.lines())})
        raise typer.Exit(error.exit_code) from None

    with uncollected():
        from monitor.daemon.knowing import packs_of

        packs = packs_of(loaded)
    if topic is not None:
        _say_whether_read(topic, packs)
    problems = [*_channels(loaded), *_examples(loaded, packs)]
    way, reached = _ask(loaded) if online and not problems else ("", True)
    if as_json:
        asked = {"online": {"ok": reached, "says": way}} if way else {}
        print_json({"ok": not problems and reached, "problems": problems} | _summary(loaded) | asked)
    else:
        _print(loaded)
        for problem in problems:
            note(problem)
        echo("the configuration is wrong" if problems else "the configuration is right")
        if way:
            echo(way)
    if problems or not reached:
        raise typer.Exit(3 if problems else 4)


def _say_whether_read(topic: str, packs: "Packs") -> NoReturn:
    from monitor.daemon.reading import ThreadReader

    text = typer.get_text_stream("stdin").read() if topic == "-" else topic
    found = ThreadReader(packs).assess("", "", text, None)
    echo(f"{'would be read' if found.matched else 'would not be read'}: {found.reason}")
    raise typer.Exit(0 if found.matched else 1)


def _ask(config: "Config") -> tuple[str, bool]:
    """What came of asking the first feed, in words, and whether it answered."""
    from monitor.commands.probing import probe
    from monitor.steps.ports import PollKind

    through = f"through the proxy {config.polling.proxy_shown}" if config.polling.proxy else "without a proxy"
    if not config.enabled_feeds:
        return f"online, {through}: no feed to ask; all are paused", True
    feed = config.enabled_feeds[0]
    found = probe(config, feed)
    if found.kind in (PollKind.FAILED, PollKind.GONE):
        return f"online, {through}: {feed.name} does not answer: {found.error}", False
    return f"online, {through}: {feed.name} answers, with {counted(len(found.entries), 'entry', 'entries')}", True


def _summary(config: "Config") -> dict[str, Any]:
    kinds = [feed.kind.value for feed in config.enabled_feeds]
    return {
        "config": str(config.path),
        "data_dir": str(config.data_dir),
        "database": config.database_url.split(":", 1)[0],
        "proxy": config.polling.proxy_shown if config.polling.proxy else None,
        "feeds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "paused": len(config.feeds) - len(kinds),
        "audiences": [
            {
                "name": one.name,
                "schedule": schedule_words(one.schedule),
                "channels": {channel.id: list(channel.recipients) for channel in one.channels},
                "metrics": [pattern for rule in one.rules for pattern in rule.metrics],
            }
            for one in config.audiences
        ],
    }


def _print(config: "Config") -> None:
    found = _summary(config)
    polled = ", ".join(f"{count} {kind}" for kind, count in found["feeds"].items())
    echo(
        f"{found['config']}: polls {counted(sum(found['feeds'].values()), 'feed')} ({polled}), {found['paused']} paused"
    )
    echo(f"data in {found['data_dir']}, database {found['database']}")
    if config.polling.proxy:
        echo(f"all requests go through the proxy {config.polling.proxy_shown}; mail does not")
    for name in (feed.name for feed in config.feeds if feed.secret and "${" not in feed.shown):
        echo(f"a key stands in the clear in the address of {name}: better write ${{NAME}} there, and set that variable")
    if config.contact is None:
        echo("no contact: some sites, the SEC's among them, turn away robots that name nobody to write to")
    for one in found["audiences"]:
        where = "; ".join(f"{name}: {', '.join(people)}" for name, people in one["channels"].items())
        echo(f"tells {one['name']} {one['schedule']} of {', '.join(one['metrics'])} ({where})")


def schedule_words(schedule: "Schedule") -> str:
    """`at once`, `every 6 h`, `at 08:30 on Mon, Tue (Europe/Berlin), not between 22:00 and 07:00`."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    if schedule.at:
        words = "at " + ", ".join(f"{each:%H:%M}" for each in schedule.at)
    elif schedule.every:
        minutes = int(schedule.every.total_seconds() // 60)
        words = f"every {minutes // 60} h" if minutes % 60 == 0 and minutes else f"every {minutes} min"
    else:
        words = "at once"
    if len(schedule.weekdays) < len(days):
        words += " on " + ", ".join(days[day] for day in sorted(schedule.weekdays))
    if schedule.at or schedule.quiet or len(schedule.weekdays) < len(days):
        words += f" ({schedule.zone})"
    if schedule.quiet:
        words += f", not between {schedule.quiet[0]:%H:%M} and {schedule.quiet[1]:%H:%M}"
    return words


def _channels(config: "Config") -> list[str]:
    from alerts.channels.settings import problems

    return [
        f"alerts: {one.name}: {channel.id}: {found.key} {found.problem}; {found.remedy}"
        for one in config.audiences
        for channel in one.channels
        for found in problems(channel.kind, dict(channel.settings))
    ]


def _examples(config: "Config", packs: "Packs") -> list[str]:
    """The examples of the user's own metrics, run."""
    if not config.metrics:
        return []
    from monitor.core.read import read_story
    from monitor.core.types.figures import Story
    from monitor.packs.load import load_packs

    shipped = {metric.id for metric in load_packs().binding.metrics}
    wrong = []
    for metric in packs.binding.metrics:
        for example in metric.examples if metric.id not in shipped else ():
            story = Story("example", example.title, example.text, example.date, example.language)
            read = [one.quantity for one in read_story(story, packs).figures if one.metric == metric.id]
            hit = any((one.low, one.high) == (example.low, example.high) for one in read)
            if hit != ((example.low, example.high) != (None, None)):
                wrong.append(f"{metric.id}: its example is read otherwise: {example.text!r}")
    return wrong
