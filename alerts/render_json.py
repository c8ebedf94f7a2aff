"""A digest as plain data for programs: what webhooks receive."""

import json
from typing import Any

from alerts.message import Message, to_json
from alerts.render_text import render_text, subject

VERSION = 1  # raised only when a field changes its meaning or goes away


def render_json(message: Message) -> dict[str, Any]:
    """`version`, `subject` and `text` beside every field of the message."""
    return {
        "version": VERSION,
        "subject": subject(message),
        "text": render_text(message),
        **_whole_characters(json.loads(to_json(message))),
    }


def _whole_characters(value: Any) -> Any:
    """Lone surrogates replaced throughout: most programs cannot read them back."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_whole_characters(each) for each in value]
    return {key: _whole_characters(each) for key, each in value.items()} if isinstance(value, dict) else value
