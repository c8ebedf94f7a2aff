"""Stories as JSON Lines, the form that `read`, `replay` and `demo --stories` take: parsed, or refused with the line."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from monitor.core.errors import FigurewatchError
from monitor.core.types.figures import Story

_SURROGATE = re.compile("[\ud800-\udfff]")


class StoriesError(FigurewatchError):
    """A stories file cannot be used; the message names file, line and remedy."""

    exit_code = 2


def load_stories(path: Path) -> tuple[Story, ...]:
    """The stories of a .jsonl file, in file order."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StoriesError(f"{path}: {error.strerror or error}; give the path of a .jsonl file of stories") from None
    except UnicodeDecodeError as error:
        raise StoriesError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    return parse_stories(text, path.name)


def parse_stories(text: str, name: str = "stories.jsonl") -> tuple[Story, ...]:
    """One story a line: {"id", "title", "text", "date" (ISO), "lang"}; only `text` must be there.

    Other keys are ignored. Rows without an id are numbered after the file: hard_cases.jsonl gives hard-00, hard-01.
    """
    prefix = re.split(r"[_.]", name, maxsplit=1)[0] or "story"
    stories = tuple(_story(row, place, f"{prefix}-{i:02}") for i, (place, row) in enumerate(_rows(text, name)))
    seen: set[str] = set()
    for story in stories:
        if story.id in seen:
            raise StoriesError(f"{name}: the id {story.id!r} stands twice; give each story an id of its own")
        seen.add(story.id)
    return stories


def _rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    # Not splitlines(): a text may hold U+2028 and its like unescaped.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "not JSON"
            raise StoriesError(f"{place}: {reason}; each line must be one JSON object") from None
        if not isinstance(row, dict):
            raise StoriesError(f"{place}: not an object; write {{'id': …, 'title': …, 'text': …}} on one line")
        yield place, row


def _story(row: dict[str, Any], place: str, fallback: str) -> Story:
    text = _string(row, "text", place)
    if text is None:
        raise StoriesError(f"{place}: text: missing; give the story's text")
    return Story(
        id=_string(row, "id", place) or fallback,
        title=_string(row, "title", place) or "",
        text=text,
        date=_date(_string(row, "date", place), place),
        language=_string(row, "lang", place) or None,
    )


def _string(row: dict[str, Any], key: str, place: str) -> str | None:
    value = row.get(key)
    if isinstance(value, int) and key == "id":
        return str(value)
    if value is not None and not isinstance(value, str):
        raise StoriesError(f"{place}: {key}: {type(value).__name__}; write it as a string")
    return None if value is None else _SURROGATE.sub("\ufffd", value)


def _date(text: str | None, place: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise StoriesError(f"{place}: date: {text!r} is no date; write it as 2025-04-30") from None
