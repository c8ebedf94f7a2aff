"""What is installed is what was locked: every package pinned, every file known by its hash."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "requirements"
LOCKS = sorted(FOLDER.glob("*.lock"))
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def packages(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version, and everything said of a package, hashes included."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    matches = [(PINNED.match(line), line) for line in lines]
    assert [line for match, line in matches if match is None] == []
    return [(match[1], match[2], line) for match, line in matches if match]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_known_by_the_hash_of_its_files(lock: Path) -> None:
    assert [name for name, _, line in packages(lock) if not re.search(r"--hash=sha256:[0-9a-f]{64}", line)] == []


def test_what_is_installed_is_what_is_locked() -> None:
    wrong = []
    for name, locked, line in packages(FOLDER / "run.lock"):
        if ";" in line:  # for other systems or versions of Python
            continue
        try:
            if version(name) != locked:
                wrong.append(f"{name}: {version(name)} is installed, {locked} is locked")
        except PackageNotFoundError:
            wrong.append(f"{name} is locked and not installed")
    assert wrong == []
