"""Real worker processes."""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.types.feeds import Entry
from monitor.sources import errors, jobs
from monitor.sources.article import cheap_text, extract_article
from monitor.sources.feed import parse_feed
from monitor.sources.worker import last_frame
from monitor.sources.workers import Bounds, Workers, _Worker

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)
URL = "https://news.example/feed"
LINE = "The company said that the new site will draw its power from the local grid, as it had planned before."
PAGE = (
    f"<html lang=en><body><article>{''.join(f'<p>{n}. {LINE}</p>' for n in range(6))}</article></body></html>".encode()
)
BROKEN = b"<rss><channel><item><title>a<br>b</title><link>/1</link></item></channel></rss>"
ENTRY = Entry("k", "g", URL, "Title", "s", "c", datetime(2024, 5, 1, tzinfo=UTC), "en", "paper.example")


def run(work, size=1, **bounds):
    async def inside():
        workers = Workers(size, Bounds(**bounds))
        try:
            return await work(workers)
        finally:
            await workers.aclose()

    return asyncio.run(inside())


def test_what_a_worker_reads_is_what_the_function_reads():
    async def work(workers):
        assert await workers.extract(PAGE, "text/html", URL, now=NOW, entry=ENTRY) == extract_article(
            PAGE, "text/html", URL, now=NOW, entry=ENTRY
        )
        assert await workers.cheap_text(PAGE, "text/html", URL) == cheap_text(PAGE, "text/html")
        parsed = await workers.parse_feed(BROKEN, "text/xml", URL, now=NOW)
        assert parsed == parse_feed(BROKEN, "text/xml", URL, now=NOW)
        assert parsed.entries
        link = b'<link rel=alternate type="application/rss+xml" href=/f>'
        assert [f.url for f in await workers.find_feeds(link, "text/html", URL)] == ["https://news.example/f"]

    run(work)


def test_a_small_sound_feed_needs_no_worker():
    async def work(workers):
        feed = b"<rss><channel><item><title>a</title><link>/1</link></item></channel></rss>"
        assert (await workers.parse_feed(feed, "text/xml", URL, now=NOW)).entries
        assert workers.resting == 0

    run(work)


def test_what_a_document_lacks_is_told_across_the_process():
    async def work(workers):
        with pytest.raises(errors.NoText, match="readable text"):
            await workers.extract(b"<html></html>", "text/html", URL, now=NOW)
        with pytest.raises(errors.NotAFeed, match="discover"):
            await workers.parse_feed(b"<html>" + b" " * 2_000_000, "text/html", URL, now=NOW)
        assert workers.resting == 1

    run(work)


SLOW = b"<html><body>" + b"<p>x</p>" * 400_000


def test_a_document_that_takes_too_long_is_killed_and_others_go_on():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        with pytest.raises(errors.TooHard, match=r"more than 0\.3 s"):
            await workers.extract(SLOW, "text/html", URL, now=NOW)
        assert workers.resting == 0
        assert await workers.cheap_text(b"<p>hello</p>", "text/html", URL) == "hello"

    run(work, seconds=0.3)


def test_a_document_that_takes_too_much_memory_is_refused_and_others_go_on():
    async def work(workers):
        with pytest.raises(errors.TooHard, match="more memory"):
            await workers.cheap_text(b"<p>" + b"x" * 150_000_000, "text/html", URL)
        assert await workers.cheap_text(b"<p>hello</p>", "text/html", URL) == "hello"

    run(work, memory=400 * 1024 * 1024)


def test_what_nobody_foresaw_is_told_by_its_kind_and_others_go_on():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        with pytest.raises(errors.Unforeseen, match=r"unforeseen KeyError: a fault of this program") as caught:
            await workers._run("no such job", {}, b"", URL)
        assert "Traceback" not in str(caught.value)
        assert "memory" not in str(caught.value)
        assert workers.resting == 0
        assert await workers.cheap_text(b"<p>hello</p>", "text/html", URL) == "hello"

    run(work)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
def test_a_document_that_kills_every_worker_is_told_with_what_ended_them(name, monkeypatch):
    async def work(workers):
        ask = _Worker.ask

        async def killed(self, *given):
            self._process.send_signal(getattr(signal, name))
            return await ask(self, *given)

        monkeypatch.setattr(_Worker, "ask", killed)
        with pytest.raises(errors.Unforeseen, match=name):
            await workers.cheap_text(PAGE, "text/html", URL)
        monkeypatch.undo()
        assert await workers.cheap_text(b"<p>hello</p>", "text/html", URL) == "hello"

    run(work)


def test_memory_that_runs_out_between_documents_is_told_as_such(tmp_path):
    with (tmp_path / "frames").open("wb") as sink:
        last_frame(sink)(MemoryError, MemoryError(), None)
    head = json.loads((tmp_path / "frames").read_bytes())
    assert (head["error"], head["last"]) == ("memory", True)


def test_a_worker_that_dies_is_replaced_and_its_document_gets_a_fair_try():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        workers._resting[0]._process.kill()
        await workers._resting[0]._process.wait()
        assert await workers.cheap_text(b"<p>hello</p>", "text/html", URL) == "hello"

    run(work)


def test_a_stuck_worker_is_given_up_and_others_go_on():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        os.kill(workers._resting[0]._process.pid, signal.SIGSTOP)
        with pytest.raises(errors.TooHard, match="no answer"):
            await workers.cheap_text(PAGE, "text/html", URL)
        assert workers.resting == 0

    run(work, patience=5.0)


def test_what_used_up_its_time_gets_no_second_try():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        first = workers._resting[0]._process
        with pytest.raises(errors.TooHard, match="takes more than"):
            await workers.extract(SLOW, "text/html", URL, now=NOW)
        assert first.returncode == -signal.SIGPROF

    run(work, seconds=0.3)


def test_time_adds_up_over_one_document_only():
    async def work(workers):
        for _ in range(40):
            await workers.extract(PAGE, "text/html", URL, now=NOW)
        assert workers.resting == 1

    run(work, seconds=3.0)


def test_idle_workers_are_let_go():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        process = workers._resting[0]._process
        async with asyncio.timeout(10):
            await process.wait()
        assert workers.resting == 0

    run(work, idle=0.05)


def test_a_worker_is_replaced_after_its_share_of_documents():
    async def work(workers):
        pids = set()
        for _ in range(4):
            await workers.cheap_text(PAGE, "text/html", URL)
            pids |= {worker._process.pid for worker in workers._resting}
        assert len(pids) == 2

    run(work, documents=2)


def test_many_documents_at_once_share_the_pool():
    async def work(workers):
        pages = [f"<p>page {n}</p>".encode() for n in range(20)]
        texts = await asyncio.gather(*(workers.cheap_text(page, "text/html", URL) for page in pages))
        assert texts == [f"page {n}" for n in range(20)]
        assert workers.resting <= 2

    run(work, size=2)


def test_a_cancelled_document_takes_its_worker_with_it():
    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        process = workers._resting[0]._process
        task = asyncio.create_task(workers.extract(SLOW, "text/html", URL, now=NOW))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert process.returncode is not None

    run(work)


def test_secrets_of_the_environment_stay_out_of_workers(monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")

    async def work(workers):
        await workers.cheap_text(PAGE, "text/html", URL)
        environment = Path(f"/proc/{workers._resting[0]._process.pid}/environ").read_text()
        assert "PATH" in environment
        assert "hunter2" not in environment

    run(work)


def test_a_worker_that_cannot_start_says_so(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    async def work(workers):
        with pytest.raises(errors.SourceError, match="does not start"):
            await workers.cheap_text(PAGE, "text/html", URL)

    run(work)


def test_every_job_is_a_function_of_its_name():
    assert {name: job.__name__ for name, job in jobs.JOBS.items()} == {name: name for name in jobs.JOBS}
