"""Migration in a process of its own: alembic takes 10 MB that the daemon would otherwise keep for ever."""

import subprocess
import sys

from monitor.core.errors import StoreError
from monitor.store import version
from monitor.store.store import Store


def migrate(url: str) -> None:
    """Bring the database at `url` to this version's form. Raises StoreError in the other process's words."""
    if is_current(url):
        return
    done = subprocess.run(
        (sys.executable, "-P", "-m", "monitor.daemon.migrating"), input=url, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StoreError(done.stdout.strip() or "the database could not be migrated; 'figurewatch migrate' says why")


def is_current(url: str) -> bool:
    """Whether there is nothing to migrate; False also where that cannot be told."""
    store = Store.open(url, migrate=False)
    try:
        return version.is_current(store.engine)
    finally:
        store.close()


def main() -> None:
    """Read a URL from standard input and migrate; what goes wrong goes to standard output."""
    try:
        Store.open(sys.stdin.read().strip()).close()
    except StoreError as error:
        print(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
