"""httpcore underneath: a network backend that checks every address before it connects to it."""

import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore

from monitor.sources.doors import Doors, connect_words
from monitor.sources.transport import MAX_HEADER

_READ = 64 * 1024  # httpcore reads in pieces of this size: the last piece of a head may hold as much of the body


@dataclass
class Head:
    """How many bytes have come before the body, all announcements of the answer included, and whether it has begun."""

    read: int = 0
    over: bool = False


HEAD: ContextVar[Head] = ContextVar("head")


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that may be contacted, and to nothing else."""

    def __init__(self, doors: Doors, backend: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._doors = doors
        self._backend = backend or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises AddressRefused or httpcore.ConnectError."""
        try:
            addresses = await self._doors.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        failed = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                stream = await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
                return _Stream(stream)
            except httpcore.ConnectError as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Wait between two tries."""
        await self._backend.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that counts what comes before the body."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        head = HEAD.get()
        if not head.over:
            head.read += len(data)
            if head.read > MAX_HEADER + _READ:
                raise httpcore.RemoteProtocolError("the head of the answer has no end")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except httpcore.ConnectError as error:
            raise httpcore.ConnectError(connect_words(error.__cause__ or error)) from error

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def guarded_pool(
    doors: Doors,
    verify: ssl.SSLContext,
    *,
    connections: int,
    proxy: str | None = None,
    proxy_auth: tuple[bytes, bytes] | None = None,
) -> httpcore.AsyncConnectionPool:
    """httpcore's own pool over a guarded backend."""
    backend = GuardedBackend(doors)
    if proxy is None:
        return httpcore.AsyncConnectionPool(
            verify, max_connections=connections, keepalive_expiry=5.0, network_backend=backend
        )
    return httpcore.AsyncHTTPProxy(
        proxy,
        proxy_auth,
        ssl_context=verify,
        max_connections=connections,
        keepalive_expiry=5.0,
        network_backend=backend,
    )
