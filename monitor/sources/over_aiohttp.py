"""aiohttp underneath: its compiled parser and its pool, with every address checked when its socket is made."""

import asyncio
import functools
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp import connector as connecting
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

from monitor.sources.doors import Doors, connect_words, is_literal, trusted
from monitor.sources.transport import (
    CONNECT_SECONDS,
    CONNECTIONS,
    MAX_HEADER,
    READ_SECONDS,
    AddressRefused,
    ConnectionFailed,
    ExchangeFailed,
)

_MAX_LINE = 16 * 1024
_MAX_HEADERS = 256
_MAX_INTERIM = 16  # answers of the kind 1xx before the real one
_AUTOMATIC = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")  # sent as the hop says, or not at all
_CROWD = 0.25  # beyond this part of the connections that may be in use, none is kept for another request
_BROKEN = (aiohttp.ClientError, asyncio.TimeoutError)

# What a thousand idle connections would hold: asyncio reads each TLS connection through a buffer of 256 KB, and writes
# it full of zeros first. A TLS record has 16 KB.
SSLProtocol.max_size = 32 * 1024
# aiohttp reads all certificates at import, for sessions without a context. Ours have one: this trusts nobody.
connecting._SSL_CONTEXT_VERIFIED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # noqa: SLF001 - a megabyte, read twice


class _Resolver(AbstractResolver):
    """Resolves a name to those of its addresses that may be contacted."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - the signature is the library's
    ) -> list[ResolveResult]:
        """Raises AddressRefused, or OSError."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self._doors.addresses(host, port)
        ]

    async def close(self) -> None:
        """Nothing is held open."""


class _Crowd:
    """How many connections are open. Beyond `most`, none is kept idle: polls meet each host once in an hour."""

    def __init__(self, most: float) -> None:
        self.most = most
        self.open = 0


class _Handler(ResponseHandler):
    """A connection that does not wait for ever behind answers that announce an answer, nor idle in a crowd."""

    interim = 0

    def __init__(self, loop: asyncio.AbstractEventLoop, crowd: _Crowd) -> None:
        super().__init__(loop)
        self._crowd = crowd

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be counted."""
        self._crowd.open += 1
        self._under = transport
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Be counted no more, and leave no cycle for the collector to find."""
        self._crowd.open -= 1
        with suppress(AttributeError):  # asyncio's transports hold a method of theirs; other loops have others
            del self._under._read_ready_cb  # type: ignore[attr-defined]  # noqa: SLF001 - a kilobyte for each visit
        super().connection_lost(exc)

    @property
    def should_close(self) -> bool:
        """Whether it is closed once the request is over."""
        return self._crowd.open > self._crowd.most or super().should_close

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take one answer's head off the wire."""
        self.interim = self.interim + 1 if 100 <= data[0].code < 200 else 0
        if self.interim <= _MAX_INTERIM:
            super().feed_data(data, size)
        elif self.exception() is None:
            self.set_exception(ExchangeFailed("it announces answers without end", protocol=True))
            if self.transport is not None:
                self.transport.abort()


class AiohttpWire:
    """One aiohttp session, opened at the first request and bound to that one's event loop."""

    def __init__(
        self,
        doors: Doors,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = CONNECTIONS,
        proxy: str | None = None,
    ) -> None:
        self._doors = doors
        self._verify = verify
        self._connections = connections
        self._proxy = URL(proxy) if proxy else None
        self._target: ContextVar[tuple[str, int]] = ContextVar("target")
        self._session: aiohttp.ClientSession | None = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=_Resolver(self._doors),
                ssl=self._verify or trusted(),
                use_dns_cache=False,
                limit=self._connections,
                keepalive_timeout=5.0,
                socket_factory=self._socket,
            )
            # No public way to bound 1xx answers and idle connections: tests hold that this one works.
            crowd = _Crowd(self._connections * _CROWD)
            factory = functools.partial(_Handler, loop=asyncio.get_running_loop(), crowd=crowd)
            connector._factory = factory  # type: ignore[assignment]  # noqa: SLF001
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
                max_line_size=_MAX_LINE,
                max_field_size=MAX_HEADER,
                max_headers=_MAX_HEADERS,
                skip_auto_headers=_AUTOMATIC,
            )
        return self._session

    async def send(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes | None
    ) -> aiohttp.ClientResponse:
        """The answer, its body unread. Raises AddressRefused, ConnectionFailed or ExchangeFailed."""
        try:
            address = URL(url, encoded=True)
            host, port = address.host or "", address.port or 0
            self._target.set(self._doors.proxy or (host, port))
            if self._doors.proxy:
                await self._doors.check_behind_proxy(host, port)
            elif is_literal(host):  # these pass by the resolver
                await self._doors.addresses(host, port)
            return await self._opened().request(
                method, address, headers=headers, data=body, allow_redirects=False, proxy=self._proxy
            )
        except aiohttp.InvalidURL as error:
            raise ConnectionFailed("the host is written in an unusual way") from error
        except (aiohttp.ClientConnectorError, aiohttp.ClientSSLError) as error:
            raise ConnectionFailed(_words(error)) from error
        except aiohttp.ClientHttpProxyError as error:
            wants = "wants a user name and password" if error.status == 407 else f"says no ({error.status})"
            raise ConnectionFailed(f"the proxy {wants}") from error
        except aiohttp.ConnectionTimeoutError as error:
            raise ConnectionFailed("no connection in time") from error
        except _BROKEN as error:
            raise broken(error) from error
        except (ValueError, OSError) as error:  # a host, path or header that cannot be put on the wire
            raise ConnectionFailed("the request cannot be written") from error

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Whatever way led here: no socket is made for an address that is not allowed."""
        host, port = self._target.get()
        address = str(info[4][0])
        if not self._doors.allows(host, port, address):
            raise AddressRefused(address)
        made = socket.socket(info[0], info[1], info[2])
        made.setblocking(False)
        return made

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()


async def chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it comes off the wire. Raises ExchangeFailed."""
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
    except _BROKEN as error:
        raise broken(error) from error


def let_go(answer: aiohttp.ClientResponse) -> None:
    """Give the connection back, or close it when something is left on it."""
    answer.release() if answer.content.is_eof() else answer.close()


def broken(error: Exception) -> ExchangeFailed:
    """What aiohttp says of a broken exchange, in our words."""
    if isinstance(error, TimeoutError):
        return ExchangeFailed("no answer in time")
    network = isinstance(error, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError)
    words = "the connection was closed" if network else "it breaks the rules of HTTP"
    if isinstance(error, aiohttp.ClientPayloadError):
        words = "the document is shorter than announced, or its parts do not fit"
    return ExchangeFailed(words, protocol=not network)


def _words(error: aiohttp.ClientError) -> str:
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy cannot be reached: {connect_words(error.os_error)}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name cannot be resolved"
    return connect_words(getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or Exception(""))
