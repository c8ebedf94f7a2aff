"""The webhook and Slack channels against every answer of the other side."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from alert_samples import EIGHT, HOSTILE, MANY, ONE
from channel_contract import NOW, SECRETS, assert_no_secret, check_every_http_answer, opened, send
from fake_post import FakeClock, FakePost

from alerts.channels import PostError, PostResult, open_channel
from alerts.channels.http_answer import retry_after
from alerts.outcome import OutcomeKind
from alerts.render_slack import render_slack

HOOK = {"url": f"https://hooks.example/services/T01/{SECRETS[0]}"}
BOT = {"token": SECRETS[1], "channel": "#alerts"}
WEBHOOK = {**HOOK, "secret": SECRETS[3], "authorization": f"Bearer {SECRETS[4]}"}
OKAY = PostResult(200, {}, b'{"ok":true}')


def test_a_webhook_keeps_the_contract():
    check_every_http_answer("webhook", WEBHOOK)


def test_a_slack_webhook_keeps_the_contract():
    check_every_http_answer("slack", HOOK)


def test_a_webhook_receives_the_whole_message_signed():
    post = FakePost()
    assert send(opened("webhook", WEBHOOK, post)).kind is OutcomeKind.SENT
    (asked,) = post.asked
    mac = hmac.new(SECRETS[3].encode(), asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["X-Figurewatch-Signature"] == f"sha256={mac}"
    assert asked.headers["Authorization"] == f"Bearer {SECRETS[4]}"
    assert asked.headers["X-Figurewatch-Digest"] == EIGHT.id
    assert asked.json["version"] == 1
    assert asked.json["items"][0]["new"] == "$64–72bn"
    assert "Hyperion" in asked.json["subject"]


def test_a_plain_webhook_sends_neither_signature_nor_authorization():
    post = FakePost()
    send(opened("webhook", HOOK, post))
    assert set(post.asked[0].headers) == {"Content-Type", "Idempotency-Key", "X-Figurewatch-Digest"}


def test_a_repeat_to_a_webhook_has_the_same_key_and_another_recipient_another():
    post = FakePost()
    channel = opened("webhook", HOOK, post)
    send(channel, ONE, "a")
    send(channel, replace(ONE, possible_repeat=True), "a")
    send(channel, ONE, "b")
    first, second, third = (asked.headers["Idempotency-Key"] for asked in post.asked)
    assert first == second != third


def test_webhook_headers_and_bodies_stay_clean_for_any_text():
    post = FakePost()
    send(opened("webhook", HOOK, post), HOSTILE, "x\r\ny\ud800")
    for value in post.asked[0].headers.values():
        assert value.isprintable()
        assert value.isascii()
    json.dumps(post.asked[0].json, ensure_ascii=False).encode()  # no lone surrogate is left


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(seconds=120)),
        ({"retry-after": " 0 "}, timedelta(0)),
        ({"RETRY-AFTER": format_datetime(NOW + timedelta(hours=1), usegmt=True)}, timedelta(hours=1)),
        (
            {
                "Retry-After": format_datetime(NOW + timedelta(hours=9), usegmt=True),
                "Date": format_datetime(NOW + timedelta(hours=8), usegmt=True),
            },
            timedelta(hours=1),
        ),
        ({"Retry-After": "Sun, 01 Mar 2026 12:00:30 -0000"}, timedelta(seconds=30)),
        ({"Retry-After": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "9" * 40}, timedelta(seconds=10**8)),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_forms(headers, wait):
    assert retry_after(headers, lambda: NOW) == wait


def test_slack_parts_go_out_in_order_at_most_one_a_second():
    clock, post = FakeClock(), FakePost()
    channel = open_channel("slack", "desk", HOOK, post=post, pause=clock.pause, monotonic=clock)
    outcome = send(channel, MANY)
    parts = render_slack(MANY)
    assert len(parts) > 2
    assert [asked.json for asked in post.asked] == parts
    assert outcome.kind is OutcomeKind.SENT
    assert outcome.parts == len(parts)
    assert clock.pauses == [1.0] * (len(parts) - 1)


def test_slack_goes_on_after_the_parts_that_have_arrived():
    post = FakePost(
        [PostResult(200, {}, b"ok"), PostResult(200, {}, b"ok"), PostResult(429, {"Retry-After": "30"}, b"")]
    )
    outcome = send(opened("slack", HOOK, post), MANY)
    assert (outcome.kind, outcome.parts, outcome.retry_after) == (OutcomeKind.RETRY, 2, timedelta(seconds=30))
    again = FakePost()
    final = send(opened("slack", HOOK, again), replace(MANY, possible_repeat=True), done=outcome.parts)
    assert len(again.asked) == len(render_slack(MANY)) - 2
    assert (final.kind, final.parts) == (OutcomeKind.SENT, len(render_slack(MANY)))


def test_slack_tells_of_each_part_that_arrived_before_the_next():
    post, told = FakePost(), []

    async def arrived(number: int) -> None:
        told.append((number, len(post.asked)))

    asyncio.run(opened("slack", HOOK, post).send(MANY, "", arrived=arrived))
    assert told == [(number, number) for number in range(1, len(render_slack(MANY)))]


def test_slack_with_every_part_arrived_sends_nothing():
    post = FakePost()
    outcome = send(opened("slack", HOOK, post), ONE, done=1)
    assert (outcome.kind, outcome.parts, post.asked) == (OutcomeKind.SENT, 1, [])


def test_slack_refusing_the_blocks_still_gets_the_text():
    post = FakePost([PostResult(400, {}, b"invalid_blocks"), PostResult(200, {}, b"ok")])
    assert send(opened("slack", HOOK, post), ONE).kind is OutcomeKind.SENT
    assert "blocks" in post.asked[0].json
    assert "blocks" not in post.asked[1].json
    assert post.asked[1].json["text"] == "Meta capex 2025: $60–65bn → $64–72bn"


def test_slack_refusing_for_another_reason_is_not_asked_twice():
    post = FakePost([PostResult(404, {}, b"no_service")])
    outcome = send(opened("slack", HOOK, post), ONE)
    assert outcome.kind is OutcomeKind.DEAD
    assert outcome.detail == "HTTP 404, nothing is there: no_service"
    assert len(post.asked) == 1


def test_a_bot_token_posts_to_the_channel_with_its_token_in_the_header_only():
    post = FakePost([OKAY])
    assert send(opened("slack", BOT, post), ONE).kind is OutcomeKind.SENT
    (asked,) = post.asked
    assert asked.url == "https://slack.com/api/chat.postMessage"
    assert asked.json["channel"] == "#alerts"
    assert asked.headers["Authorization"] == f"Bearer {SECRETS[1]}"
    assert SECRETS[1].encode() not in asked.body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"ok":false,"error":"ratelimited"}', OutcomeKind.RETRY),
        (b'{"ok":false,"error":"internal_error"}', OutcomeKind.RETRY),
        (b'{"ok":false,"error":"channel_not_found"}', OutcomeKind.DEAD),
        (b'{"ok":false,"error":"invalid_auth"}', OutcomeKind.DEAD),
        (b'{"ok":false}', OutcomeKind.DEAD),
        (f'{{"ok":false,"error":"no {SECRETS[1]}"}}'.encode(), OutcomeKind.DEAD),
        (b"<html>log in first</html>", OutcomeKind.UNKNOWN),
        (b"[]", OutcomeKind.UNKNOWN),
        (b"[" * 100_000, OutcomeKind.UNKNOWN),
    ],
)
def test_the_web_api_means_what_its_body_says(body, kind):
    channel = opened("slack", BOT, FakePost([PostResult(200, {}, body)]))
    outcome = send(channel, ONE)
    assert outcome.kind is kind
    assert_no_secret(outcome, channel)


def test_the_web_api_refusing_the_blocks_still_gets_the_text():
    post = FakePost([PostResult(200, {}, b'{"ok":false,"error":"invalid_blocks"}'), OKAY])
    assert send(opened("slack", BOT, post), ONE).kind is OutcomeKind.SENT
    assert "blocks" not in post.asked[1].json


def test_a_bot_without_an_answer_is_judged_like_any_post():
    assert send(opened("slack", BOT, FakePost([PostError("unknown", "timed out")])), ONE).kind is OutcomeKind.UNKNOWN


def test_a_bot_that_gets_a_server_error_tries_again():
    assert send(opened("slack", BOT, FakePost([PostResult(503, {}, b"")])), ONE).kind is OutcomeKind.RETRY
