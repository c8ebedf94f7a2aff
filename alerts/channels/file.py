"""A digest as files in a directory, for whoever reads them from there."""

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from alerts.channels.base import Arrived
from alerts.message import Message
from alerts.outcome import Outcome, retry, sent
from alerts.render_json import render_json
from alerts.render_slack import render_slack
from alerts.render_text import render_text, subject
from alerts.rendering import NotRendered, Order, Render, render_here

SENDER = "figurewatch@localhost"
SUFFIXES = {"text": ".txt", "html": ".html", "json": ".json", "slack": ".slack.json", "eml": ".eml"}
PLAIN: Mapping[str, Callable[[Message], str]] = {
    "text": lambda message: f"{subject(message)}\n\n{render_text(message)}\n",
    "json": lambda message: json.dumps(render_json(message), indent=1),
    "slack": lambda message: json.dumps(render_slack(message), indent=1),
}


class FileChannel:
    """Writes `DIRECTORY/DATE-ID.txt` and so on; the same digest again replaces its own files, so nothing doubles."""

    def __init__(
        self, channel_id: str, settings: Mapping[str, str], *, brand_url: str = "", render: Render = render_here
    ) -> None:
        self.id = channel_id
        self._folder = Path(settings["path"])
        wanted = {name.strip() for name in settings.get("formats", "text,html").split(",")}
        self._formats = tuple(name for name in SUFFIXES if name in wanted)
        self._brand_url = brand_url
        self._render = render

    def __repr__(self) -> str:
        return f"FileChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Write every format; the recipient plays no part. A full disk or a missing right is worth another try."""
        try:
            made = [(SUFFIXES[name], await self._made(name, message)) for name in self._formats]
            names = await asyncio.to_thread(self._write_all, file_stem(message), made)
        except NotRendered as error:
            return error.outcome()
        except OSError as error:
            return retry(f"cannot write into {self._folder}: {error.strerror or type(error).__name__}")
        return sent(f"written: {', '.join(names)}")

    async def _made(self, name: str, message: Message) -> bytes:
        if name in PLAIN:
            return (await asyncio.to_thread(PLAIN[name], message)).encode()
        if name == "eml":
            return await self._render(Order("email", message, SENDER, SENDER, self._brand_url))
        return await self._render(Order("html", message, brand_url=self._brand_url))

    def _write_all(self, stem: str, made: Iterable[tuple[str, bytes]]) -> list[str]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = []
        for suffix, data in made:
            _write(self._folder / f"{stem}{suffix}", data)
            names.append(f"{stem}{suffix}")
        return names


def file_stem(message: Message) -> str:
    """A name that sorts by date, is the same for the same digest, and can leave no directory."""
    day = re.sub(r"[^0-9]", "", message.date[:16])[:12] or "undated"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", message.id).strip("-")[:40]
    if plain != message.id:  # two ids must not share a file
        plain = f"{plain}-{hashlib.sha256(message.id.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}".strip("-")
    return f"{day}-{plain}"


def _write(path: Path, data: bytes) -> None:
    """All or nothing, readable by the owner only, on the disk before it counts as sent."""
    part = path.with_name(f".{path.name}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - pathlib opens no descriptor
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
