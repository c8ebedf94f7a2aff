"""The demo runs the whole product, and what comes out of it is what the sample stories say."""

import asyncio
import email
import email.policy
import json
import re
import sys
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from monitor.core.types.figures import Story
from monitor.demo.drive import Delivered, drive, instants
from monitor.demo.material import Material, from_stories, shipped
from monitor.demo.outcome import Result
from monitor.demo.report import report_lines

Run = tuple[Material, Result, Delivered, Path]


CONTACTED: set[str] = set()  # the hosts that this process connected to while the demo ran


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    material, out = shipped(), tmp_path_factory.mktemp("demo-out")
    watching = [True]

    def hear(event: str, details: tuple[Any, ...]) -> None:
        if watching and event == "socket.connect" and isinstance(details[1], tuple):
            CONTACTED.add(details[1][0])

    sys.addaudithook(hear)  # it stays for as long as the process does: afterwards it hears nothing
    result, delivered = asyncio.run(drive(material, out))
    watching.clear()
    return material, result, delivered, out


def messages(delivered: Delivered) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(mail, policy=email.policy.default) for mail in delivered.mails]


def test_every_story_does_what_it_says_it_does(run: Run):
    assert run[1].deviations == ()


def test_nothing_but_this_machine_is_ever_contacted(run: Run):
    assert CONTACTED
    assert {host for host in CONTACTED if not ip_address(host).is_loopback} == set()


def test_a_misprint_is_held_back_and_shown_as_a_conflict(run: Run):
    held = {one.story.id: one.held for one in run[1].stories if one.held}
    assert set(held) == {"q1-misprint"}
    assert {verdict.reading.series.metric for verdict in held["q1-misprint"]} == {"meta.capex"}


def test_each_repertoire_of_silence_is_played_for_its_own_reason(run: Run):
    outcome = {one.story.id: one.outcome for one in run[1].stories}
    assert outcome["recipe-it"] == outcome["goal-pt"] == "irrelevant"
    assert outcome["q1-copy"] == outcome["seed-excerpt"] == "copy"
    codes = {one.story.id: {verdict.code for verdict in one.verdicts} for one in run[1].stories}
    assert codes["microsoft-plan"] == codes["gpus-coreweave"] == codes["shares"] == set()


def test_a_changed_page_brings_a_correction_with_both_values(run: Run):
    story = next(one for one in run[1].stories if one.story.id == "lakeridge")
    corrected = next(change for change, _ in story.alerts if change.kind == "corrected")
    assert corrected.old is not None
    assert corrected.new is not None
    assert (corrected.old.low, corrected.new.low) == (400_000_000, 480_000_000)


def test_every_alert_has_a_quote_that_contains_its_number_and_a_link_that_was_served(run: Run):
    for one in run[1].stories:
        for _, reading in one.alerts:
            evidence = reading.evidence[0]
            assert re.search(r"\d|billion", evidence.quote[evidence.number_start : evidence.number_end])
            assert evidence.url.startswith("http://127.0.0.1:")
            assert one.story.id in evidence.url


def test_one_mail_a_day_reaches_the_desk_and_none_says_anything_twice(run: Run):
    mails = messages(run[2])
    assert len(mails) == 3
    assert len({mail["Message-ID"] for mail in mails}) == 3
    subjects = [mail["Subject"] for mail in mails]
    assert len(set(subjects)) == 3
    assert all("->" in subject or "→" in subject or "new" in subject.lower() for subject in subjects)


def test_mails_are_text_and_html_with_charts(run: Run):
    for mail in messages(run[2]):
        kinds = {part.get_content_type() for part in mail.walk()}
        assert {"text/plain", "text/html"} <= kinds
    assert any(part.get_content_type() == "image/png" for mail in messages(run[2]) for part in mail.walk())


def test_all_told_figures_stand_in_the_mails_in_slack_and_in_the_webhooks(run: Run):
    told = [(change, reading) for one in run[1].stories for change, reading in one.alerts]
    mails = " ".join(part.get_content() for mail in messages(run[2]) for part in mail.walk()
                     if part.get_content_type() == "text/plain")  # fmt: skip
    posts = {path: "\n".join(body.decode() for at, body in run[2].posts if at == path) for path in ("/slack", "/hook")}
    assert told
    for change, reading in told:
        assert change.id in mails
        assert change.id in posts["/slack"]
        assert change.id in posts["/hook"]
        quote = reading.evidence[0].quote[reading.evidence[0].number_start : reading.evidence[0].number_end]
        assert " ".join(quote.split()) in " ".join(mails.split())


def test_slack_messages_are_json_within_the_limits_of_slack(run: Run):
    bodies = [json.loads(body) for path, body in run[2].posts if path == "/slack"]
    assert bodies
    assert all(len(body["blocks"]) <= 50 for body in bodies)


def test_broken_feeds_are_reported_in_words_and_stop_nothing(run: Run):
    failed = dict(run[1].failed)
    assert set(failed) == {"A feed that has moved away", "A feed that became a web page"}
    assert all("Traceback" not in words for words in failed.values())


def test_the_digests_are_left_as_files(run: Run):
    suffixes = {file.suffix for file in run[2].files}
    assert {".eml", ".html", ".json", ".txt"} <= suffixes
    assert all(file.stat().st_size for file in run[2].files)


def test_the_report_names_every_story_and_every_change(run: Run):
    text = "\n".join(report_lines(*run))
    for one in run[1].stories:
        if one.story.at >= run[0].start:
            assert " ".join(one.story.title.split())[:40] in text or one.alerts
    assert "CHANGED" in text
    assert "HELD" in text


def test_the_clock_only_goes_forward_and_stands_at_the_first_poll_first():
    material = shipped()
    ticks = instants(material)
    assert ticks == sorted(ticks)
    assert ticks[0] == material.start
    assert ticks[-1] - ticks[0] >= timedelta(days=2, hours=20)


def test_any_stories_file_is_served_the_same_way(tmp_path: Path):
    text = "Meta raised its forecast for capital expenditures in 2025 to $64-72 billion, from $60-65 billion before."
    stories = [
        Story("one", "Meta raises its capex forecast", text, shipped().start.date(), "en"),
        Story("two", "Soup", "Boil 2 litres of water for 20 minutes.", shipped().start.date(), "en"),
    ]
    result, _ = asyncio.run(drive(from_stories(stories), tmp_path))
    told = {one.story.id: one.told for one in result.stories}
    assert told == {"one": ("changed meta.capex 2025",), "two": ()}
