"""Changing feeds.yaml from a command: only to something that still is a right configuration."""

import os
from collections.abc import Callable
from pathlib import Path

from monitor.config import load_config
from monitor.config.edit import write_atomically
from monitor.config.load import load_text
from monitor.core.errors import FigurewatchError


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Apply `edit` to the file at `path`. Raises ConfigError when it is, or would become, wrong."""
    load_config(path, os.environ)
    new = edit(path.read_bytes())
    load_text(new, path, os.environ)
    try:
        write_atomically(path, new)
    except OSError as error:
        raise FigurewatchError(f"{path} cannot be written: {error.strerror}; check its rights") from None
