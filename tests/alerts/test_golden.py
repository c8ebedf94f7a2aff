"""The renderings of the samples, word for word; FIGUREWATCH_WRITE_GOLDEN=1 writes them anew."""

import json
import os
from pathlib import Path

import pytest
from alert_samples import ALL

from alerts.render_email import render_email
from alerts.render_html import compose
from alerts.render_slack import render_slack
from alerts.render_text import render_text, subject

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("one", "eight", "repeated", "quiet", "huge", "hostile")


def headers(message) -> str:
    """The head of the mail and its parts, without their bodies."""
    mail = render_email(message, "you@example.org", "fw@example.org")
    lines = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        kept = [f"{name}: {part[name]}" for name in ("Content-ID", "Content-Disposition") if part[name]]
        lines.append(" ".join(["-", part.get_content_type(), *kept]))
    return "\n".join(lines) + "\n"


RENDER = {
    "txt": lambda message: f"{subject(message)}\n\n{render_text(message)}\n",
    "html": lambda message: compose(message, {}, brand_url="https://figurewatch.example") + "\n",
    "slack.json": lambda message: json.dumps(render_slack(message), indent=1, ensure_ascii=False) + "\n",
    "headers": headers,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", RENDER)
def test_a_sample_reads_as_it_did(name, form):
    path = GOLDEN / f"{name}.{form}"
    rendered = RENDER[form](ALL[name])
    if os.environ.get("FIGUREWATCH_WRITE_GOLDEN"):
        path.write_text(rendered, "utf-8")
    assert rendered == path.read_text("utf-8")
