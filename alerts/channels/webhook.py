"""A digest as JSON to any web address, signed when a secret is set."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from alerts.channels.base import Arrived, Post
from alerts.channels.http_answer import deliver
from alerts.channels.settings import secret_values
from alerts.message import Message
from alerts.outcome import Outcome
from alerts.render_json import render_json
from alerts.text import header_safe


class WebhookChannel:
    """POSTs `render_json` with an Idempotency-Key that stays the same when the message has to be repeated.

    With a `secret`, `X-Figurewatch-Signature: sha256=HEX` is the HMAC-SHA256 of the body.
    """

    def __init__(
        self, channel_id: str, settings: Mapping[str, str], *, post: Post, now: Callable[[], datetime]
    ) -> None:
        self.id = channel_id
        self._url = settings["url"]
        self._secret = settings.get("secret", "")
        self._authorization = settings.get("authorization", "")
        self._secrets = secret_values("webhook", settings)
        self._post = post
        self._now = now

    def __repr__(self) -> str:
        return f"WebhookChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Send the whole digest in one request; `done` is always 0 here."""
        body = json.dumps(render_json(message), ensure_ascii=True, separators=(",", ":")).encode("ascii")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(f"{message.id}\n{recipient}".encode("utf-8", "replace")).hexdigest(),
            "X-Figurewatch-Digest": header_safe(message.id),
        }
        if self._authorization:
            headers["Authorization"] = self._authorization
        if self._secret:
            mac = hmac.new(self._secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256)
            headers["X-Figurewatch-Signature"] = f"sha256={mac.hexdigest()}"
        outcome, _ = await deliver(self._post, self._url, body, headers, secrets=self._secrets, now=self._now)
        return outcome
