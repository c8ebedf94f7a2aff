"""The project's own hostile set, driven through the real fetch, parse and extraction."""

from datetime import timedelta

import pytest
from drive import SOON, Driver, neighbours
from hostile_server import CASES, HostileServer

from monitor.steps.ports import PollKind


@pytest.fixture(scope="module")
def server():
    served = HostileServer()
    yield served
    served.close()


@pytest.fixture(scope="module")
def driver():
    driving = Driver()
    yield driving
    driving.close()


@pytest.fixture
def polled(server, driver):
    def poll(name, **more):
        path = f"/c/{name}/feed" if CASES[name].article else f"/c/{name}"
        seconds = {"seconds": SOON} if CASES[name].waits else {}
        return driver(f"http://{server.host}{path}", [server.host], **seconds, **more)

    return poll


@pytest.mark.parametrize("name", sorted(CASES))
def test_nothing_a_server_does_breaks_a_poll(server, polled, driver, name):
    case = CASES[name]
    before = driver.spent()
    outcome = polled(name)
    verdict, _, count = case.verdict.partition(":")
    if verdict == "entries":
        assert (outcome.kind, len(outcome.entries)) == (PollKind.FRESH, int(count)), outcome.error
    elif verdict == "unchanged":
        assert outcome.kind is PollKind.UNCHANGED
    elif verdict == "fails":
        assert outcome.kind in {PollKind.FAILED, PollKind.GONE}
        assert outcome.entries == ()
    if outcome.kind in {PollKind.FAILED, PollKind.GONE}:
        assert outcome.error.startswith("http://127.0.0.1:")
        assert len(outcome.error) < 700
        assert "\n" not in outcome.error
    everything = outcome.everything()
    assert not [text for text in case.absent if text in everything]
    assert case.wants in everything
    assert all(len(entry.title) <= 1_000 for entry in outcome.entries)
    everything.encode()
    assert server.touched == []
    assert driver.spent() - before < 20


def test_a_good_feed_is_polled_beside_every_hostile_one(server, driver):
    def at(name):
        return f"http://{server.host}/{name}", [server.host]

    hostile = [at(f"c/{name}") for name, case in CASES.items() if not case.article and not case.waits]
    good, silent_open = driver.run(neighbours(driver, at("good"), hostile, at("c/never_answers")))
    assert [entry.title for entry in good.entries] == ["Good"]
    assert "350,000" in good.everything()
    assert silent_open


def test_a_second_look_brings_no_entry_twice(polled):
    first = polled("one_item_a_thousand_times", articles=0)
    assert len(polled("one_item_a_thousand_times", visits=3, articles=0).entries) == len(first.entries)


def test_a_permanent_move_is_told_and_oversized_validators_are_not_kept(polled, server):
    assert polled("moved_for_good", articles=0).moved_to == f"http://{server.host}/good"
    assert polled("validators_of_kilobytes", articles=0).validators.etag is None
    assert polled("body_shorter_than_announced", articles=0).validators.etag is None


def test_an_absurd_wish_to_wait_is_a_day(polled):
    assert polled("slow_down", articles=0).wait == timedelta(days=1)
    assert polled("out_of_order_until_no_date", articles=0).wait is None


def test_there_are_at_least_thirty_cases():
    assert len(CASES) >= 30
