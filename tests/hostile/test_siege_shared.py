"""The real daemon through the hostile collection beside this checkout, where there is one: what it keeps and sends."""

import subprocess
import sys
from datetime import datetime

import pytest
from front import Front
from siege import besieged
from test_shared_hostile import CASES, COLLECTION, served, touched  # noqa: F401  a fixture

# One daemon is besieged once, by whichever worker runs these tests.
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.xdist_group("siege-shared"),
    pytest.mark.skipif(not CASES, reason="no hostile collection at ../shared/hostile"),
]
# A series of its own for each story that must not leave in its own form, so that it does leave.
TELLING = [name for name, case in CASES.items() if case["never"] or case["group"] == "inject"]


@pytest.fixture(scope="module")
def siege(served, tmp_path_factory):  # noqa: F811  the fixture imported above
    host, port = served.split(":")
    front = Front((host, int(port)), CASES, {name: 2025 + n for n, name in enumerate(TELLING)})
    folder = tmp_path_factory.mktemp("siege")
    with besieged(
        folder,
        front,
        lambda name: f"/c/{name}/feed",
        visits=lambda name: 2 if name == "new_guid_each_time" else 1,
        touched=lambda: touched(served),
    ) as one:
        yield one


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    subprocess.run([sys.executable, str(COLLECTION), "--files", str(folder)], check=True)
    return folder


def test_the_good_feed_is_polled_and_told_while_silent_ones_hold_out(siege):
    assert {"silent", "slow_body", "slow_headers"} <= siege.unfinished
    assert "1.23" in siege.told("mail")
    assert "1.23" in siege.told("slack")


def test_nothing_but_configured_hosts_is_ever_touched(siege):
    assert siege.touched == []


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_case_ends_with_its_verdict(siege, name):
    verdict, _, count = CASES[name]["verdict"].partition(":")
    if not CASES[name]["path"].endswith("/feed"):
        verdict, count = "entries", "1"
    error, failures, state, last, due = siege.state(name)
    entries = siege.count(name) - 1  # the first poll's harmless one
    if verdict == "entries":
        assert (entries, error) == (int(count), None)
    elif verdict == "unchanged":
        assert (entries, error) == (0, None)
    elif verdict in {"reject", "retry"}:
        assert entries == 0
        assert failures >= 1
        assert state == ("gone" if name == "gone" else "active")
        assert error.startswith(f"http://{siege.front.address(name)}/c/{name}/feed: ")
    if name.startswith("retry_after"):
        wait = (datetime.fromisoformat(due) - datetime.fromisoformat(last)).total_seconds()
        assert 119 <= wait <= 2 * 86_400


@pytest.mark.parametrize("name", sorted(name for name in CASES if CASES[name]["never"]))
def test_what_must_never_leave_leaves_in_no_form(siege, name):
    assert list(siege.leaks(name, CASES[name]["never"])) == []


def test_log_lines_are_one_event_each(siege):
    assert all({"event", "level", "timestamp"} <= set(event) for event in siege.log_events())


def test_stories_under_attack_are_told_all_the_same(siege):
    mails = siege.told("mail")
    told = [name for name in TELLING if name in mails]
    assert {"html_injection", "slack_injection", "smtp_injection", "log_injection", "template_injection"} <= set(told)


@pytest.mark.parametrize("name", ["yaml_bomb.yaml", "yaml_tag.yaml", "yaml_types.yaml", "yaml_deep.yaml"])
def test_a_hostile_configuration_is_refused_in_words(siege, files, name):
    done = siege.command("check", "--config", str(files / name))
    assert done.returncode == 3
    assert name in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not list(siege.folder.rglob("hostile_pwned"))


@pytest.mark.parametrize("name", ["opml_xxe.opml", "opml_file_url.opml", "zip_slip.zip"])
def test_a_hostile_feed_list_brings_nothing_but_web_addresses(siege, files, name):
    before = (siege.folder / "feeds.yaml").read_text()
    done = siege.command("opml", "import", str(files / name))
    after = (siege.folder / "feeds.yaml").read_text()
    assert "Traceback" not in done.stderr
    assert "root:x:" not in done.stdout + done.stderr + after
    assert "file:" not in after.replace(before, "")
    assert not list(siege.folder.parent.rglob("hostile_slip"))
