"""The whole product behind a proxy: all goes through it, nothing private is asked of it, its password stays in."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from fakes_proxy import Proxy, proxy
from fakes_site import Site, site

from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.transport import AddressRefused, ConnectionFailed, Hop

ROOT = Path(__file__).parents[2]
PEM = ROOT / "tests" / "sources" / "tls_example.pem"
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}
LOGIN = "robot:canary-proxy-77"


def ran(folder: Path, *words: str, login: str = LOGIN) -> tuple[int, str]:
    """Exit code and all that a command said; its environment names no proxy but ours."""
    env = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "PROXY_LOGIN": login, "http_proxy": "http://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *words], cwd=folder, env={**QUIET, **env}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def configure(folder: Path, behind: Proxy | None, here: Site, port: int = 0) -> None:
    place = behind.address if behind else f"127.0.0.1:{port}"
    (folder / "feeds.yaml").write_text(f"""\
feeds:
  - {{url: "{here.url("/feed")}", name: News, kind: primary}}
allow_hosts: ["{here.host}", "{here.page_host}"]
polling: {{proxy: "http://${{PROXY_LOGIN}}@{place}"}}
alerts:
  - {{name: Desk, webhook: "{here.url("/hook")}"}}
""")


def news(here: Site) -> None:
    here.tell(1, "Meta", "Meta expects capital expenditures of $60 billion in 2025.", "Wed, 29 Jan 2025")


def test_every_request_goes_through_the_proxy_and_its_password_is_never_shown(tmp_path: Path) -> None:
    with site() as here, proxy(LOGIN) as behind:
        configure(tmp_path, behind, here)
        news(here)
        said = ""
        for words in ("check", "check --json", "once --all --now --json", "feeds test News", "feeds list --json"):
            code, output = ran(tmp_path, *words.split())
            assert code == 0, output
            said += output
        here.tell(2, "Meta", "Meta now expects capital expenditures of $66 billion in 2025.", "Thu, 30 Jan 2025")
        code, output = ran(tmp_path, "once", "--all", "--now")
        assert (code, "1 sent" in output) == (0, True), output
        came = {(method, path) for method, path in behind.asked}
        assert {("GET", here.url("/feed")), ("POST", here.url("/hook"))} <= came
        assert any(path.endswith("/robots.txt") for _, path in came)
        assert any(path.endswith("/story/2") for _, path in came)
        assert len(here.gets) == sum(method == "GET" for method, _ in behind.asked)  # nobody came another way
    assert f"all requests go through the proxy http://{behind.address}; mail does not" in said
    assert "canary" not in said + output
    assert "robot" not in said.replace("robots", "") + output


def test_what_is_private_is_not_asked_of_the_proxy(tmp_path: Path) -> None:
    private = ("http://10.0.0.1/a", "http://[::1]/b", "http://metadata.internal/c", "http://router/d",
               "http://127.0.0.1:1/e", "http://printer.local/f")  # fmt: skip
    with site() as here, proxy(LOGIN) as behind:
        configure(tmp_path, behind, here)
        items = "".join(
            f"<item><title>Meta builds AI data centers {at}</title><link>{url}</link><guid>{at}</guid></item>"
            for at, url in enumerate(private)
        )
        rss = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
        here.pages["/feed"] = ("application/rss+xml", rss.encode())
        code, output = ran(tmp_path, "once", "--all")
        assert code == 0, output
        assert {path for _, path in behind.asked} == {here.url("/feed")}


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (
            "robot:wrong-canary",
            "the proxy wants a user name and password (407); write them into polling.proxy, as ${NAME}",
        )
    ],
)
def test_a_proxy_that_knows_us_not_is_told_with_the_key_to_change(login: str, words: str, tmp_path: Path) -> None:
    with site() as here, proxy(LOGIN) as behind:
        configure(tmp_path, behind, here)
        code, output = ran(tmp_path, "check", "--online", login=login)
    assert code == 4
    assert words in output
    assert "canary" not in output


def test_a_proxy_that_is_not_there_is_told_as_that(tmp_path: Path) -> None:
    with site() as here:
        configure(tmp_path, None, here, port=1)
        news(here)
        code, output = ran(tmp_path, "check", "--online", "--json")
        found = json.loads(output)
        assert (code, found["ok"], found["proxy"]) == (4, False, "http://127.0.0.1:1")
        assert "the proxy cannot be reached" in found["online"]["says"]
        assert "look at polling.proxy" in found["online"]["says"]
        assert here.gets == []


def test_a_look_online_says_that_the_first_feed_answers(tmp_path: Path) -> None:
    with site() as here, proxy(LOGIN) as behind:
        configure(tmp_path, behind, here)
        news(here)
        code, output = ran(tmp_path, "check", "--online")
    assert (code, output.splitlines()[-1]) == (
        0, f"online, through the proxy http://{behind.address}: News answers, with 1 entry"
    )  # fmt: skip


def tunnelled(*, trust: bool, allow: str, name: str) -> tuple[int, list[str]]:
    """Ask a TLS server of this process, whose certificate is for tls.example: the status, and the proxy's methods."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async def run(behind: Proxy) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        port = listening.sockets[0].getsockname()[1]
        verify = ssl.create_default_context(cafile=str(PEM)) if trust else None
        guard = Guard([f"{allow}:{port}"])
        way = WebTransport(guard, resolve=resolve, verify=verify, proxy=f"http://{behind.address}")
        try:
            async with way.exchange(Hop("GET", f"https://{name}:{port}/", ())) as answer:
                return answer.status
        finally:
            await way.aclose()
            listening.close()

    with proxy() as behind:
        return asyncio.run(run(behind)), [method for method, _ in behind.asked]


def test_what_is_encrypted_goes_through_a_tunnel() -> None:
    assert tunnelled(trust=True, allow="tls.example", name="tls.example") == (200, ["CONNECT"])


@pytest.mark.parametrize(("trust", "name"), [(False, "tls.example"), (True, "other.example")])
def test_a_certificate_is_checked_through_a_tunnel_as_well(trust: bool, name: str) -> None:
    with pytest.raises(ConnectionFailed, match="certificate"):
        tunnelled(trust=trust, allow=name, name=name)


def test_no_tunnel_is_asked_for_to_a_name_of_a_private_address() -> None:
    with pytest.raises(AddressRefused):
        tunnelled(trust=True, allow="tls.example", name="other.example")
