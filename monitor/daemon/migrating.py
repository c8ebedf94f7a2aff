"""Migration in a process of its own: alembic takes 10 MB that the daemon would otherwise keep for ever."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

import monitor.store
from monitor.core.errors import StoreError
from monitor.store.store import Store

_VERSIONS = Path(monitor.store.__file__).parent / "migrations" / "versions"


def migrate(url: str) -> None:
    """Bring the database at `url` to this version's form. Raises StoreError in the other process's words."""
    if is_current(url):
        return
    done = subprocess.run(
        (sys.executable, "-P", "-m", "monitor.daemon.migrating"), input=url, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StoreError(done.stdout.strip() or "the database could not be migrated; 'figurewatch migrate' says why")


def newest() -> str:
    """The version that this program works with: what the last migration's file name begins with."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def is_current(url: str) -> bool:
    """Whether there is nothing to migrate; False also where that cannot be told."""
    store = Store.open(url, migrate=False)
    try:
        with store.read() as tx:
            return tx.execute(text("select version_num from alembic_version")).scalar() == newest()
    except StoreError:
        return False
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
