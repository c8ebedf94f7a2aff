import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from fakes_sources import FakeTime, FakeTransport, no_pace

from monitor.core.types.feeds import Validators
from monitor.sources import errors
from monitor.sources.http import HttpFetcher, Limits, Request, user_agent
from monitor.sources.pace import Pace
from monitor.sources.transport import AddressRefused, ConnectionFailed, ExchangeFailed

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://a.example/feed"
OK = (200, {"content-type": "application/xml"}, b"<rss/>")


def fetch(answers, request=URL, **more):
    transport = FakeTransport(answers if isinstance(answers, dict) else {URL: answers})
    fetcher = HttpFetcher(transport, contact="me@example.org", pace=no_pace(), now=lambda: NOW)
    request = Request(request, **more) if isinstance(request, str) else request
    return asyncio.run(fetcher.fetch(request)), transport


def failing(kind, answers, request=URL, **more):
    with pytest.raises(errors.FetchError) as caught:
        fetch(answers, request, **more)
    assert type(caught.value) is kind, caught.value
    return caught.value


def to(location, status=302):
    return (status, {"location": location}, b"")


def test_a_document_comes_back_with_what_makes_the_next_fetch_cheap():
    response, transport = fetch(
        (200, {"etag": '"1"', "last-modified": "x", "content-type": "text/xml"}, [b"<rs", b"s/>"])
    )
    assert (response.body, response.url, response.status, response.content_type) == (b"<rss/>", URL, 200, "text/xml")
    assert (response.validators.etag, response.validators.last_modified) == ('"1"', "x")
    assert len(response.validators.body_hash) == 32
    assert not response.not_modified
    (hop,) = transport.hops
    assert dict(hop.headers) == {"user-agent": user_agent("me@example.org"), "accept": "*/*", "accept-encoding": "gzip"}


def test_the_user_agent_says_who_asks_and_where_to_complain():
    assert user_agent("me@example.org").startswith("figurewatch/")
    assert user_agent("me@example.org").endswith("; me@example.org)")
    assert "\n" not in user_agent("x)\r\nEvil: y")


def test_validators_are_sent_and_kept_when_nothing_is_new():
    known = Validators('"1"', "Mon", "hash")
    response, transport = fetch((304, {}, b""), validators=known)
    assert response.not_modified
    assert response.validators == known
    sent = dict(transport.hops[0].headers)
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "Mon")


def test_a_304_nobody_asked_for_is_no_error():
    assert fetch((304, {}, b""))[0].not_modified


def test_oversized_and_unprintable_validators_are_not_kept():
    response, _ = fetch((200, {"etag": "e" * 60_000, "last-modified": "a\x01b"}, b"x"))
    assert (response.validators.etag, response.validators.last_modified) == (None, None)


def test_gzip_is_decoded_within_the_limit():
    assert fetch((200, {"content-encoding": "GZIP"}, gzip.compress(b"x" * 5_000)))[0].body == b"x" * 5_000
    error = failing(errors.TooLarge, (200, {"content-encoding": "gzip"}, gzip.compress(b"x" * (50 << 20))))
    assert "10,485,760 bytes" in str(error)
    assert not error.retryable


def test_a_page_may_be_cut_at_the_limit_instead():
    response, _ = fetch((200, {}, [b"abc"] * 9), limits=Limits(bytes=10, cut=True))
    assert (response.body, response.cut) == (b"abcabcabca", True)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate, gzip", "zstd"])
def test_codings_nobody_asked_for_are_errors(coding):
    assert "cod" in str(failing(errors.BadAnswer, (200, {"content-encoding": coding}, b"x")))


def test_identity_codings_are_none():
    assert fetch((200, {"content-encoding": "identity, gzip"}, gzip.compress(b"x")))[0].body == b"x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_by_hand(status):
    response, transport = fetch({URL: to("/new", status), "https://a.example/new": OK})
    assert response.url == "https://a.example/new"
    assert [hop.url for hop in transport.hops] == [URL, "https://a.example/new"]


def test_a_new_address_is_told_only_when_every_step_was_permanent():
    end = {"https://b.example/2": OK}
    hops = {URL: to("https://b.example/1", 301), "https://b.example/1": to("/2", 308), **end}
    assert fetch(hops)[0].moved_to == "https://b.example/2"
    hops = {URL: to("https://b.example/1", 302), "https://b.example/1": to("/2", 301), **end}
    assert fetch(hops)[0].moved_to is None
    assert fetch(OK)[0].moved_to is None


def test_endless_redirects_end_after_ten():
    transport = FakeTransport({URL: to(URL)})
    with pytest.raises(errors.TooManyRedirects):
        asyncio.run(HttpFetcher(transport, pace=no_pace()).fetch(Request(URL)))
    assert len(transport.hops) == 11


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "data:text/xml,<rss/>", "javascript:x", "ftp://a.example/", "http://", "https://[", "a:x",
     "//a.example:99999/", "/" + "a" * 9_000],
)  # fmt: skip
def test_redirects_lead_to_web_addresses_only(location):
    failing(errors.BadAddress, to(location))


def test_a_redirect_to_nowhere_is_an_error():
    failing(errors.BadAnswer, to(""))
    failing(errors.BadAnswer, (302, {}, b""))


def test_headers_and_logins_stay_with_the_site_they_were_given_for():
    request = Request(
        "https://me:hunter2@a.example/feed", headers=(("X-Api-Key", "hunter3"),), validators=Validators('"1"')
    )
    _, transport = fetch({URL: to("https://b.example/x"), "https://b.example/x": to(URL + "2"), URL + "2": OK}, request)
    first, second, third = (dict(hop.headers) for hop in transport.hops)
    assert first["authorization"] == "Basic bWU6aHVudGVyMg=="
    assert first["x-api-key"] == "hunter3"
    assert not {"authorization", "x-api-key", "if-none-match"} & set(second)
    assert third["x-api-key"] == "hunter3"
    assert all("hunter" not in hop.url for hop in transport.hops)


def test_an_upgrade_to_tls_keeps_the_headers_and_another_port_does_not():
    plain = Request("http://a.example/feed", headers=(("X-Api-Key", "k"),))
    _, transport = fetch({plain.url: to(URL), URL: OK}, plain)
    assert "x-api-key" in dict(transport.hops[1].headers)
    other = "http://a.example:8080/feed"
    _, transport = fetch({plain.url: to(other), other: OK}, plain)
    assert "x-api-key" not in dict(transport.hops[1].headers)


def test_userinfo_of_a_redirect_target_is_never_sent_nor_told():
    response, transport = fetch({URL: to("https://x:y@b.example/z", 301), "https://b.example/z": OK})
    assert "authorization" not in dict(transport.hops[1].headers)
    assert (response.url, response.moved_to) == ("https://b.example/z", "https://b.example/z")


def test_the_users_own_headers_cannot_ask_for_another_coding():
    _, transport = fetch(OK, headers=(("Accept-Encoding", "br"), ("User-Agent", "mine/1")))
    assert dict(transport.hops[0].headers)["accept-encoding"] == "gzip"
    assert dict(transport.hops[0].headers)["user-agent"] == "mine/1"


@pytest.mark.parametrize(
    ("status", "headers", "kind", "retryable", "wait"),
    [
        (404, {}, errors.StatusError, False, None),
        (401, {}, errors.StatusError, False, None),
        (403, {}, errors.StatusError, False, None),
        (403, {"retry-after": "60"}, errors.StatusError, True, 60),
        (410, {}, errors.Gone, False, None),
        (429, {"retry-after": "120"}, errors.StatusError, True, 120),
        (429, {"retry-after": "999999999999"}, errors.StatusError, True, 86_400),
        (503, {"retry-after": "Wed, 15 May 2024 10:32:00 GMT"}, errors.StatusError, True, 120),
        (500, {}, errors.StatusError, True, None),
        (599, {}, errors.StatusError, True, None),
        (300, {}, errors.StatusError, False, None),
        (418, {}, errors.StatusError, False, None),
    ],
)
def test_a_status_is_an_error_in_words_with_the_sites_own_wait(status, headers, kind, retryable, wait):
    error = failing(kind, (status, headers, b"no"))
    assert (error.status, error.retryable, error.retry_after) == (status, retryable, wait)
    assert str(error).startswith(URL)
    assert str(status) in str(error)


def test_a_part_nobody_asked_for_is_an_error():
    failing(errors.BadAnswer, (206, {}, b"x"))


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example/feed", "file:///etc/passwd", "https://"])
def test_what_is_no_web_address_is_never_opened(url):
    failing(errors.BadAddress, {}, url)


def test_faults_below_http_say_what_may_have_arrived():
    refused = failing(errors.Refused, AddressRefused("127.0.0.1"))
    assert "a.example:443 to allow_hosts" in str(refused)
    refused = failing(errors.Refused, {"https://[::1]/feed": AddressRefused("::1")}, "https://[::1]/feed")
    assert "add [::1]:443 to allow_hosts" in str(refused)
    lost = failing(errors.Unreachable, ConnectionFailed("no route"))
    assert (lost.retryable, lost.may_have_arrived) == (True, False)
    broken = failing(errors.Unreachable, ExchangeFailed("reset"))
    assert (broken.retryable, broken.may_have_arrived) == (True, True)
    unsound = failing(errors.BadAnswer, ExchangeFailed("no HTTP", protocol=True))
    assert unsound.may_have_arrived


def test_a_body_that_breaks_off_is_an_error_and_nothing_of_it_is_used():
    failing(errors.Unreachable, (200, {"etag": '"half"'}, [b"<rss>", ExchangeFailed("reset")]))


def test_one_deadline_covers_everything():
    async def never():
        await asyncio.Event().wait()

    error = failing(errors.TooSlow, lambda _: (200, {}, [b"<rss>", never()]), limits=Limits(seconds=0.02))
    assert error.retryable
    assert error.may_have_arrived


def test_a_message_is_posted_and_every_answer_comes_back():
    request = Request(URL, "POST", (("Content-Type", "application/json"),), b"{}", any_status=True, secret=True)
    response, transport = fetch((429, {"retry-after": "1"}, b"slow\ndown"), request)
    assert (response.status, response.headers["retry-after"], response.text) == (429, "1", "slow down")
    assert (transport.hops[0].method, transport.hops[0].body) == ("POST", b"{}")
    response, _ = fetch(to("https://b.example/"), request)
    assert response.status == 302


def test_a_message_is_never_sent_on():
    error = failing(errors.BadAnswer, to("https://b.example/"), Request(URL, "POST", body=b"{}"))
    assert "never sent on" in str(error)


SECRET = "https://me:hunter2@a.example/services/hunter2?token=hunter2"


@pytest.mark.parametrize(
    "answer",
    [to("ftp://hunter2:hunter2@b.example/"), (500, {}, b"hunter2"), ConnectionFailed("x"), AddressRefused("10.0.0.1"),
     (200, {"content-encoding": "br"}, b""), to("")],
)  # fmt: skip
def test_secrets_are_in_no_error(answer):
    request = Request(SECRET, headers=(("X", "hunter2"),), body=b"hunter2", secret=True)
    transport = FakeTransport({"https://a.example/services/hunter2?token=hunter2": answer})
    with pytest.raises(errors.FetchError) as caught:
        asyncio.run(HttpFetcher(transport, pace=no_pace()).fetch(request))
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(transport.hops[0].headers) * 0 + repr(
        Request(URL, headers=(("X", "hunter2"),), body=b"hunter2")
    )


def test_one_host_is_asked_one_at_a_time_with_a_pause_between():
    time, running, most = FakeTime(), 0, 0

    async def slow():
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return b"x"

    async def run():
        transport = FakeTransport({f"https://a.example/{n}": lambda _: (200, {}, [slow()]) for n in range(4)})
        fetcher = HttpFetcher(transport, pace=Pace(gap=1.0, monotonic=time.monotonic, sleep=time.sleep))
        await asyncio.gather(*(fetcher.fetch(Request(url)) for url in transport.answers))

    asyncio.run(run())
    assert most == 1
    assert time.slept == [1.0, 1.0, 1.0]


def test_different_hosts_are_asked_side_by_side():
    time, gate, waiting = FakeTime(), asyncio.Event(), set()

    async def run():
        async def held(name):
            waiting.add(name)
            if len(waiting) == 3:
                gate.set()
            await gate.wait()
            return b"x"

        urls = [f"https://{name}.example/" for name in "abc"]
        transport = FakeTransport({url: lambda hop: (200, {}, [held(hop.url)]) for url in urls})
        fetcher = HttpFetcher(transport, pace=Pace(monotonic=time.monotonic, sleep=time.sleep))
        await asyncio.wait_for(asyncio.gather(*(fetcher.fetch(Request(url)) for url in urls)), 5)

    asyncio.run(run())
    assert time.slept == []


def test_two_hosts_that_redirect_to_each_other_do_not_wait_for_each_other_for_ever():
    a, b = "https://a.example/", "https://b.example/"
    transport = FakeTransport({a: to(b + "end"), b: to(a + "end"), a + "end": OK, b + "end": OK})

    async def run():
        fetcher = HttpFetcher(transport, pace=no_pace())
        return await asyncio.wait_for(asyncio.gather(fetcher.fetch(Request(a)), fetcher.fetch(Request(b))), 5)

    assert [response.url for response in asyncio.run(run())] == [b + "end", a + "end"]


def test_waiting_for_a_turn_does_not_count_against_the_deadline():
    async def run():
        time, release = FakeTime(), asyncio.Event()
        fetcher = HttpFetcher(FakeTransport({URL: OK}), pace=Pace(gap=0, monotonic=time.monotonic, sleep=time.sleep))
        async with fetcher.pace.turn("a.example:443"):
            task = asyncio.create_task(fetcher.fetch(Request(URL, limits=Limits(seconds=0.02))))
            await asyncio.sleep(0.05)
            assert not task.done()
            release.set()
        assert (await task).status == 200

    asyncio.run(run())
