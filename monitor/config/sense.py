"""What no single key can tell: duplicates, contradictions, and files that are named but not there.

Works on the tree, not the models, so that it also speaks when the shape is wrong elsewhere.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

from monitor.config import fields
from monitor.config.document import Mapping, Node, Scalar, Sequence
from monitor.config.errors import Place, Problem
from monitor.config.paths import beside

T = TypeVar("T")
CHANNELS = ("email", "slack", "webhook", "file", "console")
_DATABASES = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")


def check(root: Node, path: Path) -> Iterator[Problem]:
    """Every contradiction in the tree."""
    yield from _feeds(root)
    yield from _audiences(root)
    yield from _files(root, path)
    database = _get(root, "database")
    if (text := _text(database)) and database and text.partition("://")[0] not in _DATABASES:
        yield Problem(
            database.place, "database", "no database of a known kind", 'write "sqlite:///…" or "postgresql://…"'
        )


def same_url(url: str) -> str:
    """A form in which two spellings of one feed's URL are equal: for finding duplicates, not for fetching."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{host}{port}{parts.path.rstrip('/')}?{parts.query}"


def _feeds(root: Node) -> Iterator[Problem]:
    hosts = {_text(item) for item in _items(_get(root, "allow_hosts"))}
    common = _get(root, "polling")
    if every := _get(common, "every"):
        wait = _quietly(fields.duration, _text(every))
        if wait and wait < timedelta(minutes=5):
            yield Problem(every.place, "polling.every", "more often than a site should be asked", "write 5m or more")
    urls: dict[str, Place] = {}
    names: dict[str, Place] = {}
    for index, item in enumerate(_items(_get(root, "feeds"))):
        node = item if isinstance(item, Scalar) else _get(item, "url")
        key = f"feeds[{index}]"
        url = _quietly(fields.web_url, _text(node))
        if url and node:
            yield from _once(urls, same_url(url), node.place, f"{key}.url", "the same feed as in")
            yield from _too_often(item, key, url, hosts)
        if (name := _get(item, "name")) and _text(name):
            yield from _once(names, _text(name).casefold(), name.place, f"{key}.name", "the same name as in")


def _once(seen: dict[str, Place], value: str, place: Place, key: str, wrong: str) -> Iterator[Problem]:
    if (first := seen.setdefault(value, place)) is not place:
        yield Problem(place, key, f"{wrong} line {first.line}", "keep one of the two")


def _too_often(item: Node, key: str, url: str, hosts: set[str]) -> Iterator[Problem]:
    every = _get(item, "every")
    parts = urlsplit(url)
    ours = f"{parts.hostname}:{parts.port}" in hosts
    if every and (wait := _quietly(fields.duration, _text(every))) and wait < timedelta(minutes=5) and not ours:
        yield Problem(every.place, f"{key}.every", "more often than a site should be asked", "write 5m or more")


def _audiences(root: Node) -> Iterator[Problem]:
    names: dict[str, Place] = {}
    smtp = _get(root, "smtp")
    for index, item in enumerate(_items(_get(root, "alerts"))):
        key = f"alerts[{index}]"
        if (name := _get(item, "name")) and _text(name):
            yield from _once(names, _text(name).casefold(), name.place, f"{key}.name", "the same name as in")
        if isinstance(item, Mapping):
            yield from _channels(item, key, smtp)
            yield from _schedule(_get(item, "schedule"), f"{key}.schedule")
            yield from _rules(item, key)


def _channels(item: Mapping, key: str, smtp: Node | None) -> Iterator[Problem]:
    if not any(name in item.values for name in CHANNELS):
        yield Problem(item.place, key, "nobody to tell", f"add one of: {', '.join(CHANNELS)}")
    for mail in _items(_get(item, "email")):
        for need in ("host", "sender"):
            if not _get(mail, need) and not _get(smtp, need):
                yield Problem(mail.place, f"{key}.email", f"no {need}", f"add '{need}: …' here or under 'smtp:'")
        yield from _login(mail, f"{key}.email", smtp)
    for slack in _items(_get(item, "slack")):
        if isinstance(slack, Mapping):
            by_hook, token, room = (_get(slack, name) for name in ("url", "token", "channel"))
            if (by_hook is None) == (token is None) or (token is not None and room is None):
                yield Problem(slack.place, f"{key}.slack", "no way to reach it", "give url, or token and channel")


def _login(mail: Node, key: str, smtp: Node | None) -> Iterator[Problem]:
    user, password, security = (_get(mail, name) or _get(smtp, name) for name in ("username", "password", "security"))
    if (user is None) != (password is None):
        lonely = "username without a password" if user else "password without a username"
        yield Problem((user or password or mail).place, key, f"a {lonely}", "set both, or neither")
    if password and security and _text(security) == "none":
        yield Problem(security.place, key, "the password would travel in the clear", "write starttls or tls")


def _schedule(node: Node | None, key: str) -> Iterator[Problem]:
    every, at = _get(node, "every"), _get(node, "at")
    if node and every and at:
        yield Problem(every.place, f"{key}.every", "both every and at", "keep one: an interval, or times of day")
    clocks = [name for name in ("days", "quiet") if _get(node, name)] + (["at"] if at else [])
    if node and clocks and not _get(node, "zone"):
        yield Problem(node.place, key, f"'{clocks[0]}' without a zone", "add 'zone: Europe/Berlin' (or UTC)")


def _rules(item: Mapping, key: str) -> Iterator[Problem]:
    rules, metrics = _get(item, "rules"), _get(item, "metrics")
    if rules and metrics:
        yield Problem(metrics.place, f"{key}.metrics", "both metrics and rules", "move the metrics into a rule")
    for name in ("min_absolute", "min_percent"):
        if rules and (node := _get(item, name)):
            yield Problem(node.place, f"{key}.{name}", f"both {name} and rules", "move it into the rules it is for")


def _files(root: Node, path: Path) -> Iterator[Problem]:
    for name in ("metrics", "topics"):
        for index, node in enumerate(_items(_get(root, name))):
            if (text := _text(node)) and not beside(path, text).is_file():
                yield Problem(
                    node.place, f"{name}[{index}]", f"no file {fields.shown(text)}", "write its path from here"
                )
    for key, node in _ca_files(root):
        if (text := _text(node)) and not beside(path, text).is_file():
            yield Problem(node.place, key, f"no file {fields.shown(text)}", "write the path of a PEM file from here")
    if (seeds := _get(root, "seeds")) and _text(seeds) and not beside(path, _text(seeds)).is_dir():
        yield Problem(seeds.place, "seeds", f"no folder {fields.shown(_text(seeds))}", "write its path from here")


def _ca_files(root: Node) -> Iterator[tuple[str, Node]]:
    """Every `ca_file`, with its key."""
    if node := _get(_get(root, "smtp"), "ca_file"):
        yield "smtp.ca_file", node
    for index, audience in enumerate(_items(_get(root, "alerts"))):
        for mail in _items(_get(audience, "email")):
            if node := _get(mail, "ca_file"):
                yield f"alerts[{index}].email.ca_file", node


def _get(node: Node | None, name: str) -> Node | None:
    found = node.values.get(name) if isinstance(node, Mapping) else None
    return None if isinstance(found, Scalar) and found.value is None else found


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else () if node is None else (node,)


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, Scalar) and node.value is not None else ""


def _quietly(read: Callable[[str], T], text: str) -> T | None:
    """What the field's own reader makes of it; None where that reader complains (it is heard elsewhere)."""
    try:
        return read(text) if text else None
    except PydanticCustomError:
        return None
