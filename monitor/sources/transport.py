"""The one door to the network: httpx over a connection backend that checks every address at connect."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol

import httpcore
import httpx

from monitor.sources.address import Guard

Resolve = Callable[[str, int], Awaitable[list[str]]]
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 20.0


class AddressRefused(Exception):  # noqa: N818  raised through httpx, told to users as errors.Refused
    """None of the host's addresses may be contacted."""


class ConnectionFailed(Exception):  # noqa: N818
    """No connection could be made: nothing has been sent."""


class ExchangeFailed(Exception):  # noqa: N818
    """The connection broke, or what came over it was no sound HTTP; the request may have arrived."""

    def __init__(self, what: str, *, protocol: bool = False) -> None:
        super().__init__(what)
        self.protocol = protocol


@dataclass(frozen=True, slots=True)
class Hop:
    """One request to one address, as it goes over the wire. `seconds` bounds each wait for the other side."""

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

    def exchange(self, hop: Hop) -> Any:
        """An async context manager giving the Answer.

        Raises AddressRefused, ConnectionFailed or ExchangeFailed, at entry or while the chunks are read.
        """

    async def aclose(self) -> None:
        """Close every connection."""


class Resolver:
    """getaddrinfo on threads of its own, so that slow name servers do not hold up the rest of the program."""

    def __init__(self, threads: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The literal addresses of `host`, in the system's order. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._pool, _lookup, host, port)
        return list(dict.fromkeys(str(address[4][0]) for address in found))

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int) -> list[tuple[Any, ...]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host, keeps the addresses the guard allows, and connects to one of exactly those."""

    def __init__(self, guard: Guard, resolve: Resolve, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._resolve = resolve
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to an allowed address of `host`. Raises AddressRefused, or httpcore's ConnectError."""
        try:
            addresses = await self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        allowed = [a for a in addresses if self._guard.allows(host, port, a)]
        if not allowed:
            raise AddressRefused(", ".join(addresses[:3]))
        failure: Exception | None = None
        for address in allowed[:4]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Refused: no source lives behind a unix socket."""
        raise AddressRefused("a unix socket")

    async def sleep(self, seconds: float) -> None:
        """Wait between httpcore's own retries (there are none)."""
        await asyncio.sleep(seconds)


class _Wire(httpx.AsyncBaseTransport):
    """httpx's seam over an httpcore pool that uses the guarded backend."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        stream = answer.stream
        return httpx.Response(status_code=answer.status, headers=answer.headers, stream=_Stream(stream))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class HttpxTransport:
    """Exchanges hops through one httpx client. `verify`: the TLS context; the system's trust store by default."""

    def __init__(
        self,
        guard: Guard,
        *,
        resolve: Resolve | None = None,
        verify: ssl.SSLContext | None = None,
        connections: int = 64,
    ) -> None:
        self._own_resolver = None if resolve else Resolver()
        pool = httpcore.AsyncConnectionPool(
            ssl_context=verify or httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(guard, resolve or self._own_resolver or Resolver()),
        )
        self._client = httpx.AsyncClient(
            transport=_Wire(pool),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS, pool=None),
        )

    @asynccontextmanager
    async def exchange(self, hop: Hop) -> AsyncIterator[Answer]:
        """See Transport.exchange."""
        try:
            request = self._client.build_request(hop.method, hop.url, headers=list(hop.headers), content=hop.body)
            answer = await self._client.send(request, stream=True)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise ConnectionFailed(_words(error)) from error
        except _BROKEN as error:
            raise ExchangeFailed(_words(error), protocol=isinstance(error, _PROTOCOL)) from error
        try:
            yield Answer(answer.status_code, _joined(answer.headers.multi_items()), _chunks(answer))
        finally:
            await answer.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()
        if self._own_resolver:
            self._own_resolver.close()


_PROTOCOL = (httpcore.ProtocolError, httpx.ProtocolError, httpx.InvalidURL)
_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpx.TransportError, *_PROTOCOL)


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    except _BROKEN as error:
        raise ExchangeFailed(_words(error), protocol=isinstance(error, _PROTOCOL)) from error


def _joined(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in items:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _words(error: Exception) -> str:
    """The library's words without what may repeat a secret; a bare class name where it has none."""
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    text = " ".join(str(error).split())[:160]
    return text or type(error).__name__
