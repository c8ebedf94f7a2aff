import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fakes_sources import FakeFetcher

from monitor.sources.errors import Denied, StatusError, Unreachable
from monitor.sources.robots import Robots

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
SITE = "https://news.example:443/robots.txt"
PAGE = "https://news.example/private/story"


class World:
    """Robots over a fake fetcher, with a clock to move."""

    def __init__(self, answer):
        self.fetcher = FakeFetcher({SITE: answer})
        self.now = NOW
        self.delays = []
        self.robots = Robots(self.fetcher, lambda: self.now, lambda host, gap: self.delays.append((host, gap)))

    def check(self, url=PAGE):
        asyncio.run(self.robots.check(url))


def status(code):
    return StatusError(SITE, code, "no", retryable=code >= 500)


def test_what_robots_txt_forbids_is_denied_for_good():
    world = World(b"User-agent: *\nDisallow: /private/")
    with pytest.raises(Denied, match=r"robots\.txt asks robots to stay away") as caught:
        world.check()
    assert caught.value.retry_after is None
    world.check("https://news.example/open")


def test_rules_for_us_by_name_rule():
    World(b"User-agent: *\nDisallow: /\nUser-agent: figurewatch\nDisallow:").check()
    with pytest.raises(Denied):
        World(b"User-agent: *\nAllow: /\nUser-agent: Figurewatch\nDisallow: /private").check()


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_site_without_robots_txt_allows_everything(code):
    World(status(code)).check()


@pytest.mark.parametrize("answer", [status(500), status(503), status(429), Unreachable(SITE, "no route")])
def test_a_site_that_is_not_well_is_left_alone_for_a_while(answer):
    world = World(answer)
    with pytest.raises(Denied) as caught:
        world.check()
    assert caught.value.retry_after == 600
    world.fetcher.answers[SITE] = b""
    with pytest.raises(Denied):
        world.check()
    world.now += timedelta(minutes=11)
    world.check()


def test_a_site_is_asked_once_a_day():
    world = World(b"")
    for _ in range(5):
        world.check()
    assert len(world.fetcher.requests) == 1
    world.now += timedelta(hours=25)
    world.check()
    assert len(world.fetcher.requests) == 2


def test_known_rules_hold_while_the_site_is_not_well():
    world = World(b"User-agent: *\nDisallow: /private/")
    world.check("https://news.example/open")
    world.now += timedelta(hours=25)
    world.fetcher.answers[SITE] = status(500)
    world.check("https://news.example/open")
    with pytest.raises(Denied, match="stay away"):
        world.check()


def test_a_crawl_delay_is_obeyed_within_reason():
    world = World(b"User-agent: *\nCrawl-delay: 9999")
    world.check()
    assert world.delays == [("news.example:443", 30.0)]


@pytest.mark.parametrize(
    "text",
    [b"\x00\xff" * 999, b"<html>no</html>", b"User-agent: *\nCrawl-delay: x\nDisallow", b"Disallow: /" + b"*a" * 999],
)  # fmt: skip
def test_nonsense_forbids_nothing(text):
    World(text).check()


def test_wildcards_beyond_reason_take_no_time():
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /" + b"*a" * 100 + b"%d$\n" % n for n in range(1_000))
    World(rules).check("https://news.example/" + "a" * 5_000)


def test_what_is_no_address_is_left_to_the_fetch():
    World(b"").check("javascript:x")
