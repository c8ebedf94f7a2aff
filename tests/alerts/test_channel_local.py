"""The file and console channels: whole, private, repeatable."""

import json
import sys
from dataclasses import replace

import pytest
from alert_samples import EIGHT, HOSTILE, ONE
from channel_contract import opened, send
from fake_post import FakePost

from alerts.channels import open_channel
from alerts.channels.file import file_stem
from alerts.outcome import OutcomeKind


def test_files_of_every_format_are_written_for_their_owner_only(tmp_path):
    folder = tmp_path / "deep" / "out"
    outcome = send(opened("file", {"path": str(folder), "formats": "text,html,json,eml,slack"}))
    names = sorted(path.name for path in folder.iterdir())
    stem = "202508020630-d-20250802-1"
    assert names == sorted(f"{stem}{suffix}" for suffix in (".txt", ".html", ".json", ".eml", ".slack.json"))
    assert outcome.kind is OutcomeKind.SENT
    assert f"{stem}.txt" in outcome.detail
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert json.loads((folder / f"{stem}.json").read_text())["id"] == EIGHT.id
    assert "data:image/png;base64," in (folder / f"{stem}.html").read_text()


def test_the_same_digest_again_replaces_its_files(tmp_path):
    channel = opened("file", {"path": str(tmp_path)})
    send(channel, ONE)
    send(channel, replace(ONE, possible_repeat=True))
    assert len(list(tmp_path.iterdir())) == 2
    assert "may be a repeat" in next(tmp_path.glob("*.txt")).read_text()


def test_any_digest_id_stays_within_the_directory(tmp_path):
    folder = tmp_path / "out"
    for name in ("../../escape", "a/b", "", "\ud800", "..", "x" * 500, "é"):
        assert send(opened("file", {"path": str(folder)}), replace(ONE, id=name, date="../..")).kind is OutcomeKind.SENT
    send(opened("file", {"path": str(folder)}), HOSTILE)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(list(folder.iterdir())) == 16


def test_two_ids_never_share_a_file():
    assert file_stem(replace(ONE, id="a/b")) != file_stem(replace(ONE, id="a-b"))
    assert file_stem(replace(ONE, id="a-b", date="")) == "undated-a-b"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    outcome = send(opened("file", {"path": str(blocked / "out")}))
    assert outcome.kind is OutcomeKind.RETRY
    assert "cannot write into" in outcome.detail


def test_the_console_gets_subject_and_text_in_one_piece():
    written = []
    channel = open_channel("console", "screen", {}, post=FakePost(), write=written.append)
    assert send(channel, ONE).kind is OutcomeKind.SENT
    (text,) = written
    assert "Meta capex 2025: $60–65bn → $64–72bn" in text
    assert "«$64-72 billion»" in text.replace("\n   ", " ")


def test_the_console_is_standard_output_when_nothing_else_is_given(capsys):
    assert send(open_channel("console", "screen", {}, post=FakePost()), ONE).kind is OutcomeKind.SENT
    assert "Meta capex" in capsys.readouterr().out


def test_a_terminal_of_few_letters_still_gets_the_figures():
    written = []

    def ascii_only(text):
        text.encode("ascii")
        written.append(text)

    assert send(open_channel("console", "screen", {}, post=FakePost(), write=ascii_only), ONE).kind is OutcomeKind.SENT
    assert "$60?65bn ? $64?72bn" in written[0]


@pytest.mark.parametrize("error", [BrokenPipeError(32, "pipe"), ValueError("closed")])
def test_a_console_that_is_gone_is_tried_again(error):
    def fail(_):
        raise error

    assert send(open_channel("console", "screen", {}, post=FakePost(), write=fail), ONE).kind is OutcomeKind.RETRY


def test_no_channel_needs_standard_output_to_exist(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert send(open_channel("console", "screen", {}, post=FakePost()), ONE).kind is OutcomeKind.RETRY
