"""What is particular to a database in a file: its lock, its place, its backup, and errors in plain words."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from samples import NOON

from monitor.core.errors import Locked, StoreError
from monitor.store import articles, facts, upkeep
from monitor.store.engine import exclusive, file_system, make_engine, plain_words, refuse_network_file_system
from monitor.store.migrate import current, head, upgrade
from monitor.store.store import Store
from monitor.store.types import storable


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path) -> Path:
    copy = tmp_path / "figurewatch.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return copy


@pytest.fixture
def store(path: Path):
    found = Store.open(f"sqlite:///{path}")
    yield found
    found.close()


def put(store: Store, value: str) -> None:
    with store.write() as tx:
        facts.put(tx, "value", value, NOON)


def value_of(store: Store) -> str:
    with store.read() as tx:
        found = facts.get(tx, "value")
    return found[0] if found else "nothing"


def test_a_second_daemon_on_one_file_is_refused_by_name(store: Store, path: Path) -> None:
    script = (
        "from monitor.store.store import Store\n"
        f"with Store.open('sqlite:///{path}').lock(): print('in', flush=True); input()"
    )
    other = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdin is not None
    assert other.stdout is not None
    assert other.stdout.readline() == "in\n"
    with pytest.raises(Locked, match=f"process {other.pid}"), store.lock():
        pass
    other.kill()
    other.communicate()
    with store.lock():  # the lock went with the process
        pass


def test_being_locked_has_its_own_exit_code() -> None:
    assert Locked.exit_code == 75


def test_stores_without_a_file_need_no_lock() -> None:
    memory = Store.open("sqlite://")
    with memory.lock(), memory.lock():
        pass
    memory.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "figurewatch.db"
    store = Store.open(f"sqlite:///{path}")
    store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_each_connection_is_durable_and_checks_foreign_keys(store: Store) -> None:
    with store.read() as tx:
        found = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_pages_are_held_for_looking_articles_up_and_let_go_at_rest(store: Store) -> None:
    def held() -> int:
        with store.read() as tx:
            return int(tx.exec_driver_sql("PRAGMA cache_size").scalar_one())

    lean = held()
    with store.write() as tx:
        articles.shelf(tx, ["a"], ["b"], [1, 2])
    assert held() < lean  # kilobytes are told as negative numbers
    store.rest()
    assert held() == lean


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "oracle://x"])
def test_an_address_of_another_kind_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///"):
        make_engine(url)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another data directory"):
        make_engine(f"sqlite:///{tmp_path}/file/figurewatch.db")


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /mnt/share nfs4 rw 0 0
/dev/sdb1 /mnt/share/local\\040disk xfs rw 0 0
short line
"""


def test_a_network_file_system_is_refused_and_a_local_one_below_it_is_not(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    with pytest.raises(StoreError, match=r"network file system \(nfs4\).*PostgreSQL"):
        refuse_network_file_system(Path("/mnt/share/data/figurewatch.db"), mounts)
    refuse_network_file_system(Path("/mnt/share/local disk/figurewatch.db"), mounts)
    refuse_network_file_system(Path("/home/figurewatch.db"), mounts)
    assert file_system(Path("/home"), tmp_path / "missing") is None


def test_a_backup_is_taken_while_the_database_is_in_use(store: Store, tmp_path: Path) -> None:
    put(store, "before")
    with store.write() as tx:
        facts.put(tx, "value", "not yet committed", NOON)
        upkeep.backup(store, tmp_path / "copy.db")
    copy = Store.open(f"sqlite:///{tmp_path}/copy.db")
    assert value_of(copy) == "before"
    copy.close()


def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        upkeep.backup(store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db.part").mkdir()
    with pytest.raises(StoreError, match="failed"):
        upkeep.backup(store, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_only_a_file_is_backed_up_here(tmp_path: Path) -> None:
    memory = Store.open("sqlite://")
    with pytest.raises(StoreError, match="pg_dump"):
        upkeep.backup(memory, tmp_path / "copy.db")
    memory.close()


def test_a_backup_is_restored_and_the_old_database_kept(store: Store, path: Path, tmp_path: Path) -> None:
    put(store, "then")
    upkeep.backup(store, tmp_path / "copy.db")
    put(store, "now")
    store.close()
    upkeep.restore(tmp_path / "copy.db", path)
    again = Store.open(f"sqlite:///{path}")
    assert value_of(again) == "then"
    again.close()
    old = Store.open(f"sqlite:///{path}.before-restore")
    assert value_of(old) == "now"
    old.close()


def test_restoring_to_a_new_place_makes_it(store: Store, tmp_path: Path) -> None:
    put(store, "then")
    upkeep.backup(store, tmp_path / "copy.db")
    upkeep.restore(tmp_path / "copy.db", tmp_path / "new" / "figurewatch.db")
    again = Store.open(f"sqlite:///{tmp_path}/new/figurewatch.db")
    assert value_of(again) == "then"
    again.close()


def test_nothing_is_restored_under_a_running_daemon(store: Store, path: Path, tmp_path: Path) -> None:
    upkeep.backup(store, tmp_path / "copy.db")
    with exclusive(path), pytest.raises(Locked):
        upkeep.restore(tmp_path / "copy.db", path)


def test_what_is_no_backup_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no backup at"):
        upkeep.restore(tmp_path / "missing.db", path)
    (tmp_path / "text.db").write_text("hello " * 999)
    with pytest.raises(StoreError, match="not a backup"):
        upkeep.restore(tmp_path / "text.db", path)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (a)")
    other.close()
    with pytest.raises(StoreError, match="not a backup"):
        upkeep.restore(tmp_path / "other.db", path)


def test_a_damaged_backup_is_refused(store: Store, path: Path, tmp_path: Path) -> None:
    upkeep.backup(store, tmp_path / "copy.db")
    data = bytearray((tmp_path / "copy.db").read_bytes())
    data[8192:20000] = b"\xff" * (20000 - 8192)
    (tmp_path / "copy.db").write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|not a backup"):
        upkeep.restore(tmp_path / "copy.db", path)


def test_a_backup_whose_rows_break_the_schema_is_refused(store: Store, path: Path, tmp_path: Path) -> None:
    upkeep.backup(store, tmp_path / "copy.db")
    for script in (
        "UPDATE sqlite_master SET sql = replace(sql, 'value TEXT NOT NULL', 'value TEXT') WHERE name = 'facts'",
        "INSERT INTO facts VALUES ('a', NULL, '2025')",
        "UPDATE sqlite_master SET sql = replace(sql, 'value TEXT', 'value TEXT NOT NULL') WHERE name = 'facts'",
    ):
        plain = sqlite3.connect(tmp_path / "copy.db")
        plain.execute("PRAGMA writable_schema=ON")
        plain.execute(script)
        plain.commit()
        plain.close()
    with pytest.raises(StoreError, match=r"is damaged: NULL value in facts\.value"):
        upkeep.restore(tmp_path / "copy.db", path)


def test_a_sound_file_passes_the_deep_check_and_a_damaged_one_does_not(store: Store, path: Path) -> None:
    put(store, "x")
    assert upkeep.integrity(store) == []
    store.close()
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA foreign_keys=OFF")
    plain.execute("INSERT INTO texts (article, version, text, seen_at) VALUES ('nowhere', 1, '', '2025')")
    plain.commit()
    plain.close()
    again = Store.open(f"sqlite:///{path}")
    assert upkeep.integrity(again) == ["row 1 of texts names a missing row"]
    again.close()


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("database or disk is full", "the disk is full"),
        ("disk I/O error", "the disk is full or broken"),
        ("database is locked", "locked by another program"),
        ("database disk image is malformed", "figurewatch restore"),
        ("attempt to write a readonly database", "cannot be written"),
        ("something else\nwith a second line", "something else"),
        ("", "OperationalError"),
    ],
)
def test_database_errors_are_told_in_plain_words(words: str, plain: str) -> None:
    assert plain in plain_words(sqlite3.OperationalError(words))


def test_the_schema_is_upgraded_once(path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    assert current(engine) == head()
    upgrade(engine)
    engine.dispose()
    empty = make_engine(f"sqlite:///{path}.empty")
    assert current(empty) is None
    empty.dispose()


def test_a_fact_survives_the_process(store: Store, path: Path) -> None:
    script = (
        "import os; from datetime import datetime, UTC\n"
        "from monitor.store import facts; from monitor.store.store import Store\n"
        f"s = Store.open('sqlite:///{path}')\n"
        "with s.write() as tx: facts.put(tx, 'value', 'kept', datetime.now(UTC))\n"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert value_of(store) == "kept"


def test_a_restore_that_fails_leaves_the_database_as_it_was(store: Store, path: Path, tmp_path: Path) -> None:
    put(store, "now")
    upkeep.backup(store, tmp_path / "copy.db")
    store.close()
    path.with_name("figurewatch.db.part").mkdir()
    with pytest.raises(StoreError, match="as it was"):
        upkeep.restore(tmp_path / "copy.db", path)
    again = Store.open(f"sqlite:///{path}")
    assert value_of(again) == "now"
    again.close()


def test_a_file_can_be_opened_without_touching_its_schema(path: Path) -> None:
    found = Store.open(f"sqlite:///{path}", migrate=False)
    assert value_of(found) == "nothing"
    found.close()


def test_text_that_no_database_takes_keeps_its_length() -> None:
    assert storable("a\0b\ud800c") == "a b\ufffdc"
