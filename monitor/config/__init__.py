"""feeds.yaml and the environment -> one frozen Config, or every mistake at once."""

from monitor.config.errors import ConfigError, Place, Problem
from monitor.config.load import find_config, load_config
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
