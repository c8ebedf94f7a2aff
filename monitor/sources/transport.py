"""The seam between a fetch and the network: one request to one address, and what can become of it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0  # between two reads; the fetch has its own deadline over everything
CONNECTIONS = 128  # at once, where nothing else is configured
MAX_HEADER = 100 * 1024  # bytes of one header, and of all answers before the real one


class AddressRefused(Exception):  # noqa: N818  raised through HTTP clients, told to users as errors.Refused
    """None of the host's addresses may be contacted."""


class ConnectionFailed(Exception):  # noqa: N818 - named for what it says, as the room's own signal
    """No connection could be made: nothing has been sent."""


class ExchangeFailed(Exception):  # noqa: N818 - named for what it says, as the room's own signal
    """The connection broke, or what came over it was no sound HTTP; the request may have arrived."""

    def __init__(self, what: str, *, protocol: bool = False) -> None:
        super().__init__(what)
        self.protocol = protocol


@dataclass(frozen=True, slots=True)
class Hop:
    """One request to one address, as it goes over the wire."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and the body as it comes off the wire, not yet decoded."""

    status: int
    headers: dict[str, str]
    chunks: AsyncIterator[bytes]


class Transport(Protocol):
    """Exchanges one hop. Follows nothing, decodes nothing, keeps no cookies, reads no environment."""

    def exchange(self, hop: Hop) -> AbstractAsyncContextManager[Answer]:
        """An async context manager giving the Answer.

        Raises AddressRefused, ConnectionFailed or ExchangeFailed, at entry or while the chunks are read.
        """

    async def aclose(self) -> None:
        """Close every connection."""
