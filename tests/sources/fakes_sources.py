"""Fakes for the sources' own seams."""

import asyncio
from contextlib import asynccontextmanager

from monitor.sources.http import Response
from monitor.sources.pace import Pace
from monitor.sources.transport import Answer


class FakeTransport:
    """Answers by URL: (status, headers, chunks), an exception, or a function of the hop giving one of these."""

    def __init__(self, answers):
        self.answers = answers
        self.hops = []
        self.closed = False

    @asynccontextmanager
    async def exchange(self, hop):
        self.hops.append(hop)
        answer = self.answers[hop.url]
        await asyncio.sleep(0)  # an exchange never is over at once: others get their turn meanwhile
        answer = answer(hop) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        status, headers, chunks = answer
        yield Answer(status, headers, _stream(chunks))

    async def aclose(self):
        self.closed = True


async def _stream(chunks):
    for chunk in [chunks] if isinstance(chunks, bytes) else chunks:
        if isinstance(chunk, Exception):
            raise chunk
        yield await chunk if hasattr(chunk, "__await__") else chunk


class FakeTime:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 1_000.0
        self.slept = []

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def no_pace():
    return Pace(gap=0.0)


class FakeFetcher:
    """A Fetcher by URL: a Response, bytes, or an exception."""

    def __init__(self, answers):
        self.answers = answers
        self.requests = []

    async def fetch(self, request):
        self.requests.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            from monitor.sources.http import NO_VALIDATORS

            return Response(request.url, 200, {"content-type": "text/html"}, answer, NO_VALIDATORS)
        return answer
