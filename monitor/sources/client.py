"""The one door to the network: httpx over a transport whose sockets the guard has allowed. Only here is it imported.

Two transports keep one contract, and the same tests hold both: OverAiohttp, which the product uses because it costs a
fraction of the processor time (docs/decisions/0007), and OverHttpcore, httpx's own over a guarded network backend.
"""

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Protocol

import aiohttp
import httpx

from monitor.sources.address import Guard
from monitor.sources.doors import Doors, Resolve, Resolver, proxy_place, trusted
from monitor.sources.over_aiohttp import AiohttpWire, chunks, let_go
from monitor.sources.transport import (
    CONNECT_SECONDS,
    CONNECTIONS,
    READ_SECONDS,
    Answer,
    ConnectionFailed,
    ExchangeFailed,
    Hop,
)

_TIMEOUT = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None).as_dict()


class Wire(Protocol):
    """How a transport is made: an httpx transport behind guarded doors."""

    def __call__(
        self, doors: Doors, *, verify: ssl.SSLContext | None, connections: int, proxy: str | None
    ) -> httpx.AsyncBaseTransport: ...


class OverAiohttp(httpx.AsyncBaseTransport):
    """An httpx transport over one aiohttp session. Raises the errors of sources.transport."""

    def __init__(
        self,
        doors: Doors,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = CONNECTIONS,
        proxy: str | None = None,
    ) -> None:
        self._wire = AiohttpWire(doors, verify=verify, connections=connections, proxy=proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not yet read."""
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        body = None if request.method == "GET" else await request.aread()
        answer = await self._wire.send(request.method, str(request.url), headers, body)
        return httpx.Response(answer.status, headers=list(answer.raw_headers), stream=_Stream(answer))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()


class _Stream(httpx.AsyncByteStream):
    """The body on the wire."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return chunks(self._answer)

    async def aclose(self) -> None:
        let_go(self._answer)


class OverHttpcore(httpx.AsyncHTTPTransport):
    """httpx's own transport, its pool on a backend that checks addresses. Raises httpx's errors and AddressRefused."""

    def __init__(
        self,
        doors: Doors,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = CONNECTIONS,
        proxy: str | None = None,
    ) -> None:
        from monitor.sources.over_httpcore import guarded_pool  # a megabyte of libraries that the other transport lacks

        verify = verify or trusted()
        super().__init__(verify=verify, trust_env=False)
        self._doors = doors
        given = httpx.Proxy(proxy) if proxy else None
        # httpx has no public way to hand over a network backend: tests hold that this one works.
        self._pool = guarded_pool(
            doors, verify, connections=connections, proxy=str(given.url) if given else None,
            proxy_auth=given.raw_auth if given else None,
        )  # fmt: skip

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not yet read."""
        from monitor.sources.over_httpcore import HEAD, Head

        await self._doors.check_behind_proxy(request.url.host, request.url.port or _port(request.url))
        head = Head()
        HEAD.set(head)
        try:
            return await super().handle_async_request(request)
        except httpx.RemoteProtocolError as error:
            if head.read == 0:
                raise httpx.ReadError("closed without an answer") from error
            raise
        finally:
            head.over = True


def _message(hop: Hop) -> httpx.Request:
    """The hop as httpx's message, with the two headers that httpx would work out at three times the cost."""
    url = _parsed(hop.url)
    headers = [(b"host", url.netloc), *[(name.encode(), value.encode()) for name, value in hop.headers]]
    if hop.body is not None:
        headers.append((b"content-length", b"%d" % len(hop.body)))
    stream = httpx.ByteStream(hop.body or b"")
    return httpx.Request(hop.method, url, headers=headers, stream=stream, extensions={"timeout": _TIMEOUT})


@lru_cache(maxsize=2048)
def _parsed(url: str) -> httpx.URL:
    """The address in httpx's form, taken apart once: feeds are asked for again and again. Raises httpx.InvalidURL."""
    return httpx.URL(url)


def _port(url: httpx.URL) -> int:
    return 443 if url.scheme == "https" else 80


class WebTransport:
    """The product's Transport. `resolve`: how names become addresses; `verify`: the TLS context.

    `proxy`: http://host:port through which every request goes; its address need not be public. `wire`: which transport.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        resolve: Resolve | None = None,
        verify: ssl.SSLContext | None = None,
        connections: int = CONNECTIONS,
        proxy: str | None = None,
        wire: Wire = OverAiohttp,
    ) -> None:
        self._resolver = Resolver()
        doors = Doors(guard, resolve or self._resolver, proxy_place(proxy))
        self._wire = wire(doors, verify=verify, connections=connections, proxy=proxy)

    def exchange(self, hop: Hop) -> "_Exchange":
        """See Transport.exchange."""
        return _Exchange(self, hop)

    async def ask(self, hop: Hop) -> httpx.Response:
        """The answer to a hop, its body not yet read. Raises what Transport.exchange does."""
        try:
            return await self._wire.handle_async_request(_message(hop))
        except httpx.InvalidURL as error:
            raise ConnectionFailed("the host is written in an unusual way") from error
        except httpx.ConnectTimeout as error:
            raise ConnectionFailed("no connection in time") from error
        except httpx.ConnectError as error:
            raise ConnectionFailed(str(error) or "refused") from error
        except httpx.ProxyError as error:
            raise ConnectionFailed("the proxy does not let us through") from error
        except (httpx.LocalProtocolError, ValueError) as error:  # a host, path or header that cannot be put on the wire
            raise ConnectionFailed("the request cannot be written") from error
        except httpx.TransportError as error:
            raise _broken(error) from error

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()
        self._resolver.close()


class _Exchange:
    """One exchange: entered with the answer's head, left with the connection given back or closed."""

    def __init__(self, transport: WebTransport, hop: Hop) -> None:
        self._transport = transport
        self._hop = hop

    async def __aenter__(self) -> Answer:
        self._response = response = await self._transport.ask(self._hop)
        return Answer(response.status_code, dict(response.headers.items()), _translated(response))

    async def __aexit__(self, *_error: object) -> None:
        await self._response.stream.aclose()  # type: ignore[union-attr]  # the stream of a transport is asynchronous


async def _translated(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.stream:  # type: ignore[union-attr]  # raw: httpx's decoders know no bounds
            yield chunk
    except httpx.TransportError as error:
        raise _broken(error) from error


def _broken(error: httpx.TransportError) -> ExchangeFailed:
    if isinstance(error, httpx.TimeoutException):
        return ExchangeFailed("no answer in time")
    network = isinstance(error, httpx.NetworkError)
    return ExchangeFailed(
        "the connection was closed" if network else "it breaks the rules of HTTP", protocol=not network
    )
