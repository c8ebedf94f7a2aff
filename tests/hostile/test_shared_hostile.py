"""The hostile collection beside this checkout, where there is one: each case with its verdict, work and memory."""

import importlib.util
import json
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from drive import SOON, Driver, neighbours

from monitor.steps.ports import PollKind

COLLECTION = Path(__file__).parents[3] / "shared" / "hostile" / "hostile.py"
# What may stand in a title as we keep it, and must not leave in this form: the channels' own tests hold that.
AT_OUTPUT = {"slack_injection", "template_injection"}


WAITING = {"slow_headers", "slow_body", "silent"}  # only a deadline ends them


def _cases():
    if not COLLECTION.exists():
        return {}
    spec = importlib.util.spec_from_file_location("hostile_collection", COLLECTION)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return {case["id"]: case for case in module.cases()}


CASES = _cases()
pytestmark = pytest.mark.skipif(not CASES, reason="no hostile collection at ../shared/hostile")


def _free_port():
    """A port with the two above it free on the hosts the collection uses."""
    for _ in range(200):
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
        with (
            suppress(OSError, OverflowError),
            socket.socket() as second,
            socket.socket(type=socket.SOCK_DGRAM) as third,
        ):
            second.bind(("127.0.0.2", port + 1))
            third.bind(("127.0.0.1", port + 2))
            return port
    raise OSError("no three free ports in a row")


@pytest.fixture(scope="module")
def served():
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, str(COLLECTION), "--port", str(port), "--seconds", "900"], stdout=subprocess.PIPE
    )
    try:
        assert b"hostile" in server.stdout.readline()  # it says so once it listens
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()
        server.communicate()


@pytest.fixture(scope="module")
def driver():
    driving = Driver()
    yield driving
    driving.close()


def touched(served):
    with urlopen(f"http://{served}/canary") as answer:
        return json.load(answer)


def _resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_case_ends_with_its_verdict_in_time_and_memory(served, driver, name):
    case = CASES[name]
    visits = 2 if name == "new_guid_each_time" else 1
    Path("/proc/self/clear_refs").write_text("5")  # the peak of resident memory starts anew
    resident, spent = _resident(), driver.spent()
    seconds = SOON if name in WAITING else 25.0
    outcome = driver(f"http://{served}/c/{name}/feed", [served], seconds=seconds, visits=visits)
    took, grown = driver.spent() - spent, _resident() - resident
    if case["path"].endswith("/feed"):
        verdict, _, count = case["verdict"].partition(":")
        if verdict == "entries":
            assert (outcome.kind, len(outcome.entries)) == (PollKind.FRESH, int(count)), outcome.error
        elif verdict == "unchanged":
            assert outcome.kind is PollKind.UNCHANGED
        elif verdict in {"reject", "retry"}:
            assert outcome.kind in {PollKind.FAILED, PollKind.GONE}
            assert outcome.error.startswith(f"http://{served}/c/{name}/feed: ")
    everything = outcome.everything()
    if name not in AT_OUTPUT:
        assert not [text for text in case["never"] if text in everything]
    assert "35万" in everything or not name.startswith("wrong_charset")
    assert took <= case["max_s"]
    assert grown <= case["max_mb"]
    assert touched(served) == []


def test_the_good_feed_is_polled_beside_the_hostile_ones(served, driver):
    def at(name):
        return f"http://{served}/{name}/feed", [served]

    hostile = [
        at(f"c/{name}") for name, case in CASES.items() if case["path"].endswith("/feed") and name not in WAITING
    ]
    good, silent_open = driver.run(neighbours(driver, at("ok"), hostile, at("c/silent")))
    assert len(good.entries) == 2
    assert "350,000" in good.everything()
    assert silent_open
