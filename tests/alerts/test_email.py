"""The mail as a whole: stable, multipart, with its charts beside its page."""

import email
import email.policy
import re
from dataclasses import replace

import pytest
from alert_samples import EIGHT, JAPANESE, ONE

from alerts.render_email import AddressError, message_id, render_email
from alerts.render_html import compose


def parsed(message, recipient="you@example.org"):
    return email.message_from_bytes(
        bytes(render_email(message, recipient, "fw@example.org")), policy=email.policy.default
    )


def test_a_mail_is_the_same_bytes_each_time():
    assert bytes(render_email(EIGHT, "a@b.example", "c@d.example")) == bytes(
        render_email(EIGHT, "a@b.example", "c@d.example")
    )


def test_the_message_id_is_one_per_digest_and_recipient():
    first = message_id(ONE, "you@example.org", "fw@example.org")
    assert first == message_id(replace(ONE, possible_repeat=True), "You@Example.org", "fw@example.org")
    assert first != message_id(ONE, "me@example.org", "fw@example.org")
    assert first != message_id(EIGHT, "you@example.org", "fw@example.org")
    assert re.fullmatch(r"<[0-9a-f]{32}\.figurewatch@example\.org>", first)


def test_the_date_is_the_digests():
    assert parsed(ONE)["Date"] == "Wed, 30 Apr 2025 21:05:00 +0000"
    assert parsed(replace(ONE, date="soon"))["Date"] is None


def test_machines_are_told_that_a_machine_wrote():
    mail = parsed(EIGHT)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<research-desk.figurewatch.example.org>"
    assert parsed(replace(ONE, audience="研究"))["List-Id"] == "<alerts.figurewatch.example.org>"


def test_text_page_and_charts_lie_where_mail_clients_look():
    mail = parsed(EIGHT)
    text, related = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    page, *images = related.iter_parts()
    wanted = set(re.findall(r'src="cid:([^"]+)"', page.get_content()))
    assert wanted == {image["Content-ID"].strip("<>") for image in images}
    assert len(images) == 5
    for image in images:
        assert image.get_content_type() == "image/png"
        assert image.get_content().startswith(b"\x89PNG")


def test_a_mail_without_charts_is_two_parts():
    assert [part.get_content_type() for part in parsed(replace(ONE, items=(JAPANESE,))).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(("recipient", "sender"), [("nobody", "a@b.example"), ("a@b.example", "x\r\n@y")])
def test_what_is_no_address_is_refused(recipient, sender):
    with pytest.raises(AddressError, match="is not an email address"):
        render_email(ONE, recipient, sender)


def test_the_page_needs_nothing_from_outside_and_adapts_to_the_dark():
    html = compose(EIGHT, {})
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "<link" not in html
    assert "src=" not in html
    assert html.count("<style") == 1


def test_the_brand_is_linked_only_when_its_address_can_be():
    assert 'href="https://figurewatch.example"' in compose(ONE, {}, brand_url="https://figurewatch.example")
    assert "javascript" not in compose(ONE, {}, brand_url="javascript:alert(1)")
