"""The packs that a configuration reads with, and nothing else that would have to be loaded."""

from monitor.config import Config
from monitor.core.types.packs import Packs


def packs_of(config: Config) -> Packs:
    """The shipped packs with the user's own. Raises PackError."""
    from monitor.packs.load import load_packs

    return load_packs(extra_metrics=config.metrics, extra_topics=config.topics)
