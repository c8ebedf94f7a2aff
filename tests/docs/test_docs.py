"""What the documents say exists: commands, tests, targets, files."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from monitor.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / name
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "seeds/README.md")
]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
WORD = re.compile(r"[a-z][a-z-]+")


def named_commands(text: str) -> set[tuple[str, ...]]:
    """The commands written in code as `figurewatch NAME [NAME]`."""
    found = set()
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for code in [*spans, *blocks]:
        for line in code.split("\n"):
            for part in re.findall(r"(?:^|\s|bin/)figurewatch((?: +[a-z-]+){1,2})", line.split("#")[0]):
                found.add(tuple(part.split()))
    return found


def exists(words: tuple[str, ...]) -> bool:
    group = get_command(app)
    command = group.get_command(None, words[0])  # no context is needed to look one up
    if command is None:
        return False
    inner = getattr(command, "commands", None)
    return len(words) == 1 or inner is None or words[1] in inner or words[1].startswith("-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page):
    assert [words for words in sorted(named_commands(page.read_text(encoding="utf-8"))) if not exists(words)] == []


def test_the_readme_names_every_command():
    named = {words[0] for words in named_commands((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert set(COMMANDS) - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page):
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
        assert not name or re.search(rf"def {name}\(", (ROOT / path).read_text(encoding="utf-8")), name


def held(page):
    """What stands in the tables of a page whose last column is "held by": (first cell, last cell)."""
    rows = []
    for table in re.findall(r"(?:^\|.*\|\n)+", page.read_text(encoding="utf-8"), re.MULTILINE):
        head, _, *body = table.splitlines()
        if head.rstrip("| ").endswith("held by"):
            rows += [(line.split("|")[1].strip(), line.rstrip(" |").rpartition("|")[2].strip()) for line in body]
    return rows


@pytest.mark.parametrize(("name", "least"), [("README.md", 14), ("SECURITY.md", 14), ("docs/reliability.md", 18)])
def test_every_promise_names_the_tests_that_hold_it(name, least):
    rows = held(ROOT / name)
    assert len(rows) >= least
    for promise, cell in rows:
        named = cell.split(", ")
        assert all(re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`", one) for one in named), promise


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_links_to_exists(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^":]+)"', text):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) - targets == set()


def test_every_room_of_the_architecture_is_there():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for room in re.findall(r"^\| `([\w/.]+)`", text, re.MULTILINE):
        assert (ROOT / room).exists(), room


def test_the_decisions_are_all_listed():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in folder.glob("0*.md") if file.name not in listed] == []
