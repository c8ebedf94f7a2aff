"""The real daemon through the project's own hostile set: what it keeps, and what leaves it."""

import pytest
from front import Front
from hostile_server import CASES, HostileServer
from siege import besieged

# One daemon is besieged once, by whichever worker runs these tests.
pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("siege-own")]
FEEDS = [name for name in CASES if not CASES[name].article]
TELLING = [name for name in FEEDS if CASES[name].absent and CASES[name].verdict.startswith("entries")]


@pytest.fixture(scope="module")
def siege(tmp_path_factory):
    server = HostileServer()
    host, port = server.host.split(":")
    front = Front((host, int(port)), CASES, {name: 2025 + n for n, name in enumerate(TELLING)})
    path = {name: f"/c/{name}" + ("/feed" if case.article else "") for name, case in CASES.items()}
    folder = tmp_path_factory.mktemp("siege")
    try:
        with besieged(folder, front, path.get, visits=lambda name: 1, touched=lambda: list(server.touched)) as one:
            yield one
    finally:
        server.close()


def test_the_good_feed_is_polled_and_told_while_silent_ones_hold_out(siege):
    assert {"never_answers", "headers_drip_for_ever", "body_drips_for_ever"} <= siege.unfinished
    assert "1.23" in siege.told("mail")
    assert "1.23" in siege.told("slack")


def test_nothing_but_configured_hosts_is_ever_touched(siege):
    assert siege.touched == []


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_each_feed_ends_with_its_verdict(siege, name):
    verdict, _, count = CASES[name].verdict.partition(":")
    error, failures, state, _, _ = siege.state(name)
    entries = siege.count(name) - 1  # the first poll's harmless one
    if verdict == "entries":
        assert (entries, error) == (int(count), None)
    elif verdict == "unchanged":
        assert (entries, error) == (0, None)
    elif verdict == "fails":
        assert entries == 0
        assert failures >= 1
        assert state == ("gone" if name == "gone" else "active")
        assert error.startswith("http://127.")


@pytest.mark.parametrize("name", sorted(name for name, case in CASES.items() if case.absent))
def test_what_must_never_leave_leaves_in_no_form(siege, name):
    assert list(siege.leaks(name, CASES[name].absent)) == []


def test_log_lines_are_one_event_each(siege):
    assert all({"event", "level", "timestamp"} <= set(event) for event in siege.log_events())


def test_stories_under_attack_are_told_all_the_same(siege):
    mails = siege.told("mail")
    assert {"headers_in_a_title", "markup_in_markup"} <= {name for name in TELLING if name in mails}
