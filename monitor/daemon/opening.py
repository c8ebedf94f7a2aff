"""Opens the configured store, and loads nothing else for it: many commands need no more."""

from monitor.config import Config
from monitor.core.errors import StoreError
from monitor.store.store import Store


def open_store(config: Config, *, migrate: bool = True) -> Store:
    """The configured store; makes the data directory, for its owner only. Raises StoreError."""
    if config.database_url.startswith("sqlite"):
        try:
            config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            what = f"cannot make the data directory {config.data_dir}: {error.strerror}"
            raise StoreError(f"{what}; choose another with data_dir or FIGUREWATCH_DATA_DIR") from None
    return Store.open(config.database_url, migrate=migrate)
