"""Small changes to feeds.yaml that leave every other byte as the user wrote it.

Rewriting a file through a YAML library reflows it. Here the places of the parsed tree tell where to cut; afterwards the
new text is parsed again and must say exactly what was meant, or nothing is written.
"""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from monitor.config.document import Mapping, Node, Scalar, Sequence, decode, parse, plain
from monitor.config.values import feed_id
from monitor.core.errors import FigurewatchError

_PLAIN = re.compile(r"[A-Za-z][\w /.-]*\w")


class EditError(FigurewatchError):
    """The file cannot be changed safely; the message says what to write by hand."""

    exit_code = 3


def add_feed(data: bytes, feed: dict[str, Any]) -> bytes:
    """The file with one more feed: a bare URL when there is nothing else to say. Raises EditError."""
    return add_feeds(data, [feed])


def add_feeds(data: bytes, added: Iterable[dict[str, Any]]) -> bytes:
    """The file with more feeds, in their order. Raises EditError."""
    root, feeds = _feeds(data)
    lines = _text(data).split("\n")
    entries = [(_item(feed), feed if len(feed) > 1 else feed["url"]) for feed in added]
    if feeds.flow:
        by_hand = "this item" if len(entries) == 1 else "these items"
        raise EditError(f"'feeds' is written in brackets; add {by_hand} by hand: {_few(entries)}")
    end = _end_of_section(lines, root, feeds)
    indent = " " * (feeds.place.column - 1)
    lines[end:end] = [f"{indent}- {entry}" for entry, _ in entries]
    wanted = plain(root)
    wanted["feeds"] += [meant for _, meant in entries]
    return _verified(data, "\n".join(lines), wanted, _few(entries))


def _few(entries: list[tuple[str, Any]]) -> str:
    """The first items, as they may be shown."""
    shown = ", ".join(entry for entry, _ in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown


def set_enabled(data: bytes, ids: Iterable[str], *, enabled: bool) -> bytes:
    """The file with the `enabled` of the feeds with these ids set. Unknown ids are left to the caller.

    Raises EditError.
    """
    root, feeds = _feeds(data)
    chosen = set(ids)
    wanted = plain(root)
    text = _text(data)
    edits: list[tuple[int, int, str]] = []
    for index, node in enumerate(feeds.items):
        if feed_id(_url(node)) not in chosen:
            continue
        found = wanted["feeds"][index]
        wanted["feeds"][index] = {**(found if isinstance(found, dict) else {"url": found}), "enabled": enabled}
        edits.append(_switch(node, text, enabled=enabled))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return _verified(data, text, wanted, f"enabled: {str(enabled).lower()}")


def write_atomically(path: Path, data: bytes) -> None:
    """The whole new file or the whole old one, whatever happens; mode kept, symbolic links followed."""
    target = path.resolve()
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _switch(node: Node, text: str, *, enabled: bool) -> tuple[int, int, str]:
    """What to put where so that one item is on or off."""
    word = str(enabled).lower()
    if isinstance(node, Scalar):
        start, end = node.span
        return start, end, f"{{url: {json.dumps(node.text, ensure_ascii=False)}, enabled: {word}}}"
    if not isinstance(node, Mapping):
        raise EditError("an item of 'feeds' is a list")
    old = node.values.get("enabled")
    if isinstance(old, Scalar):
        return *old.span, word
    start, end = node.span
    if node.flow:
        close = end - 1
        comma = "" if text[:close].rstrip().endswith((",", "{")) else ", "
        return close, close, f"{comma}enabled: {word}"
    return start, start, f"enabled: {word}\n{' ' * (node.place.column - 1)}"


def _feeds(data: bytes) -> tuple[Mapping, Sequence]:
    root, problems = parse(data)
    feeds = root.values.get("feeds") if isinstance(root, Mapping) else None
    if problems or not isinstance(root, Mapping) or not isinstance(feeds, Sequence):
        raise EditError("the file has mistakes; run 'figurewatch check' and put them right first")
    return root, feeds


def _end_of_section(lines: list[str], root: Mapping, feeds: Sequence) -> int:
    """The line index behind the last item: before the next key, less the comments and blanks that lead up to it."""
    below = [place.line - 1 for place in root.keys.values() if place.line > feeds.place.line]
    end = min(below, default=len(lines))
    while end > feeds.place.line and not lines[end - 1].split("#")[0].strip():
        end -= 1
    return end


def _url(node: Node) -> str:
    found = node.values.get("url") if isinstance(node, Mapping) else node
    return found.text.strip() if isinstance(found, Scalar) else ""


def _item(feed: dict[str, Any]) -> str:
    if set(feed) == {"url"}:
        return str(feed["url"]) if re.fullmatch(r"https?://[^\s#]+[^\s#:,]", feed["url"]) else _value(feed["url"])
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in feed.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in {"true", "false", "null"}:
        return value
    return json.dumps(value, ensure_ascii=False)


def _text(data: bytes) -> str:
    return decode(data)


def _verified(old: bytes, text: str, wanted: Any, by_hand: str) -> bytes:
    """The new bytes in the old file's manner, once they are known to say what was meant."""
    if b"\r\n" in old:
        text = text.replace("\n", "\r\n")
    new = (b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + text.encode()
    root, problems = parse(new)
    if root is None or problems or plain(root) != wanted:
        raise EditError(f"the file is laid out in a way that cannot be changed safely; write by hand: {by_hand}")
    return new
