"""feeds.yaml and the environment -> one frozen Config, or every mistake at once."""

from collections.abc import Mapping
from pathlib import Path

from monitor.config.errors import ConfigError, Place, Problem
from monitor.config.paths import find_config
from monitor.config.values import Config, Polling, Retention, Watch

__all__ = [
    "Config",
    "ConfigError",
    "Place",
    "Polling",
    "Problem",
    "Retention",
    "Watch",
    "find_config",
    "load_config",
]


def load_config(path: Path, env: Mapping[str, str]) -> Config:
    """See load.load_config. Imported when called: what it needs is large, and the daemon has no use for it."""
    from monitor.config.load import load_config as load

    return load(path, env)
