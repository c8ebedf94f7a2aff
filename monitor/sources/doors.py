"""Which sockets may be opened: names become addresses here, and each address is checked before a socket is made."""

import asyncio
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from errno import errorcode
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult

import certifi

from monitor.sources.address import Guard, origin, split_url
from monitor.sources.transport import AddressRefused

Resolve = Callable[[str, int], Awaitable[list[str]]]
# RFC 6761, 6762 and 7686, ICANN's .internal, and what RFC 6762 (appendix G) found in use inside networks.
_INSIDE = frozenset(
    "localhost local localdomain internal intranet private corp home lan test invalid onion alt".split()
)
_TRIED = 4  # addresses of one name


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


@dataclass(frozen=True, slots=True)
class Doors:
    """The guard with what it needs to judge a name. `proxy`: the one host and port that connections go to instead."""

    guard: Guard
    resolve: Resolve
    proxy: tuple[str, int] | None = None

    def allows(self, host: str, port: int, address: str) -> bool:
        """May a socket for `host`:`port` be opened to the literal `address`?"""
        return (host, port) == self.proxy or self.guard.allows(host, port, address)

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be contacted, at most four. Raises AddressRefused, or OSError."""
        found = [host] if is_literal(host) else await self.resolve(host, port)
        allowed = [address for address in found if self.allows(host, port, address)]
        if found and not allowed:
            raise AddressRefused(", ".join(found[:3]))
        return allowed[:_TRIED]

    async def check_behind_proxy(self, host: str, port: int) -> None:
        """The proxy makes the connection, so the name is judged here, as far as it can be resolved here.

        A name that only the proxy can resolve is left to it, unless it is one that the public internet does not have.
        Raises AddressRefused.
        """
        if self.proxy is None:
            return
        try:
            found = [host] if is_literal(host) else await self.resolve(host, port)
        except OSError:  # behind some proxies names of the outside cannot be resolved: the proxy knows them
            if is_inside(host) and not self.guard.names(host, port):
                raise AddressRefused("a name of a network's inside") from None
            return
        if found and not any(self.guard.allows(host, port, address) for address in found):
            raise AddressRefused(", ".join(found[:3]))


def is_inside(host: str) -> bool:
    """Is this a name that no public name server answers for: without a dot, or below a name kept for private use?"""
    labels = host.lower().rstrip(".").split(".")
    return len(labels) == 1 or labels[-1] in _INSIDE or labels[-2:] == ["home", "arpa"]


@lru_cache(maxsize=1_024)
def is_literal(host: str) -> bool:
    """Is this an IP address?"""
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def proxy_parts(url: str) -> SplitResult:
    """The parts of a proxy's address. Raises ValueError for what is none."""
    parts = split_url(url)
    if parts is None:
        raise ValueError("a proxy's address looks like http://host:port")
    return parts


def proxy_place(url: str | None) -> tuple[str, int] | None:
    """Host and port of a proxy."""
    if url is None:
        return None
    _, host, port = origin(proxy_parts(url))
    return host, port


class _Bare(ssl.SSLObject):
    """A TLS connection that does not describe the other side's certificate, which asyncio asks of each one.

    OpenSSL has checked it by then, its names too; taking it apart for nobody is a tenth of a handshake.
    """

    # The library's stubs tell the two kinds of answer apart by overloads, which would be longer than the method.
    def getpeercert(self, binary_form: bool = False) -> "dict[str, Any] | bytes | None":  # type: ignore[override]
        """The certificate as it came, if asked for so; else nothing."""
        return super().getpeercert(binary_form) if binary_form else {}


def trusted() -> ssl.SSLContext:
    """The system's trust store, or certifi's where the system has none (bare containers)."""
    context = ssl.create_default_context()
    context.sslobject_class = _Bare
    places = ssl.get_default_verify_paths()
    if not places.cafile and not (places.capath and any(Path(places.capath).iterdir())):
        context.load_verify_locations(certifi.where())
    return context


def connect_words(error: BaseException) -> str:
    """What the system says of a failed connection: it names addresses and certificates, never headers or paths."""
    words = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or str(error)
    known = error.errno if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    if known is not None and known in errorcode:
        words = os.strerror(known)  # asyncio's own words repeat the address
    kind = "certificate: " if isinstance(error, ssl.SSLCertVerificationError) else ""
    return kind + " ".join(str(words).split())[:160] or "refused"
