"""feedparser's own test files, where FIGUREWATCH_FEEDPARSER_TESTS names a folder with them."""

import os
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from monitor.sources.errors import DocumentError
from monitor.sources.feed import parse_feed

FOLDER = os.environ.get("FIGUREWATCH_FEEDPARSER_TESTS", "")
NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not FOLDER, reason="FIGUREWATCH_FEEDPARSER_TESTS names no folder")


def files():
    return [
        path for path in sorted(Path(FOLDER).rglob("*")) if path.suffix in {".xml", ".json", ".dat"} and path.is_file()
    ]


def read(body, known=frozenset()):
    return parse_feed(body, "application/xml", "https://news.example/feed", now=NOW, known=known)


def test_no_file_raises_anything_undeclared_and_none_is_news_twice():
    wrong = []
    for path in files():
        body = path.read_bytes()
        began = process_time()
        try:
            first = read(body)
        except DocumentError:
            continue
        second = read(body, frozenset(first.items))
        keys = {entry.key for entry in first.entries}
        if any(entry.key not in keys for entry in second.entries) or (first.items and second.entries):
            wrong.append((path.name, "is news at the second poll"))
        if process_time() - began > 2:
            wrong.append((path.name, "takes too long"))
    assert wrong == []
    assert files()
