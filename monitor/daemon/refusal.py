"""A configuration that was saved with mistakes and is not in force: told once it has stayed so, and taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=5)  # somebody may still be at it


class Refusal:
    """Since when the saved configuration is refused, and for what. `name`: the file's; `hurry`: factor on PATIENCE."""

    def __init__(self, name: str, now: Callable[[], datetime], hurry: float = 1.0) -> None:
        self._name = name
        self._now = now
        self._patience = PATIENCE * hurry
        self._since: datetime | None = None
        self._words = ""
        self._told = False

    def begin(self, words: str) -> None:
        """It was refused, for what `words` say; maybe once more."""
        self._since = self._since or self._now()
        self._words = words

    def end(self) -> str:
        """What is in force now is what was saved; gives what to say where people were told of the refusal, else ""."""
        told, self._since, self._told = self._told, None, False
        return f"{self._name} is in force again as it was saved." if told else ""

    def due(self) -> str:
        """What is to be said, once a refusal, when it has lasted; "" otherwise."""
        if self._told or self._since is None or self._now() - self._since < self._patience:
            return ""
        self._told = True
        return (
            f"{self._name} was saved with mistakes on {self._since:%d %B %H:%M} UTC and is not in force; what it said "
            f"before is. The first mistake is {self._words}. See `figurewatch check`."
        )
