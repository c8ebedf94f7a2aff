"""`figurewatch feeds`: what is polled, and changes to that list in feeds.yaml."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.shared import (
    ConfigOption,
    JsonOption,
    ago,
    command_group,
    config_path,
    echo,
    load,
    note,
    now,
    print_json,
    print_rows,
)

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.core.types.feeds import Feed
    from monitor.store.feeds import FeedState

app = command_group("List, add, pause, resume, test and discover feeds.")
TagOption = Annotated[list[str] | None, typer.Option("--tag", help="Only feeds with this tag; may be repeated.")]


@app.command("list")
def list_feeds(
    ctx: typer.Context,
    tag: TagOption = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only feeds whose last poll failed.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the configured feeds and how they fare."""
    from monitor.commands.selecting import known_states

    loaded = load(ctx, config)
    states = known_states(loaded)
    feeds = [feed for feed in loaded.feeds if not tag or set(tag) & set(feed.tags)]
    rows = [_row(feed, states.get(feed.id)) for feed in feeds]
    rows = [row for row in rows if row["failures"] or not failing]
    if as_json:
        print_json(rows)
        return
    at = now()
    columns = ("name", "kind", "state", "last success", "next", "url", "error")
    print_rows(columns, [_cells(row, at) for row in rows], empty="no such feeds")


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, or a page that announces one.")],
    *,
    name: Annotated[str | None, typer.Option(help="What digests call it.")] = None,
    kind: Annotated[str | None, typer.Option(help="primary, press or aggregator.")] = None,
    every: Annotated[str | None, typer.Option(help="How often to poll, as 30m or 6h.")] = None,
    language: Annotated[str | None, typer.Option(help="The feed's language, as en or pt-BR.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A tag for it; may be repeated.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not look whether there is a feed.")] = False,
    config: ConfigOption = None,
) -> None:
    """Add a feed to feeds.yaml; its comments and layout stay as they are."""
    from monitor.commands.editing import change
    from monitor.config.edit import add_feed
    from monitor.sources.address import keeps_secret, shown

    path = config_path(ctx, config)
    wanted = {"name": name, "kind": kind, "every": every, "language": language, "tags": tag}
    if not offline:
        from monitor.commands.probing import find_feed

        url, title = find_feed(load(ctx, config), url)
        wanted["name"] = name or title.replace("${", "$ {") or None
    feed: dict[str, Any] = {key: value for key, value in wanted.items() if value} | {"url": url}
    change(path, lambda data: add_feed(data, feed))
    echo(f"added {feed.get('name') or shown(url)} to {path}")
    if keeps_secret(url) and "${" not in url:
        note("a key stands in its address: better write ${NAME} there, and set that variable")


@app.command()
def pause(
    ctx: typer.Context,
    feed: Annotated[list[str], typer.Argument(help="Names, URLs or ids.")],
    config: ConfigOption = None,
) -> None:
    """Stop polling feeds, without forgetting them."""
    _switch(ctx, config, feed, enabled=False)


@app.command()
def resume(
    ctx: typer.Context,
    feed: Annotated[list[str], typer.Argument(help="Names, URLs or ids.")],
    config: ConfigOption = None,
) -> None:
    """Poll feeds again: paused ones, and those that were given up."""
    _switch(ctx, config, feed, enabled=True)


@app.command("test")
def try_out(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help="A configured feed's name, URL or id, or any URL.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Poll one feed now and print what it says; nothing is stored."""
    from monitor.commands.probing import probe
    from monitor.commands.selecting import feed_or_url
    from monitor.sources.address import masked
    from monitor.steps.ports import PollKind

    loaded = load(ctx, config)
    found = probe(loaded, feed_or_url(loaded, feed))
    moved = masked(found.moved_to) if found.moved_to else None
    if as_json:
        print_json({"ok": not found.error, "error": found.error, "problems": found.problems, "moved_to": moved,
                    "entries": found.entries})  # fmt: skip
    elif found.error:
        note(found.error)
    else:
        rows = [(entry.published.date() if entry.published else "", entry.title, entry.url) for entry in found.entries]
        print_rows(("date", "title", "link"), rows, empty="the feed is sound and holds no entries")
        note(f"{len(rows)} entries" + (f"; moved to {moved}" if moved else ""))
        for problem in found.problems:
            note(problem)
    if found.kind in (PollKind.FAILED, PollKind.GONE):
        raise typer.Exit(4)


@app.command()
def discover(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="A page of the site.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the feeds that a page announces, or that its site keeps in the usual places."""
    from monitor.commands.probing import discover_feeds
    from monitor.sources.address import shown

    found = discover_feeds(load(ctx, config), url)
    if as_json:
        print_json(found)
    else:
        print_rows(("kind", "title", "url"), [(link.kind, link.title, link.url) for link in found])
    if not found:
        note(f"no feed found at {shown(url)}; look for one on the page, or use a news search for its site")
        raise typer.Exit(1)


def _switch(ctx: typer.Context, option: Any, wanted: list[str], *, enabled: bool) -> None:
    from monitor.commands.editing import change
    from monitor.commands.selecting import pick_feeds, revive
    from monitor.config.edit import set_enabled

    loaded: Config = load(ctx, option)
    feeds = pick_feeds(loaded, wanted)
    turning = [feed.id for feed in feeds if feed.enabled != enabled]
    if turning:
        change(loaded.path, lambda data: set_enabled(data, turning, enabled=enabled))
    if enabled:
        revive(loaded, feeds)
    for feed in feeds:
        echo(f"{'resumed' if enabled else 'paused'} {feed.name}")


def _row(feed: "Feed", state: "FeedState | None") -> dict[str, Any]:
    from monitor.sources.address import masked

    word = "paused" if not feed.enabled else state.state if state else "new"
    return {
        "id": feed.id,
        "name": feed.name,
        "url": feed.shown,
        "kind": feed.kind.value,
        "language": feed.language,
        "tags": list(feed.tags),
        "state": "failing" if word == "active" and state and state.failures else word,
        "last_success": state.last_ok if state else None,
        "last_poll": state.last_poll if state else None,
        "due_at": state.due_at if state and word == "active" else None,
        "moved_to": masked(state.moved_to) if state and state.moved_to else None,
        "failures": state.failures if state else 0,
        "error": state.error if state else None,
        "problems": list(state.problems) if state else [],
    }


def _cells(row: dict[str, Any], at: datetime) -> tuple[object, ...]:
    due = ago(row["due_at"], at) if row["due_at"] else ""
    wrong = row["error"] or "; ".join(row["problems"])
    return row["name"], row["kind"], row["state"], ago(row["last_success"], at), due, row["url"], wrong
