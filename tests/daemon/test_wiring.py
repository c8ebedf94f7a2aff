"""Adapters of the real program: posts, signs of life, crash points, channels."""

import asyncio
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channels.base import PostError
from monitor.config import Config, Watch, load_config
from monitor.core.errors import FigurewatchError, StoreError
from monitor.core.types.audiences import Audience, Channel, ChannelKind
from monitor.core.types.feeds import Validators
from monitor.daemon.migrating import is_current, migrate
from monitor.daemon.posting import poster
from monitor.daemon.pulse import ping
from monitor.daemon.wiring import Outfit, crash_point, open_store, outfit, refit
from monitor.sources.address import Guard
from monitor.sources.client import WebTransport
from monitor.sources.errors import FetchError, Unreachable
from monitor.sources.http import HttpFetcher
from monitor.sources.messages import Request, Response
from monitor.steps.begin import sync
from monitor.steps.world import no_crash
from monitor.store.migrate import head
from monitor.store.version import newest


class FakeFetcher:
    """Gives one answer, or raises one error; remembers what was asked."""

    def __init__(self, answer: Response | FetchError) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer

    async def aclose(self) -> None:
        pass


def response(status: int = 200, body: bytes = b"ok", headers: Mapping[str, str] | None = None) -> Response:
    return Response("https://a.example/", status, headers or {}, body, Validators())


def config(folder: Path, extra: str = "") -> Config:
    path = folder / "feeds.yaml"
    path.write_text(f"feeds: [https://a.example/f]\n{extra}")
    return load_config(path, {"HOME": str(folder), "FIGUREWATCH_DATA_DIR": str(folder / "data")})


def test_a_message_is_posted_as_a_secret_and_its_answer_given_back_whatever_its_status() -> None:
    fetcher = FakeFetcher(response(429, b"slow down", {"retry-after": "3"}))
    result = asyncio.run(poster(fetcher)("https://hooks.example/secret", b"{}", {"X-A": "1"}))
    assert (result.status, result.body, result.headers) == (429, b"slow down", {"retry-after": "3"})
    (request,) = fetcher.asked
    assert (request.method, request.body, request.headers) == ("POST", b"{}", (("X-A", "1"),))
    assert request.secret
    assert request.any_status
    assert request.limits.cut


@pytest.mark.parametrize(("arrived", "kind"), [(False, "not_sent"), (True, "unknown")])
def test_a_failed_post_says_whether_it_may_have_arrived(arrived: bool, kind: str) -> None:
    fetcher = FakeFetcher(Unreachable("hooks.example", "no connection", may_have_arrived=arrived))
    with pytest.raises(PostError) as caught:
        asyncio.run(poster(fetcher)("https://hooks.example/secret", b"{}", {}))
    assert caught.value.kind == kind


def test_a_webhook_whose_certificate_nobody_vouches_for_is_never_sent_to() -> None:
    async def run() -> tuple[str, list[bytes]]:
        came: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.append(await reader.read(1))
            writer.close()

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(__file__).parents[1] / "sources" / "tls_example.pem")
        listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        place = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        fetcher = HttpFetcher(WebTransport(Guard([place])))
        try:
            with pytest.raises(PostError) as caught:
                await poster(fetcher)(f"https://{place}/hook", b"{}", {})
        finally:
            await fetcher.aclose()
            listening.close()
        return f"{caught.value.kind}: {caught.value}", came

    said, came = asyncio.run(run())
    assert said.startswith("not_sent")
    assert "certificate" in said
    assert came == []


def test_crash_points_kill_at_the_nth_time_and_only_in_tests() -> None:
    assert crash_point({}) is no_crash
    code = (
        "from monitor.daemon.wiring import crash_point\n"
        "point = crash_point({'FIGUREWATCH_CRASH_AT': 'here:2'})\n"
        "point('there'); point('here'); print('alive', flush=True); point('here'); print('still')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "alive\n")


class Fitted:
    """An outfit on a database of its own with a fake fetcher."""

    def __init__(self, folder: Path, answer: Response | FetchError) -> None:
        self.config = replace(config(folder), watch=Watch(ping_url="https://ping.example/secret"))
        self.fetcher = FakeFetcher(answer)
        self.said: list[str] = []

    def warning(self, event: str, **values: object) -> None:
        self.said.append(f"{event} {values}")

    info = error = warning

    async def ping(self) -> None:
        store = open_store(self.config)
        fitted = outfit(self.config, store, log=self)
        await sync(fitted.world)
        await ping(Outfit(fitted.world, self.config, self.fetcher, fitted.workers, fitted.reader, fitted.renderer))
        await fitted.aclose()
        store.close()


def test_a_sign_of_life_is_given_when_no_digest_is_lost(tmp_path: Path) -> None:
    fitted = Fitted(tmp_path, response())
    asyncio.run(fitted.ping())
    assert [request.url for request in fitted.fetcher.asked] == ["https://ping.example/secret"]
    assert fitted.fetcher.asked[0].secret
    assert fitted.said == []


def test_a_sign_of_life_that_is_not_taken_is_logged_and_stops_nothing(tmp_path: Path) -> None:
    fitted = Fitted(tmp_path, Unreachable("ping.example", "no connection"))
    asyncio.run(fitted.ping())
    assert fitted.said == ["the sign of life was not taken {'error': 'ping.example: no connection'}"]


def test_a_channel_that_cannot_work_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    async def run() -> None:
        good = config(tmp_path)
        bad = Audience("Team", (Channel("team.email", ChannelKind.EMAIL, ("a@example.org",), (("host", "x"),)),))
        store = open_store(good)
        try:
            outfit(replace(good, audiences=(bad,)), store)
        finally:
            store.close()

    with pytest.raises(FigurewatchError, match=r"alerts: Team: channel team\.email: sender: is missing"):
        asyncio.run(run())


def test_a_new_configuration_keeps_store_clock_and_log(tmp_path: Path) -> None:
    async def run() -> None:
        store = open_store(config(tmp_path))
        old = outfit(config(tmp_path), store)
        new = refit(old, config(tmp_path, "contact: me@example.org"))
        assert new.world.store is old.world.store
        assert new.world.clock is old.world.clock
        assert new.world.log is old.world.log
        assert new.config.contact == "me@example.org"
        await new.aclose()
        await old.aclose()
        store.close()

    asyncio.run(run())


def test_the_data_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    open_store(config(tmp_path)).close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_directory_that_cannot_be_made_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wrong = replace(config(tmp_path), data_dir=tmp_path / "file" / "data")
    with pytest.raises(StoreError, match=r"cannot make the data directory .*; choose another with data_dir"):
        open_store(wrong)


def test_migration_in_another_process_tells_what_is_wrong(tmp_path: Path) -> None:
    assert not is_current(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(f"sqlite:///{tmp_path / 'a.db'}")
    assert is_current(f"sqlite:///{tmp_path / 'a.db'}")
    assert newest() == head()
    (tmp_path / "b.db").write_bytes(b"this is no database, and never was one" * 100)
    with pytest.raises(StoreError, match="database"):
        migrate(f"sqlite:///{tmp_path / 'b.db'}")
    assert os.environ.get("FIGUREWATCH_DATABASE_URL") is None
