"""Opens a database the one way that keeps the promises: durable, foreign keys on, writers in a queue."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from monitor.core.errors import Locked, StoreError
from monitor.store import schema

BUSY_SECONDS = 60

# How many KB of pages SQLite keeps in memory for each connection: few, as polls and deliveries meet each page once, and
# more while articles are looked up, which goes through the same inner pages of large indexes for every key.
LEAN = "cache_size=-1000"
ROOMY = "cache_size=-4000"

# File systems whose locks or fsync cannot be trusted: https://www.sqlite.org/faq.html#q5
_NETWORK = (
    *("9p", "afs", "afpfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs", "fuse.gcsfuse", "fuse.glusterfs"),
    *("fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb2"),
    *("smb3", "smbfs"),
)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///file`, `sqlite://` (in memory, for one process) or `postgresql://…`.

    Raises StoreError when the address is none of these or names a file on a network file system.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            "the database address is not one: use sqlite:///path/to/figurewatch.db or postgresql://user@host/name"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend == "postgresql":
        schema.partial_on_postgresql()
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,  # a server restart costs one reconnect, not an error
            pool_size=4,
            max_overflow=8,
            pool_timeout=BUSY_SECONDS,
            connect_args={"connect_timeout": 10},
            isolation_level="READ COMMITTED",
        )
    raise StoreError(f"the database kind {backend!r} is not supported: use sqlite:/// or postgresql://")


def _sqlite(url: URL) -> Engine:
    in_memory = not url.database or url.database == ":memory:"
    if in_memory:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        path = Path(str(url.database))
        refuse_network_file_system(path)
        _create_private(path)
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun by the event below, never by the driver's guess
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            LEAN,
            "mmap_size=0",
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _create_private(path: Path) -> None:
    """The file exists afterwards, readable by its owner alone: it holds what the mails hold."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"cannot create the database {path}: {error.strerror}; choose another data directory"
        ) from None


def refuse_network_file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> None:
    """Raise StoreError when `path` lies on a file system shared over a network; silent where that cannot be known."""
    kind = file_system(path, mounts)
    if kind in _NETWORK:
        raise StoreError(
            f"{path} is on a network file system ({kind}), where SQLite loses data: "
            "put the data directory on a local disk, or use PostgreSQL (database: postgresql://…)"
        )


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The type of the file system that holds `path`, from the kernel's table of mounts; None when unknown."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return None
    wanted = path.resolve()
    best: tuple[int, str] | None = None
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        # a later mount on the same point hides the earlier one
        if wanted.is_relative_to(point) and (best is None or len(point.parts) >= best[0]):
            best = (len(point.parts), fields[2])
    return best[1] if best else None


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file beside a SQLite database while in the block; raise Locked when somebody else does.

    The lock is the kernel's: it goes with the process, however that ends, so a crash leaves nothing to clean up.
    """
    import fcntl

    lock = path.with_name(path.name + ".lock")
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Locked(
                f"another figurewatch (process {owner}) works on {path}: stop it first, or use PostgreSQL for several"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def plain_words(error: BaseException) -> str:
    """A database error for people: what happened, without the statement, its values or the address."""
    original: Any = getattr(error, "orig", None) or error
    text = str(original).strip().splitlines()[0] if str(original).strip() else type(original).__name__
    lowered = text.lower()
    if "disk is full" in lowered or "no space left" in lowered:
        return "the disk is full: free some space; nothing that was stored is lost"
    if "disk i/o error" in lowered:  # SQLite says no more of a disk on which its shared memory finds no room
        return "the disk is full or broken (disk I/O error): free some space; nothing that was stored is lost"
    if "database is locked" in lowered:
        return f"the database stayed locked by another program for {BUSY_SECONDS} s"
    if "malformed" in lowered or "not a database" in lowered:
        return f"the database file is damaged ({text}): restore a backup with `figurewatch restore`"
    if "readonly" in lowered or "read-only" in lowered:
        return "the database cannot be written: check the owner and mode of the data directory"
    return text
