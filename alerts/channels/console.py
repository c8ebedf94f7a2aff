"""A digest on the terminal: what `make run` shows when nothing is configured."""

import asyncio
import sys
from collections.abc import Callable

from alerts.channels.base import Arrived
from alerts.message import Message
from alerts.outcome import Outcome, retry, sent
from alerts.render_text import render_text, subject


def print_whole(text: str) -> None:
    """To standard output, and out of its buffer: what is still in there when the process dies was not sent."""
    if sys.stdout is None:
        raise ValueError("there is no standard output")
    sys.stdout.write(text)
    sys.stdout.flush()


class ConsoleChannel:
    """Writes the plain text, whole, in one call."""

    def __init__(self, channel_id: str, write: Callable[[str], object]) -> None:
        self.id = channel_id
        self._write = write

    def __repr__(self) -> str:
        return f"ConsoleChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Print the digest; the recipient plays no part."""
        rule = "=" * 72
        text = f"\n{rule}\n{subject(message)}\n{rule}\n{render_text(message)}\n"
        try:
            await asyncio.to_thread(self._print, text)
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            return retry(f"the console cannot be written to: {type(error).__name__}")
        return sent("printed")

    def _print(self, text: str) -> None:
        try:
            self._write(text)
        except UnicodeEncodeError as error:  # an ASCII terminal still gets the figures
            self._write(text.encode(error.encoding, "replace").decode(error.encoding))
