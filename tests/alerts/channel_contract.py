"""What every channel must keep to, whatever the other side does: run by each channel's own tests."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from alert_samples import EIGHT
from fake_post import FakePost

from alerts.channels import ChannelSender, PostError, PostResult, open_channel
from alerts.message import Message
from alerts.outcome import Outcome, OutcomeKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRETS = (
    "canary-PATH-5f3a9c",
    "canary-token-77aa21",
    "canary-password-0b1",
    "canary-signing-key-9",
    "canary-auth-311",
)


async def no_pause(_: float) -> None:
    """Time does not pass in tests."""


def opened(kind: str, settings: Mapping[str, str], post: FakePost | None = None) -> ChannelSender:
    """A channel with everything injected."""
    return open_channel(kind, f"{kind}-desk", settings, post=post or FakePost(), now=lambda: NOW, pause=no_pause)


def send(
    channel: ChannelSender, message: Message = EIGHT, recipient: str = "you@example.org", done: int = 0
) -> Outcome:
    """Send in a loop of its own."""
    return asyncio.run(channel.send(message, recipient, done=done))


def assert_no_secret(*things: object) -> None:
    """Neither as text nor as repr does any of `things` show a secret."""
    for thing in things:
        for secret in SECRETS:
            assert secret not in str(thing)
            assert secret not in repr(thing)


def expected_kind(status: int) -> OutcomeKind:
    """The promise for HTTP: 2xx sent; 408, 425, 429 and 5xx tried again; everything else is dead."""
    if 200 <= status < 300:
        return OutcomeKind.SENT
    return OutcomeKind.RETRY if status in (408, 425, 429) or status >= 500 else OutcomeKind.DEAD


def check_every_http_answer(kind: str, settings: Mapping[str, str]) -> None:
    """Every status from 100 to 599, and both ways of getting none, with a server that echoes all secrets."""
    own = [secret for secret in SECRETS if any(secret in value for value in settings.values())]
    echo = " ".join(own).encode()
    for status in range(100, 600):
        channel = opened(kind, settings, FakePost([PostResult(status, {"Retry-After": "7"}, b"no: " + echo)]))
        outcome = send(channel)
        assert outcome.kind is expected_kind(status), status
        assert outcome.retry_after == (timedelta(seconds=7) if outcome.kind is OutcomeKind.RETRY else None)
        assert f"{status}" in outcome.detail
        assert_no_secret(outcome, channel)
    for trouble, kind_then in (("not_sent", OutcomeKind.RETRY), ("unknown", OutcomeKind.UNKNOWN)):
        post = FakePost([PostError(trouble, f"could not reach {' '.join(own)}\r\n\x1b[31m")])
        outcome = send(opened(kind, settings, post))
        assert outcome.kind is kind_then
        assert "\n" not in outcome.detail
        assert "\x1b" not in outcome.detail
        assert_no_secret(outcome)
