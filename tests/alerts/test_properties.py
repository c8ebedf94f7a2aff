"""Whatever a page brings into whatever field, every rendering keeps its form and its limits."""

import email
import email.policy
import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from alert_samples import ALL, HOSTILE, HUGE, MANY
from examples import examples
from hypothesis import given
from message_strategies import messages

from alerts.render_email import render_email
from alerts.render_html import MOST_BYTES, compose, render_html
from alerts.render_json import render_json
from alerts.render_slack import render_slack
from alerts.render_text import render_text, subject

TAGS = set(
    "html head meta title style body div table tbody tr td h1 h2 p span strong bdi img blockquote mark a br".split()
)


class Page(HTMLParser):
    """Collects the tags, attributes and addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.names.add(name)
            if name in ("href", "src"):
                self.addresses.append(value or "")


def check_text(text: str) -> None:
    text.encode()
    for character in text:
        assert character == "\n" or unicodedata.category(character) != "Cc"
    assert not re.search("[\u202a-\u202e\u2066\u2067]", text)
    assert text.count("\u2068") == text.count("\u2069")


def check_html(html: str) -> None:
    html.encode()
    page = Page(html)
    assert page.tags <= TAGS
    assert not any(name.startswith("on") for name in page.names)
    for address in page.addresses:
        assert address.startswith(
            ("http://", "https://", "data:image/png;base64,", "cid:")
        ) or address.lower().startswith("http")
    assert "@import" not in html
    assert "url(" not in re.sub(r"(?s)<body.*", "", html)


def check_slack(payloads: list[dict]) -> None:
    assert payloads
    for payload in payloads:
        json.dumps(payload, ensure_ascii=False).encode()
        assert 1 <= len(payload["blocks"]) <= 50
        assert 0 < len(payload["text"]) <= 3000
        check_mrkdwn(payload["text"])
        for block in payload["blocks"]:
            check_block(block)


def check_block(block: dict) -> None:
    if block["type"] == "header":
        assert 0 < len(block["text"]["text"]) <= 150
        return
    for text in [block["text"]] if "text" in block else block.get("elements", []):
        assert text["verbatim"] is True
        assert 0 < len(text["text"]) <= 3000
        check_mrkdwn(text["text"])


def check_mrkdwn(text: str) -> None:
    """Only our own links are between < and >; every & begins one of the three entities that Slack knows."""
    for inside in re.findall(r"<([^>]*)>?", text):
        assert re.match(r"https?://[^\s|<>]+\|[^|<>]*\Z", inside, re.IGNORECASE), inside
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def check_email(raw: bytes) -> None:
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998
        assert b"\n" not in line
        assert b"\r" not in line
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    allowed = {"Subject", "From", "To", "Date", "Message-ID", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress"}
    assert set(mail.keys()) <= allowed | {"X-Figurewatch-Digest", "MIME-Version", "Content-Type"}
    assert len(set(mail.keys())) == len(mail.keys())
    assert mail.get_content_type() == "multipart/alternative"
    assert not any(part.defects for part in mail.walk())
    assert mail["To"] == "you@example.org"
    assert len(mail["Subject"]) <= 200


@examples(60)
@given(messages())
def test_plain_text_and_subjects_stay_clean(message):
    check_text(render_text(message))
    line = subject(message)
    check_text(line)
    assert "\n" not in line
    assert 0 < len(line) <= 200


@examples(60)
@given(messages())
def test_html_stays_ours_and_below_the_limit(message):
    html = compose(message, {})
    check_html(html)
    assert len(html.encode()) <= MOST_BYTES


@examples(60)
@given(messages())
def test_slack_stays_within_its_limits_and_calls_nobody(message):
    check_slack(render_slack(message))


@examples(60)
@given(messages())
def test_mails_keep_their_headers_and_lines(message):
    check_email(bytes(render_email(message, "you@example.org", "fw@example.org")))


@examples(60)
@given(messages())
def test_data_for_programs_is_whole_unicode(message):
    json.dumps(render_json(message), ensure_ascii=False).encode()


@pytest.mark.parametrize("name", ALL)
def test_the_samples_keep_every_promise(name):
    message = ALL[name]
    check_text(render_text(message))
    check_html(render_html(message))
    check_slack(render_slack(message))
    check_email(bytes(render_email(message, "you@example.org", "fw@example.org")))


def test_four_hundred_items_fit_and_none_is_lost():
    html = compose(MANY, {})
    assert len(html.encode()) <= MOST_BYTES
    shown = len(re.findall(r"Capacity of site \d+(?=, 2026:)|<h2[^>]*>Capacity of site \d+", html))
    (left,) = re.findall(r"and (\d+) more, all of them in the plain text part", html)[:1]
    assert shown + int(left) == 400
    text, slack = render_text(MANY), json.dumps(render_slack(MANY))
    for number in range(1, 401):
        assert f"Capacity of site {number}," in text
        assert f"Capacity of site {number}," in slack


def test_a_huge_item_is_cut_around_its_number():
    for rendered in (render_text(HUGE).replace("\n   ", " "), compose(HUGE, {}), json.dumps(render_slack(HUGE))):
        assert "$64-72 billion" in rendered


def test_hostile_text_is_shown_but_does_nothing():
    html = compose(HOSTILE, {})
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "javascript:" not in html
    slack = json.dumps(render_slack(HOSTILE))
    assert "<!channel" not in slack
    assert "<@U" not in slack
    assert "{{ 7*7 }}" in html
