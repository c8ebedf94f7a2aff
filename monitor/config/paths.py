"""Where things live: the XDG directories unless the environment or the file says otherwise."""

import sys
from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "feeds.yaml"


def find_config(option: Path | None, env: Mapping[str, str], cwd: Path) -> Path:
    """The configuration file: option, FIGUREWATCH_CONFIG, ./feeds.yaml, then the user's configuration directory."""
    if option is not None:
        return (cwd / option).absolute()
    if named := env.get("FIGUREWATCH_CONFIG"):
        return (cwd / named).expanduser().absolute()
    here = cwd / FILE_NAME
    theirs = _base(env, "XDG_CONFIG_HOME", ".config") / "figurewatch" / FILE_NAME
    return theirs if theirs.exists() and not here.exists() else here


def data_directory(written: str | None, config: Path, env: Mapping[str, str]) -> Path:
    """FIGUREWATCH_DATA_DIR, what the file says (relative to it), then the user's data directory."""
    if named := env.get("FIGUREWATCH_DATA_DIR"):
        return Path(named).expanduser().absolute()
    if written:
        return (config.parent / Path(written).expanduser()).absolute()
    return _base(env, "XDG_DATA_HOME", ".local/share") / "figurewatch"


def beside(config: Path, written: str) -> Path:
    """A path of the file, relative to the file."""
    return (config.parent / Path(written).expanduser()).absolute()


def _base(env: Mapping[str, str], variable: str, fallback: str) -> Path:
    """An XDG base directory; a relative one is to be ignored, says the specification."""
    named = env.get(variable, "")
    if named and Path(named).is_absolute():
        return Path(named)
    if sys.platform == "win32" and (local := env.get("LOCALAPPDATA")):
        return Path(local)
    return Path(env.get("HOME") or Path.home()) / fallback
