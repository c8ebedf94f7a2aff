"""Worker processes for what documents from outside can make slow or big: started when needed, let go when idle.

One document gets so much processor time and memory, whatever else the machine does; what breaks these bounds is killed
and told as TooHard, and the next document finds a fresh worker. Small sound feeds are read here, without a worker.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from monitor.core.types.feeds import Article, Entry
from monitor.sources import errors
from monitor.sources.address import shown
from monitor.sources.endings import killer

if TYPE_CHECKING:  # what reads documents (lxml, feedparser) comes with the first document
    from monitor.sources.discover import FeedLink
    from monitor.sources.entries import ParsedFeed

_MAX_ANSWER = 64 * 1024 * 1024
_LINE = 64 * 1024
_ENDING = 5.0  # seconds between the closing of its pipe and the end of a process
_BEYOND = {"memory": "reading it takes more memory than a document is given", "depth": "it is nested beyond reason"}
_KEPT_ENV = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT",
             "FIGUREWATCH_DEBUG")  # no secrets  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one document may take, and how long workers stay. Seconds and bytes.

    `seconds` are the processor's; `patience` is the time by the clock after which a worker counts as stuck.
    `inline`: feeds whose unread part is at most this many bytes of sound XML are parsed in the calling process.
    """

    seconds: float = 20.0
    patience: float = 180.0
    memory: int = 1024 * 1024 * 1024
    idle: float = 30.0
    documents: int = 500  # then the worker is replaced: libraries leak
    inline: int = 32 * 1024


class Workers:
    """A pool of at most `size` worker processes. Every method may be called by many tasks at once."""

    def __init__(self, size: int = 2, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._places = asyncio.Semaphore(size)
        self._resting: list[_Worker] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def parse_feed(
        self, body: bytes, content_type: str, url: str, *, now: datetime, known: Collection[str] = frozenset()
    ) -> "ParsedFeed":
        """See feed.parse_feed. Raises DocumentError."""
        from monitor.sources.feed import NeedsWorker, parse_feed
        from monitor.sources.jobs import FEED

        try:
            return parse_feed(body, content_type, url, now=now, known=known, budget=self._bounds.inline)
        except NeedsWorker:
            params = {"content_type": content_type, "url": url, "now": now.isoformat(), "known": list(known)}
            return FEED.loads(await self._run("feed", params, body, url))

    async def cheap_text(self, body: bytes, content_type: str, url: str) -> str:
        """See article.cheap_text. Raises TooHard."""
        return (await self._run("cheap", {"content_type": content_type}, body, url)).decode()

    async def extract(
        self, body: bytes, content_type: str, url: str, *, now: datetime, entry: Entry | None = None
    ) -> Article:
        """See article.extract_article. Raises DocumentError."""
        from monitor.sources.jobs import ARTICLE, ENTRY

        known = ENTRY.plain(entry) if entry else None
        params = {"content_type": content_type, "url": url, "now": now.isoformat(), "entry": known}
        return ARTICLE.loads(await self._run("article", params, body, url))

    async def find_feeds(self, body: bytes, content_type: str, url: str) -> "tuple[FeedLink, ...]":
        """See discover.find_feeds. Raises TooHard."""
        from monitor.sources.discover import LINKS

        return LINKS.loads(await self._run("links", {"content_type": content_type, "url": url}, body, url))

    async def aclose(self) -> None:
        """End all workers."""
        if self._timer:
            self._timer.cancel()
        while self._resting:
            await self._resting.pop().stop()
        await asyncio.gather(*self._closing)

    @property
    def resting(self) -> int:
        """How many started workers have nothing to do."""
        return len(self._resting)

    async def _run(self, job: str, params: dict[str, Any], document: bytes, url: str) -> bytes:
        async with self._places:
            worker = self._resting.pop() if self._resting else await _Worker.start(self._bounds)
            try:
                try:
                    answer = await worker.ask(job, params, document)
                except _Died:
                    if worker.served == 0:
                        raise
                    # It may have died of what earlier documents left behind: this one gets a fair try.
                    worker = await _Worker.start(self._bounds)
                    answer = await worker.ask(job, params, document)
            except _OutOfTime:
                raise _too_hard(url, f"reading it takes more than {self._bounds.seconds:g} s") from None
            except TimeoutError:
                await worker.stop()
                raise _too_hard(url, f"no answer in {self._bounds.patience:g} s") from None
            except _Died as died:
                raise _unforeseen(url, died.words) from None
            except BaseException:
                await worker.stop()
                raise
            if answer.head.get("last"):
                await worker.stop()
            else:
                self._rest(worker)
        return _result(answer, url)

    def _rest(self, worker: "_Worker") -> None:
        if worker.served >= self._bounds.documents:
            self._let_go(worker)
            return
        self._resting.append(worker)
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._bounds.idle, self._let_all_go)

    def _let_all_go(self) -> None:
        while self._resting:
            self._let_go(self._resting.pop())

    def _let_go(self, worker: "_Worker") -> None:
        task = asyncio.ensure_future(worker.stop())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class _Died(Exception):  # noqa: N818 - named for what it says, as the room's own signal
    """The process ended in the middle of a document, without a word of its own."""

    words = "its process ended"


class _OutOfTime(Exception):  # noqa: N818 - named for what it says, as the room's own signal
    """The document has used up its processor time."""


@dataclass(frozen=True, slots=True)
class _Answer:
    head: dict[str, Any]
    body: bytes


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, patience: float) -> None:
        self._process = process
        self._patience = patience
        self._to = cast("asyncio.StreamWriter", process.stdin)
        self._from = cast("asyncio.StreamReader", process.stdout)
        self.served = 0

    @classmethod
    async def start(cls, bounds: Bounds) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "monitor.sources.worker",
            str(bounds.memory),
            str(bounds.seconds),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if os.environ.get("FIGUREWATCH_DEBUG") else asyncio.subprocess.DEVNULL,
            limit=_LINE,
            env={name: os.environ[name] for name in _KEPT_ENV if name in os.environ},
        )
        worker = cls(process, bounds.patience)
        try:
            async with asyncio.timeout(60):
                await worker._read()
        except (TimeoutError, _Died) as error:
            await worker.stop()
            raise errors.SourceError(
                "worker process", "it does not start", "check the memory limit of the service and the installation"
            ) from error
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def ask(self, job: str, params: dict[str, Any], document: bytes) -> _Answer:
        """Raises TimeoutError (it is stuck), _OutOfTime or _Died (it has ended)."""
        head = json.dumps({"job": job, "params": params, "size": len(document)}).encode()
        try:
            async with asyncio.timeout(self._patience):
                self._to.write(head + b"\n" + document)
                await self._to.drain()
                answer = await self._read()
        except (_Died, ConnectionError) as error:
            await self._end()
            if self._process.returncode == -signal.SIGPROF:
                raise _OutOfTime from error
            died = _Died()
            died.words = _how(self._process.returncode)
            raise died from error
        self.served += 1
        return answer

    async def _read(self) -> _Answer:
        try:
            head = json.loads(await self._from.readline() or b"null")
            if not isinstance(head, dict) or head["size"] > _MAX_ANSWER:
                raise _Died
            return _Answer(head, await self._from.readexactly(head["size"]))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, KeyError, TypeError) as error:
            raise _Died from error

    async def _end(self) -> None:
        """Wait for the end of a process that hung up: a kill at once could take the status that says how it ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDING):
                await self._process.wait()
        await self.stop()

    async def stop(self) -> None:
        """Kill: a worker holds nothing worth saving."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._to.close()
        await self._process.wait()


def _how(status: int | None) -> str:
    """How a process ended that said nothing, in words."""
    name = killer(status)
    if name is None:
        return f"its process ended without an answer (status {status})"
    return f"its process was ended by {name}; memory may have been short"


def _unforeseen(url: str, what: str) -> errors.Unforeseen:
    return errors.Unforeseen(shown(url), what, "nothing of it is used; other documents go on")


def _too_hard(url: str, what: str) -> errors.TooHard:
    return errors.TooHard(shown(url), what, "nothing of it is used; other documents go on")


def _result(answer: _Answer, url: str) -> bytes:
    head = answer.head
    if head.get("ok"):
        return answer.body
    if head.get("error") == "unforeseen":
        raise _unforeseen(url, f"reading it ended in an unforeseen {head.get('kind')}: a fault of this program")
    kind = {"NotAFeed": errors.NotAFeed, "NoText": errors.NoText, "TooHard": errors.TooHard}.get(str(head.get("error")))
    if kind is None:
        raise _too_hard(url, _BEYOND.get(str(head.get("error")), "the worker does not understand it"))
    raise kind(str(head["url"]), str(head["what"]), str(head["remedy"]))
