"""The processor time of one request by transport: python bench/transports.py [REQUESTS], on loopback, one run for all.

Phases: answers of 304, then gzip bodies of about 7 KB (30 KB decoded), then both again on connections that stay open.
The origin runs in a process of its own and is not counted. Every host is another one unless connections stay open.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import httpx
from origin import address

from monitor.sources.address import Guard
from monitor.sources.client import OverAiohttp, OverHttpcore, WebTransport
from monitor.sources.coding import Body
from monitor.sources.doors import Doors, Resolver
from monitor.sources.transport import Hop

Ask = Callable[[str, dict[str, str]], Awaitable[tuple[int, str]]]
AGENT = {"user-agent": "bench", "accept": "*/*", "accept-encoding": "gzip"}


def cpu() -> float:
    """Seconds of CPU of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(transport: WebTransport) -> Ask:
    """Our transport, the body decoded within a bound."""

    async def ask(url: str, headers: dict[str, str]) -> tuple[int, str]:
        async with transport.exchange(Hop("GET", url, tuple(headers.items()))) as answer:
            body = Body(answer.headers.get("content-encoding", ""), 10 << 20)
            async for chunk in answer.chunks:
                body.add(chunk)
            body.finish()
            return answer.status, answer.headers.get("etag", "")

    return ask


def through_client(client: httpx.AsyncClient) -> Ask:
    """httpx's client object on top of a transport; the body decoded by httpx, without a bound."""

    async def ask(url: str, headers: dict[str, str]) -> tuple[int, str]:
        answer = await client.get(url, headers=headers)
        return answer.status_code, answer.headers.get("etag", "")

    return ask


def plain(session: aiohttp.ClientSession) -> Ask:
    """aiohttp alone, no guard and no bound."""

    async def ask(url: str, headers: dict[str, str]) -> tuple[int, str]:
        async with session.get(url, headers=headers) as answer:
            await answer.read()
            return answer.status, answer.headers.get("etag", "")

    return ask


async def measured(ask: Ask, urls: list[str], tags: dict[str, str], at_once: int = 32) -> float:
    """CPU seconds a 1,000 requests."""
    queue = list(reversed(urls))

    async def work() -> None:
        while queue:
            url = queue.pop()
            headers = AGENT | ({"if-none-match": tags[url]} if url in tags else {})
            status, _ = await ask(url, headers)
            assert status == (304 if url in tags else 200), (url, status)

    before = cpu()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return (cpu() - before) / len(urls) * 1000


async def main(port: str, count: int) -> None:
    """One line a transport, the median of three rounds."""
    hosts = [address(n) for n in range(count)]
    urls = [f"http://{host}:{port}/feed/{n}" for n, host in enumerate(hosts)]
    same = [f"http://{hosts[n % 8]}:{port}/feed/{n}" for n in range(count)]
    guard = Guard([f"{host}:{port}" for host in hosts])
    resolver = Resolver()
    doors = Doors(guard, resolver)
    session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    transports = [WebTransport(guard), WebTransport(guard, wire=OverHttpcore)]
    clients = [
        httpx.AsyncClient(transport=OverAiohttp(doors), trust_env=False),
        httpx.AsyncClient(transport=OverHttpcore(doors), trust_env=False),
        httpx.AsyncClient(trust_env=False),
    ]
    subjects: list[tuple[str, Ask]] = [
        ("aiohttp alone, unguarded", plain(session)),
        ("ours: httpx messages over aiohttp", ours(transports[0])),
        ("httpx.AsyncClient over ours over aiohttp", through_client(clients[0])),
        ("ours: httpx messages over guarded httpcore", ours(transports[1])),
        ("httpx.AsyncClient over guarded httpcore", through_client(clients[1])),
        ("httpx alone, unguarded", through_client(clients[2])),
    ]
    tags = {url: (await plain(session)(url, AGENT))[1] for url in urls}
    same_tags = {url: (await plain(session)(url, AGENT))[1] for url in same}
    for name, ask in subjects:
        phases: dict[str, list[float]] = {}
        for _ in range(3):
            for phase, asked, known in (
                ("304", urls, tags),
                ("body", urls, {}),
                ("304 kept open", same, same_tags),
                ("body kept open", same, {}),
            ):
                phases.setdefault(phase, []).append(await measured(ask, asked, known, 8 if asked is same else 32))
        row = {phase: round(statistics.median(rounds), 3) for phase, rounds in phases.items()}
        print(json.dumps({"transport": name, **row}), flush=True)
    for transport in transports:
        await transport.aclose()
    for client in clients:
        await client.aclose()
    await session.close()
    resolver.close()


if __name__ == "__main__":
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    origin = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("origin.py")), "--feeds", str(requests)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert origin.stdin is not None
    assert origin.stdout is not None
    asyncio.run(main(origin.stdout.readline().strip(), requests))
    origin.stdin.close()
    origin.wait(10)
