"""A digest to Slack: through an incoming webhook, or a bot token and chat.postMessage."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.channels.base import Arrived, Pause, Post, PostResult
from alerts.channels.http_answer import deliver
from alerts.channels.settings import secret_values
from alerts.message import Message
from alerts.outcome import Outcome, OutcomeKind, dead, retry, sent, unknown
from alerts.redact import redact
from alerts.render_slack import render_slack

API = "https://slack.com/api/chat.postMessage"
PACE = 1.0  # seconds between two messages: https://docs.slack.dev/apis/web-api/rate-limits/
PASSING = frozenset(  # errors of the API that go away by themselves; every other one needs a person
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
    | {"team_added_to_org", "message_limit_exceeded"}
)
BAD_BLOCKS = ("invalid_blocks", "invalid_payload", "msg_blocks_too_long", "invalid_attachments")


class SlackChannel:
    """Sends the parts of a digest in order, at most one a second, and stops at the first that does not arrive."""

    def __init__(
        self,
        channel_id: str,
        settings: Mapping[str, str],
        *,
        post: Post,
        now: Callable[[], datetime],
        pause: Pause,
        monotonic: Callable[[], float],
    ) -> None:
        self.id = channel_id
        self._url = settings.get("url") or API
        self._token = "" if settings.get("url") else settings["token"]
        self._channel = settings.get("channel", "")
        self._secrets = secret_values("slack", settings)
        self._post = post
        self._now = now
        self._pause = pause
        self._monotonic = monotonic
        self._free_at = monotonic()
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        return f"SlackChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Send the parts after the first `done`. `parts` of the outcome says how many have arrived in all."""
        parts = render_slack(message)
        outcome = sent("every part had arrived already", parts=len(parts))
        for number, payload in enumerate(parts[done:], start=done + 1):
            outcome = await self._send_part(payload)
            if outcome.kind is not OutcomeKind.SENT:
                return replace(outcome, parts=number - 1)
            outcome = replace(outcome, parts=number)
            if arrived is not None and number < len(parts):
                await arrived(number)
        return outcome

    async def _send_part(self, payload: dict[str, Any]) -> Outcome:
        outcome, said = await self._attempt(payload)
        if outcome.kind is OutcomeKind.DEAD and said.startswith(BAD_BLOCKS):
            # Slack changes its block rules without notice; the plain text then still tells the news.
            outcome, _ = await self._attempt({key: value for key, value in payload.items() if key != "blocks"})
        return outcome

    async def _attempt(self, payload: dict[str, Any]) -> tuple[Outcome, str]:
        """One request; beside the outcome, Slack's own error word ("" when there is none)."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
            payload = {"channel": self._channel, **payload}
        body = json.dumps(payload, ensure_ascii=True, separators=(",", ":")).encode("ascii")
        async with self._turn:
            wait = self._free_at - self._monotonic()
            if wait > 0:
                await self._pause(wait)
            outcome, result = await deliver(self._post, self._url, body, headers, secrets=self._secrets, now=self._now)
            self._free_at = self._monotonic() + PACE
        if result is None:
            return outcome, ""
        if self._token and outcome.kind is OutcomeKind.SENT:
            return self._api_answer(result)
        return outcome, result.body[:100].decode("utf-8", "replace")

    def _api_answer(self, result: PostResult) -> tuple[Outcome, str]:
        """The Web API says 200 to everything and means `ok` and `error` in the body."""
        try:
            answer = json.loads(result.body)
            okay, error = bool(answer.get("ok")), str(answer.get("error", ""))
        except (ValueError, AttributeError, RecursionError):
            return unknown("HTTP 200, but the answer is not Slack's"), ""
        if okay:
            return sent("HTTP 200, ok"), ""
        words = f"Slack says {redact(error, self._secrets) or 'no'}"
        return (retry(words) if error in PASSING else dead(words)), error
