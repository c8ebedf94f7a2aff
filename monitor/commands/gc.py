"""`figurewatch gc`: texts that no figure rests on any more are dropped."""

import typer

from monitor.commands.shared import ConfigOption, JsonOption, echo, load, print_json, single_command

app = single_command()


@app.command()
def gc(ctx: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Drop what is older than `retention` and no figure rests on. The daemon does it once a day as well."""
    from monitor.commands.worlds import in_world
    from monitor.steps.sweep import tidy
    from monitor.store.upkeep import Keep

    loaded = load(ctx, config)
    kept = loaded.retention
    keep = Keep(kept.entries, kept.articles, kept.digests)
    found = in_world(loaded, lambda fitted: tidy(fitted.world, keep))
    swept = {"entries": found.entries, "articles": found.articles, "digests": found.digests}
    if as_json:
        print_json(swept)
    else:
        echo("dropped " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in swept.items()))
