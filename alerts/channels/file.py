"""A digest as files in a directory, for whoever reads them from there."""

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from alerts.channels.base import Arrived
from alerts.message import Message
from alerts.outcome import Outcome, retry, sent
from alerts.render_email import render_email
from alerts.render_html import render_html
from alerts.render_json import render_json
from alerts.render_slack import render_slack
from alerts.render_text import render_text, subject

SENDER = "figurewatch@localhost"
RENDERERS: Mapping[str, tuple[str, Callable[[Message, str], bytes]]] = {
    "text": (".txt", lambda message, _: f"{subject(message)}\n\n{render_text(message)}\n".encode()),
    "html": (".html", lambda message, url: render_html(message, brand_url=url).encode()),
    "json": (".json", lambda message, _: json.dumps(render_json(message), indent=1).encode()),
    "slack": (".slack.json", lambda message, _: json.dumps(render_slack(message), indent=1).encode()),
    "eml": (".eml", lambda message, url: bytes(render_email(message, SENDER, SENDER, brand_url=url))),
}


class FileChannel:
    """Writes `DIRECTORY/DATE-ID.txt` and so on; the same digest again replaces its own files, so nothing doubles."""

    def __init__(self, channel_id: str, settings: Mapping[str, str], *, brand_url: str = "") -> None:
        self.id = channel_id
        self._folder = Path(settings["path"])
        wanted = {name.strip() for name in settings.get("formats", "text,html").split(",")}
        self._formats = tuple(name for name in RENDERERS if name in wanted)
        self._brand_url = brand_url

    def __repr__(self) -> str:
        return f"FileChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Write every format; the recipient plays no part. A full disk or a missing right is worth another try."""
        try:
            names = await asyncio.to_thread(self._write_all, message)
        except OSError as error:
            return retry(f"cannot write into {self._folder}: {error.strerror or type(error).__name__}")
        return sent(f"written: {', '.join(names)}")

    def _write_all(self, message: Message) -> list[str]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = file_stem(message)
        names = []
        for name in self._formats:
            suffix, render = RENDERERS[name]
            _write(self._folder / f"{stem}{suffix}", render(message, self._brand_url))
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
