"""The demo's servers answer as real ones do."""

import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import feedparser
import httpx
import pytest

from monitor.core.types.figures import Story
from monitor.demo.material import Material, from_stories, shipped
from monitor.demo.servers import SiteServer, Town

EVENING = datetime(2025, 4, 30, 23, 0, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(EVENING)


@pytest.fixture(scope="module")
def material() -> Material:
    return shipped()


@pytest.fixture(scope="module")
def town(material: Material, clock: Clock) -> Iterator[Town]:
    with Town(material, clock) as town:
        yield town


def outlet(town: Town, name: str) -> SiteServer:
    return town.sites[name]


@pytest.mark.parametrize("name", ["wire", "rack", "fil", "raqmi"])
def test_xml_feeds_list_exactly_what_is_published_by_now_newest_first(town, material, name):
    parsed = feedparser.parse(httpx.get(outlet(town, name).feed).content)
    assert not parsed.bozo
    assert [entry.title for entry in parsed.entries] == [s.title for s in material.published(name, EVENING)]
    dates = [entry.published_parsed for entry in parsed.entries]
    assert dates == sorted(dates, reverse=True)


def test_json_feeds_carry_the_whole_text(town, material):
    feed = httpx.get(outlet(town, "codigo").feed).json()
    assert feed["version"].startswith("https://jsonfeed.org/version/")
    assert [item["title"] for item in feed["items"]] == [s.title for s in material.published("codigo", EVENING)]
    assert all(item["content_html"].startswith("<p>") for item in feed["items"])


def test_nothing_of_the_future_is_served(town, clock, material):
    story = next(story for story in material.stories if story.id == "lakeridge")
    url = f"{outlet(town, 'rack').base}/stories/lakeridge.html"
    clock.now = story.at - timedelta(minutes=1)
    try:
        assert httpx.get(url).status_code == 404
        assert "Lakeridge" not in httpx.get(outlet(town, "rack").feed).text
    finally:
        clock.now = EVENING
    assert httpx.get(url).status_code == 200


def test_an_unchanged_feed_answers_304(town):
    first = httpx.get(outlet(town, "wire").feed)
    second = httpx.get(outlet(town, "wire").feed, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")


def test_pages_carry_clutter_with_other_numbers(town):
    page = httpx.get(f"{outlet(town, 'wire').base}/stories/q1-wire.html").text
    assert "up to $72 billion" in page
    assert "cookie-banner" in page
    assert "$500 billion" in page


def test_broken_feeds_are_broken_in_their_own_way(town):
    assert httpx.get(outlet(town, "gone").feed).status_code == 404
    assert "text/html" in httpx.get(outlet(town, "login").feed).headers["Content-Type"]


def test_an_aggregator_names_the_publisher(town):
    parsed = feedparser.parse(httpx.get(outlet(town, "search").feed).content)
    assert {entry.source.title for entry in parsed.entries} == {"Harbour Gazette", "Valley Sentinel"}


def test_the_receiver_keeps_what_was_posted(town):
    assert httpx.post(f"{town.receiver.base}/slack", json={"text": "hello"}).text == "ok"
    path, body = town.receiver.posts[-1]
    assert (path, json.loads(body)) == ("/slack", {"text": "hello"})


def test_the_mail_server_keeps_what_was_sent(town):
    with smtplib.SMTP("127.0.0.1", town.mail.port) as smtp:
        smtp.sendmail("a@one.example", ["b@two.example"], "Subject: hello\r\n\r\ntext")
    recipients, message = town.mail.mails[-1]
    assert recipients == ("b@two.example",)
    assert b"Subject: hello" in message


def test_stories_of_a_file_stand_on_sites_of_their_own():
    stories = [Story(name, f"Story {name}", "Text.", date(2025, 4, 29), "en") for name in ("a", "b/c")]
    with Town(from_stories(stories), lambda: EVENING) as town:
        feed = httpx.get(town.sites["stories-en"].feed)
        links = [entry.link.partition("?")[0] for entry in feedparser.parse(feed.content).entries]
        pages = [httpx.get(link) for link in links]
    assert len({httpx.URL(link).port for link in links}) == 2
    assert ["Story b/c" in pages[0].text, "Story a" in pages[1].text] == [True, True]
