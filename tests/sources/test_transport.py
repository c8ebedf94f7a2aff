"""The contract of a transport, held by each one of them against a real socket on loopback."""

import asyncio
import re
import socket
import ssl
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.sources.address import Guard
from monitor.sources.client import OverAiohttp, OverHttpcore, WebTransport
from monitor.sources.doors import trusted
from monitor.sources.transport import AddressRefused, ConnectionFailed, ExchangeFailed, Hop

PEM = Path(__file__).with_name("tls_example.pem")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nhi"


@pytest.fixture(autouse=True, params=[OverAiohttp, OverHttpcore])
def wire(request):
    """Which transport the test holds to the contract."""
    through.wire = request.param


def through(guard, **more):
    return WebTransport(guard, wire=through.wire, **more)


@asynccontextmanager
async def server(answer, tls=None):
    """A server that sends `answer` for each request and keeps the requests; yields (port, requests)."""
    seen = []

    async def serve(reader, writer):
        try:
            while True:
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
                await writer.drain()
                if b"Content-Length" not in answer or b"Connection: close" in answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1], seen
    finally:
        listening.close()


def resolving(*addresses):
    async def resolve(host, port):
        return list(addresses)

    return resolve


async def ask(transport, url, **more):
    async with transport.exchange(Hop("GET", url, (("user-agent", "t"),), **more)) as answer:
        return answer.status, answer.headers, b"".join([chunk async for chunk in answer.chunks])


def over(answer, allow=(), *, resolve=None, url="http://{host}:{port}/", host="127.0.0.1", times=1):
    """Ask a server with `answer` and give (what came, the requests it saw)."""

    async def run():
        async with server(answer) as (port, seen):
            names = [name.format(port=port) for name in allow]
            transport = through(Guard(names), resolve=resolve)
            try:
                for _ in range(times):
                    got = await ask(transport, url.format(host=host, port=port))
                return got, seen
            finally:
                await transport.aclose()

    return asyncio.run(run())


HERE = ("127.0.0.1:{port}",)


def test_an_allowed_host_answers_and_repeated_headers_are_joined():
    (status, headers, body), seen = over(OK, HERE)
    assert (status, headers["x-a"], body) == (200, "1, 2", b"hi")
    assert len(seen) == 1


def test_nothing_is_sent_that_was_not_asked_for():
    _, (request,) = over(OK, HERE)
    names = {line.partition(b":")[0].lower() for line in request.split(b"\r\n")[1:] if line}
    assert names <= {b"host", b"user-agent", b"connection", b"accept", b"accept-encoding"}


@pytest.mark.parametrize(("host", "sent"), [("127.0.0.1", "127.0.0.1"), ("Two.Example", "two.example")])
def test_a_request_names_its_host_and_port_once(host, sent):
    _, (request,) = over(OK, (*HERE, "two.example:{port}"), resolve=resolving("127.0.0.1"), host=host)
    (named,) = [line for line in request.split(b"\r\n") if line.lower().startswith(b"host:")]
    assert named.partition(b":")[2].strip().rpartition(b":")[0] == sent.encode()


def test_a_message_s_length_is_told_once_and_a_question_has_none():
    async def run():
        async with server(OK) as (port, seen):
            transport = through(Guard([f"127.0.0.1:{port}"]))
            for body in (b"{}", b"", None):
                await ask(transport, f"http://127.0.0.1:{port}/", body=body)
            await transport.aclose()
            return seen

    async def ask(transport, url, body):
        method = "GET" if body is None else "POST"
        async with transport.exchange(Hop(method, url, (("content-type", "application/json"),), body)) as answer:
            return [chunk async for chunk in answer.chunks]

    told = [re.findall(rb"(?i)content-length: (\d+)|transfer-encoding", request) for request in asyncio.run(run())]
    assert told == [[b"2"], [b"0"], []]


def test_cookies_are_not_kept():
    answer = OK.replace(b"X-A: 1", b"Set-Cookie: id=hunter2; Path=/")
    _, seen = over(answer, HERE, times=2)
    assert len(seen) == 2
    assert b"hunter2" not in seen[1]


def test_proxies_and_logins_of_the_environment_are_not_used(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2")
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
        "NETRC": str(netrc),
    }.items():
        monkeypatch.setenv(name, value)
    (status, _, _), (request,) = over(OK, HERE)
    assert status == 200
    assert b"uthorization" not in request


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0", "[::ffff:127.0.0.1]"]
)
def test_loopback_is_refused_however_it_is_written(host):
    async def run():
        async with server(OK) as (port, seen):
            transport = through(Guard())
            with pytest.raises((AddressRefused, ConnectionFailed)):
                await ask(transport, f"http://{host}:{port}/")
            await transport.aclose()
            assert seen == []

    asyncio.run(run())


def test_a_public_name_that_resolves_to_a_private_address_is_refused():
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        over(OK, HERE, resolve=resolving("127.0.0.1"), host="rebind.example")


def test_of_mixed_answers_only_allowed_addresses_are_tried():
    (status, _, _), seen = over(OK, ("mixed.example:{port}",), resolve=resolving("127.0.0.1"), host="mixed.example")
    assert (status, len(seen)) == (200, 1)
    with pytest.raises(AddressRefused):
        over(OK, resolve=resolving("127.0.0.1", "::1", "10.0.0.1"), host="mixed.example")


def test_each_new_connection_is_checked_anew():
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    class OnlyOne(Guard):
        def allows(self, host, port, address):
            return address == "127.0.0.1"

    async def rebinding(host, port):
        return next(answers)

    async def run():
        async with server(OK.replace(b"X-A: 1", b"Connection: close")) as (port, seen):
            transport = through(OnlyOne(), resolve=rebinding)
            await ask(transport, f"http://rebind.example:{port}/")
            with pytest.raises(AddressRefused):
                await ask(transport, f"http://rebind.example:{port}/")
            await transport.aclose()
            assert len(seen) == 1

    asyncio.run(run())


def test_the_next_address_is_tried_when_one_does_not_answer():
    (status, _, _), _ = over(
        OK, ("two.example:{port}",), resolve=resolving("127.0.0.9", "127.0.0.1"), host="two.example"
    )
    assert status == 200


def test_a_port_nobody_listens_on_is_told_as_never_sent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async def run():
        transport = through(Guard([f"127.0.0.1:{port}"]))
        with pytest.raises(ConnectionFailed):
            await ask(transport, f"http://127.0.0.1:{port}/")
        await transport.aclose()

    asyncio.run(run())


def test_a_name_nobody_knows_is_told_as_never_sent():
    async def nobody(host, port):
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(ConnectionFailed, match="cannot be resolved"):
        over(OK, resolve=nobody, host="nowhere.example")


@pytest.mark.parametrize(
    ("answer", "protocol"),
    [
        (b"", False),
        (b"SSH-2.0-OpenSSH_9.6\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhalf", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n", True),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n", True),
    ],
)
def test_what_is_no_sound_http_is_an_error_that_may_have_been_heard(answer, protocol):
    with pytest.raises(ExchangeFailed) as caught:
        over(answer, HERE)
    assert caught.value.protocol is protocol


EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"


def test_announcements_of_an_answer_are_passed_over():
    assert over(EARLY * 3 + OK, HERE)[0][0] == 200


def test_announcements_without_end_are_given_up():
    async def flood(reader, writer):
        try:
            while True:
                writer.write(EARLY * 100)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def run():
        listening = await asyncio.start_server(flood, "127.0.0.1", 0)
        host = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        transport = through(Guard([host]))
        try:
            with pytest.raises(ExchangeFailed) as caught:
                await ask(transport, f"http://{host}/")
        finally:
            await transport.aclose()
            listening.close()
        return caught.value.protocol

    assert asyncio.run(run()) is True


def proxied(url, *addresses, answer=OK):
    """Ask for `url`, whose name has `addresses`, through a proxy on loopback: (what came, what the proxy saw)."""

    async def resolve(host, port):
        if not addresses:
            raise socket.gaierror(-2, "unknown")
        return list(addresses)

    async def run():
        async with server(answer) as (port, seen):
            transport = through(Guard(), resolve=resolve, proxy=f"http://me:hunter2@127.0.0.1:{port}")
            try:
                return await ask(transport, url), seen
            finally:
                await transport.aclose()
                assert all(b"hunter2" not in request for request in seen)

    return asyncio.run(run())


def test_a_proxy_is_told_the_whole_address_and_who_we_are():
    (status, _, body), (request,) = proxied("http://paper.example/feed", "93.184.215.14")
    assert (status, body) == (200, b"hi")
    assert request.startswith(b"GET http://paper.example/feed HTTP/1.1")
    assert b"roxy-Authorization: Basic bWU6aHVudGVyMg==" in request.replace(b"proxy", b"Proxy")


def test_names_that_only_the_proxy_can_resolve_are_left_to_it():
    assert proxied("http://paper.example/feed")[0][0] == 200


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://[::1]/", "http://inside.example/", "https://10.0.0.1/"])
def test_no_proxy_is_asked_for_private_addresses(url):
    with pytest.raises(AddressRefused):
        proxied(url, "192.168.1.1")


def test_a_proxy_that_refuses_is_told_as_never_sent():
    with pytest.raises(ConnectionFailed, match="proxy"):
        proxied("https://paper.example/", answer=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def secured(name, trust):
    async def run():
        async with server(OK, tls_context()) as (port, seen):
            verify = trusted()
            if trust:
                verify.load_verify_locations(PEM)
            guard = Guard([f"{name}:{port}"])
            transport = through(guard, resolve=resolving("127.0.0.1"), verify=verify)
            try:
                return (await ask(transport, f"https://{name}:{port}/"))[0], seen
            finally:
                await transport.aclose()

    return asyncio.run(run())


def test_a_trusted_certificate_for_the_right_name_is_accepted():
    assert secured("tls.example", trust=True)[0] == 200


@pytest.mark.parametrize(("name", "trust"), [("tls.example", False), ("other.example", True)])
def test_a_certificate_that_is_unknown_or_for_another_name_is_refused(name, trust):
    with pytest.raises(ConnectionFailed, match="certificate"):
        secured(name, trust)


def test_no_descriptor_is_left_open():
    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    async def run():
        async with server(OK) as (port, _):
            transport = through(Guard([f"127.0.0.1:{port}"]))
            await ask(transport, f"http://127.0.0.1:{port}/")
            before = descriptors()
            for _ in range(50):
                await ask(transport, f"http://127.0.0.1:{port}/")
                with pytest.raises(AddressRefused):
                    await ask(transport, "http://127.0.0.2:9/")
            assert descriptors() <= before + 2
            await transport.aclose()

    asyncio.run(run())
