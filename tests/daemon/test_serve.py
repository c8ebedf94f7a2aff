"""The daemon as a user runs it: a process, a feed, a digest, signals and a configuration that changes under it."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon_process import Daemon, daemon
from fakes_site import Site, site

FIRST = (
    1,
    "Meta sets its capital expenditures",
    "Meta expects capital expenditures of $60 billion in 2025.",
    "Wed, 29 Jan 2025",
)
SECOND = (
    2,
    "Meta raises capital expenditures",
    "Meta now expects capital expenditures of $70 billion in 2025.",
    "Wed, 30 Apr 2025",
)


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as found:
        found.tell(*FIRST)
        yield found


def configure(folder: Path, here: Site, extra: str = "") -> Path:
    path = folder / "feeds.yaml"
    path.write_text(
        f"""allow_hosts: ["{here.host}", "{here.page_host}"]
feeds:
  - {{url: "{here.url("/feed")}", name: News, kind: primary, every: 1s, language: en}}
{extra}
alerts:
  - {{name: Me, webhook: "{here.url("/hook")}", console: true}}
"""
    )
    return path


def ready(running: Daemon) -> None:
    """The first poll is over: its figures are in the ledger, and nobody was told."""
    assert running.until("read").get("read") == 1, running.log


def test_a_change_in_a_feed_reaches_webhook_and_console_and_a_stop_is_clean(tmp_path: Path, here: Site) -> None:
    configure(tmp_path, here, f'  - {{url: "{here.url("/missing")}", name: Missing, every: 1s}}')
    with daemon(tmp_path) as running:
        ready(running)
        here.tell(*SECOND)
        running.until("digests sent")
        assert running.end(signal.SIGTERM) == 0
    told = json.loads(here.posts[0])
    assert len(here.posts) == 1
    assert [(item["old"], item["new"]) for item in told["items"]] == [("$60bn", "$70bn")]
    assert "$60bn" in running.printed
    assert "$70bn" in running.printed
    events = [line["event"] for line in running.log]
    assert events[0] == "started"
    assert events[-1] == "stopped"
    assert any(line["event"] == "feed failed" and line["feed"] == "Missing" for line in running.log)


def test_a_broken_configuration_is_told_and_the_old_one_stays_until_it_is_mended(tmp_path: Path, here: Site) -> None:
    path = configure(tmp_path, here)
    with daemon(tmp_path) as running:
        ready(running)
        right = path.read_text()
        path.write_text(right + "nonsense: [1\n")
        assert "opened here and never closed" in running.until("configuration refused")["problem"]
        running.until("the old configuration stays in force")
        path.write_text(right.replace("name: News", "name: Newer"))
        assert running.until("configuration taken over")["feeds"] == 1
        here.tell(*SECOND)
        running.until("digests sent")
        assert running.end(signal.SIGINT) == 0
    assert len(here.posts) == 1


@pytest.mark.slow
def test_a_configuration_that_stays_refused_is_told_to_those_who_rely_on_it_and_taken_back(
    tmp_path: Path, here: Site
) -> None:
    path = configure(tmp_path, here)
    right = path.read_text()
    with daemon(tmp_path) as running:
        ready(running)
        path.write_text(right + "nonsense: [1\n")
        running.until("digests sent")
        path.write_text(right)
        running.until("digests sent")
        assert running.end(signal.SIGTERM) == 0
    refused, again = (json.loads(post)["notes"][0]["text"] for post in here.posts)
    assert refused.startswith("feeds.yaml was saved with mistakes on ")
    assert "feeds.yaml:7:11: a quote or bracket is opened here and never closed" in refused
    assert again == "feeds.yaml is in force again as it was saved."


@pytest.mark.parametrize("name", ["data", "data/figurewatch.db.lock"])
def test_a_daemon_whose_database_is_taken_away_says_so_and_ends(tmp_path: Path, here: Site, name: str) -> None:
    configure(tmp_path, here)
    with daemon(tmp_path) as running:
        ready(running)
        (tmp_path / name).rename(tmp_path / "elsewhere")
        assert "put it back and start again" in running.until("database lost")["problem"]
        assert running.wait() == 1


def test_sighup_takes_the_configuration_over(tmp_path: Path, here: Site) -> None:
    path = configure(tmp_path, here)
    with daemon(tmp_path) as running:
        ready(running)
        running.process.send_signal(signal.SIGHUP)
        assert running.until("configuration taken over")["added"] == 0
        path.write_text(path.read_text().replace("every: 1s,", "every: 2s, enabled: false,"))
        assert running.until("configuration taken over")["removed"] == 1
        assert running.end(signal.SIGTERM) == 0


@pytest.mark.slow
def test_a_server_that_never_answers_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        address = f"127.0.0.1:{hole.getsockname()[1]}"
        (tmp_path / "feeds.yaml").write_text(f'allow_hosts: ["{address}"]\nfeeds: ["http://{address}/feed"]\n')
        with daemon(tmp_path) as running:
            connection, _ = hole.accept()  # it asks, and will wait
            running.until("started")
            asked = time.monotonic()
            assert running.end(signal.SIGTERM) == 0
            assert time.monotonic() - asked < 10
            connection.close()
    assert any(line["event"] == "stopped in the middle of a batch" for line in running.log)


def test_a_second_daemon_on_the_same_database_says_so_and_exits_75(tmp_path: Path, here: Site) -> None:
    configure(tmp_path, here)
    with daemon(tmp_path) as first:
        ready(first)
        second = Daemon(tmp_path)
        assert second.wait() == 75
        assert first.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    "point", ["poll.after-commit", "read.before-commit", "digest.after-commit", "deliver.before-send"]
)
def test_killed_at_a_named_point_and_started_again_it_tells_each_change_once(
    tmp_path: Path, here: Site, point: str
) -> None:
    configure(tmp_path, here)
    with daemon(tmp_path) as running:
        ready(running)
        assert running.end(signal.SIGTERM) == 0
    here.tell(*SECOND)
    with daemon(tmp_path, FIGUREWATCH_CRASH_AT=point) as crashing:
        assert crashing.wait() == -signal.SIGKILL
    with daemon(tmp_path) as running:
        while len(here.posts) < 1:
            running.until("digests sent")
        assert running.end(signal.SIGTERM) == 0
    assert [[item["new"] for item in json.loads(post)["items"]] for post in here.posts] == [["$70bn"]]


def test_the_dead_mans_url_is_asked_while_all_is_well_and_never_shown(tmp_path: Path, here: Site) -> None:
    configure(tmp_path, here)
    here.pages["/alive/hunter2-secret"] = ("text/plain", b"ok")
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(text + 'watch: {ping_url: "${PING}"}\n')
    with daemon(tmp_path, PING=here.url("/alive/hunter2-secret")) as running:
        ready(running)
        here.tell(*SECOND)
        running.until("digests sent")
        here.pages.pop("/alive/hunter2-secret")
        running.until("the sign of life was not taken")
        assert running.end(signal.SIGTERM) == 0
    assert "/alive/hunter2-secret" in here.gets
    assert "hunter2" not in json.dumps(running.log) + running.printed
