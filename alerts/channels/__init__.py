"""Ways for a digest to travel: one file a channel, imported when it is used, and one function that opens them all."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from alerts.channels.base import ChannelConfigError, ChannelSender, Pause, Post, PostError, PostResult
from alerts.channels.settings import Problem, check, problems, required_settings, secret_values
from alerts.rendering import Render, render_here

__all__ = [
    "ChannelConfigError",
    "ChannelSender",
    "Pause",
    "Post",
    "PostError",
    "PostResult",
    "Problem",
    "open_channel",
    "problems",
    "required_settings",
    "secret_values",
]


def open_channel(
    kind: str,
    channel_id: str,
    settings: Mapping[str, str],
    *,
    post: Post,
    brand_url: str = "",
    render: Render = render_here,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    pause: Pause = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    write: Callable[[str], object] | None = None,
) -> ChannelSender:
    """Open a channel; nothing is contacted yet. Keep it for the life of a configuration: it paces itself.

    `post` carries Slack and webhooks; `brand_url` is linked at the foot of mails; `write` takes the console's text
    (standard output when None); `render` makes mails and pages of HTML (here, in a thread, if nothing else is said).
    Raises ChannelConfigError naming the wrong setting and what to write instead.
    """
    check(kind, channel_id, settings)
    match kind:
        case "email":
            from alerts.channels.email import EmailChannel

            return EmailChannel(channel_id, settings, brand_url=brand_url, render=render)
        case "slack":
            from alerts.channels.slack import SlackChannel

            return SlackChannel(channel_id, settings, post=post, now=now, pause=pause, monotonic=monotonic)
        case "webhook":
            from alerts.channels.webhook import WebhookChannel

            return WebhookChannel(channel_id, settings, post=post, now=now)
        case "file":
            from alerts.channels.file import FileChannel

            return FileChannel(channel_id, settings, brand_url=brand_url, render=render)
        case _:
            from alerts.channels.console import ConsoleChannel, print_whole

            return ConsoleChannel(channel_id, write or print_whole)
