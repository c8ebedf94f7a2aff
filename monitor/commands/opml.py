"""`figurewatch opml`: feed lists from and for other readers (OPML 2.0)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.shared import ConfigOption, command_group, config_path, counted, echo, load, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.types.feeds import Feed

app = command_group("Exchange feed lists with other readers.")
_MAX_BYTES = 10_000_000


@app.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output without it.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write the configured feeds as OPML. Headers and keys in addresses are left out."""
    from monitor.core.errors import FigurewatchError

    feeds = load(ctx, config).feeds
    text = _document(feeds)
    if file is None:
        sys.stdout.write(text)
    else:
        try:
            file.write_text(text, "utf-8")
        except OSError as error:
            raise FigurewatchError(f"{file}: cannot be written ({error.strerror}); name another place") from None
        note(f"wrote {file}")
    for feed in feeds:
        if feed.secret:
            note(f"the key in the address of {feed.name} was left out: whoever takes the list needs one of their own")


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)],
    config: ConfigOption = None,
) -> None:
    """Add the feeds of an OPML file to feeds.yaml; those that are there already are left alone."""
    from monitor.commands.editing import change
    from monitor.config.edit import add_feeds

    outlines = _outlines(file.read_bytes()[: _MAX_BYTES + 1], file)
    if found := list(_new(outlines, load(ctx, config).feeds)):
        change(config_path(ctx, config), lambda data: add_feeds(data, found))
    echo(f"added {counted(len(found), 'feed')}")


def _document(feeds: "tuple[Feed, ...]") -> str:
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "figurewatch feeds"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        values = {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.shown}
        if feed.tags:
            values["category"] = ",".join(feed.tags)
        if feed.language:
            values["language"] = feed.language
        etree.SubElement(body, "outline", values)
    text: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="utf-8")
    return text.decode()


def _outlines(data: bytes, file: Path) -> "Iterator[dict[str, Any]]":
    """The feeds of an OPML document, those of folders with the folder as a tag. Raises FigurewatchError."""
    from lxml import etree

    from monitor.config.fields import web_url
    from monitor.core.errors import FigurewatchError
    from monitor.sources.sanitise import clean_line

    if len(data) > _MAX_BYTES:
        raise FigurewatchError(f"{file}: more than {_MAX_BYTES} bytes; that is no list of feeds")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = clean_line(error.msg or "", 120)  # it quotes the file
        raise FigurewatchError(f"{file}: not XML ({reason}); export it again from the other reader") from None
    if root is None or root.tag != "opml":
        raise FigurewatchError(f"{file}: not OPML; its first element must be <opml>")
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()
        if not url:
            continue
        if "${" in url:  # whoever wrote the list must not be sent our secrets
            note(f"left out {url[:80]!r}: it names a secret of the environment; add it by hand if you trust the list")
            continue
        try:
            web_url(url)
        except ValueError as error:
            note(f"left out {url[:80]!r}: {error}")
            continue
        yield _feed(outline, url)


def _new(outlines: "Iterable[dict[str, Any]]", known: "tuple[Feed, ...]") -> "Iterator[dict[str, Any]]":
    """The feeds that are not known yet, each once; of two with one name the second is told apart by its host."""
    from urllib.parse import urlsplit

    from monitor.config.sense import same_url

    urls, names = {same_url(feed.url) for feed in known}, {feed.name.casefold() for feed in known}
    for feed in outlines:
        if same_url(feed["url"]) in urls:
            continue
        urls.add(same_url(feed["url"]))
        name = feed.pop("name", "")
        choices = (name, f"{name} ({urlsplit(feed['url']).hostname})") if name else ()
        if free := next((choice for choice in choices if choice.casefold() not in names), ""):
            names.add(free.casefold())
        yield {"name": free, **feed} if free else feed


def _feed(outline: Any, url: str) -> "dict[str, Any]":
    folders = [each.get("text") or each.get("title") for each in outline.iterancestors("outline")]
    tags = [tag.strip() for tag in (outline.get("category") or "").split(",")] + [folder or "" for folder in folders]
    name = " ".join((outline.get("text") or outline.get("title") or "").replace("${", "$ {").split())[:200]
    tags = list(dict.fromkeys(" ".join(tag.replace("${", "$ {").split())[:60] for tag in tags if tag.strip("/ ")))
    feed: dict[str, Any] = {"url": url}
    if name and name != url:
        feed = {"name": name, **feed}
    return feed | ({"tags": tags} if tags else {})
