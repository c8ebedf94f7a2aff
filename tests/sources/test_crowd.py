"""Idle connections: a few are kept for the next request, never a crowd, and each is small."""

import asyncio
import gc
import ssl
from asyncio.selector_events import _SelectorSocketTransport
from asyncio.sslproto import SSLProtocol

import pytest
from aiohttp import connector

from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.transport import Hop

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def opened(hosts: int, connections: int, rounds: int = 1) -> tuple[int, int]:
    """How many connections a server saw, and how many were still open when the last answer was there."""

    async def run() -> tuple[int, int]:
        seen, open_now = 0, set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal seen
            seen += 1
            open_now.add(writer)
            try:
                while True:
                    await reader.readuntil(b"\r\n\r\n")
                    writer.write(OK)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                open_now.discard(writer)
                writer.close()

        servers = [await asyncio.start_server(serve, "127.0.0.1", 0) for _ in range(hosts)]
        names = [f"127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers]
        transport = WebTransport(Guard(names), connections=connections)
        for _ in range(rounds):
            for name in names:
                async with transport.exchange(Hop("GET", f"http://{name}/", ())) as answer:
                    assert [chunk async for chunk in answer.chunks] == [b"hi"]
                for _ in range(20):  # the server hears of the end
                    await asyncio.sleep(0)
        left = len(open_now)
        await transport.aclose()
        for server in servers:
            server.close()
            await server.wait_closed()
        while open_now:
            await asyncio.sleep(0)
        return seen, left

    return asyncio.run(run())


def test_a_connection_is_kept_for_the_next_request_to_the_same_host() -> None:
    assert opened(hosts=2, connections=8, rounds=3) == (2, 2)


@pytest.mark.parametrize("connections", [4, 8])
def test_of_many_hosts_few_connections_are_kept(connections: int) -> None:
    seen, left = opened(hosts=30, connections=connections)
    assert seen == 30
    assert left <= connections // 2


def test_a_closed_connection_is_gone_without_the_collector_looking_for_it() -> None:
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(one, _SelectorSocketTransport) for one in gc.get_objects())
        opened(hosts=30, connections=2)
        left = sum(isinstance(one, _SelectorSocketTransport) for one in gc.get_objects()) - before
        assert left <= 30  # the server's own
    finally:
        gc.enable()


def test_a_tls_connection_reads_through_a_small_buffer() -> None:
    assert SSLProtocol.max_size == 32 * 1024


def test_what_aiohttp_holds_for_sessions_without_certificates_trusts_nobody() -> None:
    context = connector._SSL_CONTEXT_VERIFIED
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs() == []
