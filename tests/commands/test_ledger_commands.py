"""The commands that look at, and look after, what a round has left behind."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_site import Site, site
from sqlalchemy import update

from monitor.cli import main
from monitor.config import load_config
from monitor.core.types.ledger import Claim, Conflict
from monitor.daemon.wiring import open_store
from monitor.steps.overdue import failed
from monitor.store import ledger, outbox
from monitor.store.rows import conflict_row
from monitor.store.schema import conflicts, deliveries
from monitor.store.upsert import upsert

FIRST = (1, "Meta's plans", "Meta expects capital expenditures of $60 billion in 2025.", "Wed, 29 Jan 2025")
SECOND = (2, "Meta raises", "Meta now expects capital expenditures of $70 billion in 2025.", "Wed, 30 Apr 2025")

Run = Callable[..., str]


def configuration(here: Site) -> str:
    return f"""allow_hosts: ["{here.host}", "{here.page_host}"]
data_dir: data
feeds:
  - {{url: "{here.url("/feed")}", name: News, kind: primary, language: en}}
  - {{url: "{here.url("/missing")}", name: Missing}}
alerts:
  - {{name: Desk, webhook: "{here.url("/hook")}", metrics: meta.*}}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Site, list[str]]]:
    """A folder after two rounds: the first filled the ledger silently, the second told a change."""
    folder = tmp_path_factory.mktemp("told")
    with site() as here, pytest.MonkeyPatch.context() as patch:
        (folder / "feeds.yaml").write_text(configuration(here))
        patch.chdir(folder)
        patch.setenv("FIGUREWATCH_LOG_LEVEL", "error")
        for story in (FIRST, SECOND):
            here.tell(*story)
            with pytest.raises(SystemExit) as ended:
                main(["once", "--all"])
            assert ended.value.code == 4  # one feed is missing
        yield folder, here, []


@pytest.fixture
def run(
    told: tuple[Path, Site, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command on a copy of that folder."""
    shutil.copytree(told[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        assert ended.value.code == code, said
        return said.out if code == 0 else said.out + said.err

    return call


def rows(run: Run, *arguments: str, code: int = 0) -> Any:
    text = run(*arguments, "--json", code=code)
    return json.loads(text[: text.rindex("]" if text.startswith("[") else "}") + 1])


def test_the_ledger_lists_each_series_with_its_value(run: Run) -> None:
    (row,) = rows(run, "figures", "list", "meta.cap*")
    assert (row["metric"], row["period"], row["unit"], row["low"], row["high"]) == (
        "meta.capex",
        "2025",
        "USD",
        70_000_000_000,
        70_000_000_000,
    )
    assert run("figures", "list").split("\t")[:4] == ["meta.capex", "2025", "$70bn", "guidance"]
    assert run("figures", "list", "nothing.*") == ""


def test_a_metrics_history_shows_who_said_what_and_what_came_of_it(run: Run) -> None:
    history = rows(run, "figures", "history", "meta.capex")
    found = [(row["value"], row["publisher"].partition(":")[0], bool(row["change"])) for row in history["readings"]]
    assert found == [("$60bn", "localhost", False), ("$70bn", "localhost", True)]
    assert [row["value"] for row in history["settled"]] == ["$70bn"]
    assert "now expects" in run("figures", "history", "meta.capex", "--period", "2025").splitlines()[1]


def test_history_can_be_asked_as_of_an_earlier_day(run: Run) -> None:
    history = rows(run, "figures", "history", "meta.capex", "--as-of", "2024-12-31")
    assert (history["readings"], history["settled"]) == ([], [])


def test_a_metric_nobody_wrote_about_is_wrong_usage_with_a_guess(run: Run) -> None:
    assert "did you mean meta.capex?" in run("figures", "history", "meta.capx", code=2)


def test_a_period_nobody_wrote_about_is_wrong_usage_and_those_that_are_known_are_named(run: Run) -> None:
    said = run("figures", "history", "meta.capex", "--period", "20x", code=2)
    assert "nothing has been read of meta.capex for the period '20x'; it has '2025'" in said


@pytest.mark.parametrize("state", ["pending", "dead", "parked"])
def test_what_is_undelivered_makes_every_command_that_knows_of_it_exit_1(
    state: str, run: Run, told: tuple[Path, Site, list[str]], tmp_path: Path
) -> None:
    store = open_store(load_config(tmp_path / "feeds.yaml", {"HOME": "/"}))
    with store.write() as tx:
        due = datetime.now(UTC) + timedelta(hours=1)
        tx.execute(update(deliveries).values(state=state, error="the desk is shut", due_at=due))
    store.close()
    for command in ("alerts list", "alerts list --undelivered", "once"):
        said = run(*command.split(), code=1)
        assert ("the desk is shut" in said) == (command != "once")
        assert "figurewatch alerts" in said  # what to do about it
    (row,) = rows(run, "alerts", "list", "--undelivered", code=1)
    assert row["state"] == state
    health = run("health", code=int(state != "pending"))
    assert ("undelivered: 1 digest;" in health) == (state != "pending")
    assert ("not delivered yet, tried again: 1 message by " in health) == (state == "pending")
    assert ("the desk is shut" in health) == (state == "pending")
    assert "1 due again; the running daemon sends" in run("alerts", "retry")
    assert "1 sent" in run("once")
    told[1].posts.pop()
    assert "sent" in run("alerts", "list")


def test_deliveries_are_listed_and_all_are_well(run: Run, told: tuple[Path, Site, list[str]]) -> None:
    (row,) = rows(run, "alerts", "list")
    assert (row["state"], row["channel"], row["audience"]) == ("sent", "desk.webhook", "Desk")
    assert "capital expenditures 2025: $60bn → $70bn" in row["subject"] or "$70bn" in row["subject"]
    assert len([post for post in told[1].posts if b'"test' not in post]) == 1


def test_a_list_without_rows_says_of_what_there_are_none(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert "webhook" in run("alerts", "list")
    with pytest.raises(SystemExit):
        main(["alerts", "list", "--undelivered"])
    assert capsys.readouterr() == ("", "nothing undelivered\n")


def test_a_preview_tells_no_change_twice(run: Run) -> None:
    (message,) = rows(run, "alerts", "preview", "desk")
    assert message["items"] == []
    assert run("alerts", "preview") == "To Desk: nothing\n"
    assert "there are: Desk" in run("alerts", "preview", "Nobody", code=2)


def test_a_test_digest_goes_through_every_channel(run: Run, told: tuple[Path, Site, list[str]]) -> None:
    before = len(told[1].posts)
    run("alerts", "send-test", "Desk")
    assert len(told[1].posts) == before + 1
    assert json.loads(told[1].posts[-1])["items"][0]["title"].startswith("A test")
    told[1].posts.pop()
    assert "there are: desk.webhook" in run("alerts", "send-test", "--channel", "x", code=2)


def test_a_test_digest_that_does_not_arrive_exits_1(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(text.replace("/hook", "/hook?").replace('webhook: "http:', 'webhook: "https:'))
    said = run("alerts", "send-test", code=1)
    assert "desk.webhook to 127.0.0.1: retry" in said


def test_retrying_when_all_is_delivered_says_so(run: Run) -> None:
    assert run("alerts", "retry") == "0 due again\n"
    assert "nothing undelivered has such an id" in run("alerts", "retry", "nonsense", code=2)


def test_health_is_good_after_a_round_and_shows_the_feed_that_fails(run: Run) -> None:
    said = run("health", "--deep")
    assert "healthy; last round" in said
    assert "failing: Missing: " in said
    state = rows(run, "health")
    assert state["healthy"] is True
    assert state["problems"] == []


def test_health_is_bad_when_every_feed_fails(run: Run, tmp_path: Path) -> None:
    run("feeds", "pause", "News")
    assert "all 1 feeds fail; is the network there?" in run("health", code=1)


def test_health_is_bad_while_a_digest_cannot_be_made(run: Run, tmp_path: Path) -> None:
    config = load_config(tmp_path / "feeds.yaml", {"HOME": "/"})
    store = open_store(config)
    at = datetime.now(UTC)
    with store.write() as tx:
        outbox.add_note(tx, key="x", kind="feed", text="Something.", now=at, alarm=True)
        failed(tx, "Desk", "an unforeseen fault", at)
    store.close()
    said = run("health", code=1)
    assert "The digest of Desk has been due since" in said
    assert "could not be made: an unforeseen fault. Look for 'unforeseen' in the log." in said
    (row,) = json.loads(run("health", "--json", code=1))["overdue"]
    assert row["audience"] == "Desk"


def test_health_without_a_database_says_what_to_do(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    assert "start the daemon: figurewatch run" in run("health", code=1)
    assert not (tmp_path / "data").exists()


def test_failing_feeds_can_be_listed_alone(run: Run) -> None:
    (row,) = rows(run, "feeds", "list", "--failing")
    assert (row["name"], row["state"]) == ("Missing", "failing")
    assert "404" in row["error"]


def test_a_feed_is_tried_without_storing_anything(run: Run) -> None:
    found = rows(run, "feeds", "test", "News")
    assert [entry["title"] for entry in found["entries"]] == ["Meta's plans", "Meta raises"]
    assert "404" in run("feeds", "test", "Missing", code=4)
    assert "no feed is called" in run("feeds", "test", "Nobody", code=2)


def test_a_backup_can_be_restored_over_whatever_came_later(run: Run, tmp_path: Path) -> None:
    run("backup", "saved.db")
    assert stat.S_IMODE((tmp_path / "saved.db").stat().st_mode) == 0o600
    run("conflicts", "list")
    (tmp_path / "data" / "figurewatch.db").write_bytes(b"")
    said = run("restore", "saved.db")
    assert "figurewatch.db.before-restore" in said
    assert run("figures", "list").startswith("meta.capex")
    assert "exists already" in run("backup", "saved.db", code=1)
    (tmp_path / "data" / "figurewatch.db").unlink()
    assert "before-restore" not in run("restore", "saved.db")
    assert "there is no backup" in run("restore", "nothing.db", code=1)


def test_migrate_and_gc_find_nothing_to_do(run: Run) -> None:
    assert run("migrate") == "the database is up to date\n"
    assert run("gc").startswith("dropped 0 ")
    assert set(rows(run, "gc").values()) == {0}


def test_a_held_reading_is_listed_and_ruled_on(run: Run, tmp_path: Path) -> None:
    hold(tmp_path)
    (row,) = rows(run, "conflicts", "list")
    assert row["conflict"]["reason"] == "ten times the known value"
    assert "ten times" in run("conflicts", "list")
    assert "rejected" in run("conflicts", "resolve", "c0ff", "--reject", "--why", "a misprint")
    assert rows(run, "conflicts", "list", "--all")[0]["conflict"]["resolved"] == "rejected by hand: a misprint"
    assert run("conflicts", "list") == ""
    assert "no open conflict begins with" in run("conflicts", "resolve", "c0ff", "--accept", code=1)
    assert run("figures", "list").split("\t")[2] == "$60bn"


def hold(folder: Path) -> None:
    """Hold the second reading back, as the judge does with one that smells of error."""
    store = open_store(load_config(folder / "feeds.yaml", {"HOME": "/"}))
    with store.write() as tx:
        (key,) = [state.key for state in ledger.states(tx)]
        reading = ledger.histories(tx, ["meta.capex"])[key].readings[-1]
        claim: Claim = reading.claim
        held = Conflict("c0ffee", key, reading.id, claim, None, reading.at, "ten times the known value")
        upsert(tx, conflicts, [conflict_row(held, reading.seen_at)])
    store.close()


def test_a_right_configuration_is_told_in_plain_words(run: Run) -> None:
    said = run("check")
    assert "polls 2 feeds (1 press, 1 primary), 0 paused" in said
    assert "tells Desk at once of meta.*" in said
    assert said.endswith("the configuration is right\n")
    assert rows(run, "check")["feeds"] == {"press": 1, "primary": 1}


def test_a_pattern_that_matches_nothing_is_a_mistake(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(text.replace("meta.*", "mta.*"))
    for command in ("check", "once", "feeds list"):
        assert 'alerts[0].metrics: "mta.*" matches no metric; did you mean "meta.*"?' in run(*command.split(), code=3)


def test_a_text_can_be_tried_against_the_topics(run: Run) -> None:
    assert run("check", "--topic", "Meta builds a data center for AI").startswith("would be read")
    assert "would not be read" in run("check", "--topic", "A cake recipe with almonds", code=1)


def test_misses_lists_what_was_nearly_read(run: Run) -> None:
    assert run("misses") == ""
    assert rows(run, "misses", "--all") == []


def test_a_round_while_the_daemon_runs_exits_75(run: Run, tmp_path: Path) -> None:
    store = open_store(load_config(tmp_path / "feeds.yaml", {"HOME": "/"}))
    with store.lock():
        assert "stop it first" in run("once", code=75)
    store.close()
