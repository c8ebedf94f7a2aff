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
        **json.loads(to_json(message)),
    }
