"""What every channel is to the rest of the product: a sender of one message to one recipient, and its error words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from alerts.message import Message
from alerts.outcome import Outcome


@dataclass(frozen=True, slots=True)
class PostResult:
    """An HTTP answer. Header names in any case; `body` may be cut by the caller's own bound."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class PostError(Exception):
    """The POST got no answer. `not_sent`: the request surely never arrived whole; `unknown`: it may have.

    `detail` is in words for people; channels remove their secrets from it before it goes anywhere.
    """

    def __init__(self, kind: Literal["not_sent", "unknown"], detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Post(Protocol):
    """The product's one fetch function, as the channels use it: raises PostError, never follows a redirect."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> PostResult: ...


class ChannelConfigError(Exception):
    """A channel's settings cannot work. `key` is the setting at fault; `remedy` says what to write instead."""

    def __init__(self, channel_id: str, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"channel {channel_id}: {key}: {problem}; {remedy}")
        self.channel_id = channel_id
        self.key = key
        self.problem = problem
        self.remedy = remedy


Arrived = Callable[[int], Awaitable[None]]  # notes that so many parts of a message have arrived


class ChannelSender(Protocol):
    """One open channel. Never raises for what the other side does: every end is an Outcome, free of secrets."""

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Send `message` to `recipient`, skipping the first `done` parts (see Outcome.parts).

        A message in several parts calls `arrived` with the number that has arrived before it goes on to the next.
        """
        ...


Pause = Callable[[float], Awaitable[None]]  # asyncio.sleep, or a fake
