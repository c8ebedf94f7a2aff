"""The one fetch function: every request of the product, for feeds, articles, robots.txt and webhooks, goes through it.

Guarded (addresses checked at connect, at each hop), bounded (bytes, hops, one deadline over everything) and polite.
"""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal, Protocol
from urllib.parse import SplitResult, unquote, urljoin, urlunsplit

from monitor.core.schedule import retry_after
from monitor.core.types.feeds import Validators
from monitor.sources.address import origin, shown, split_url
from monitor.sources.coding import PLAIN, Body, CodingError, TooMuch
from monitor.sources.errors import (
    BadAddress,
    BadAnswer,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from monitor.sources.pace import Pace
from monitor.sources.status import status_error
from monitor.sources.transport import AddressRefused, Answer, ConnectionFailed, ExchangeFailed, Hop, Transport

PROJECT_URL = "https://pypi.org/project/figurewatch/"
_MAX_VALIDATOR = 1_024  # longer ones are not kept: they would cost more than they save
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take. `seconds` covers everything from the first connect to the last byte, all hops.

    `bytes` counts the decoded body. `cut`: keep the first `bytes` of a bigger body instead of failing.
    """

    seconds: float = 30.0
    bytes: int = 10 * 1024 * 1024
    redirects: int = 10
    cut: bool = False


FEED_LIMITS = Limits()
ARTICLE_LIMITS = Limits(bytes=3 * 1024 * 1024, cut=True)


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch. Headers go to the first origin only and are dropped when a redirect leaves it.

    `secret`: the URL itself is one (a webhook); errors then name only its host. `any_status`: answers of every status
    are returned instead of raised. A POST follows no redirect.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    validators: Validators = NO_VALIDATORS
    limits: Limits = FEED_LIMITS
    accept: str = "*/*"
    secret: bool = False
    any_status: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. `url` is where it was found in the end; header names are in lower case.

    `moved_to`: the new address when every redirect on the way was permanent. `cut`: the body was longer than its limit.
    `validators` hold what the next request should send; empty when the server's own are oversized.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    validators: Validators
    moved_to: str | None = None
    cut: bool = False

    @property
    def not_modified(self) -> bool:
        """Nothing new: 304, or the very bytes of last time."""
        return self.status == 304

    @property
    def content_type(self) -> str:
        """The Content-Type header, "" when missing."""
        return self.headers.get("content-type", "")

    @property
    def text(self) -> str:
        """The start of the body as text for people: at most 500 characters of one line."""
        return " ".join(self.body[:2_000].decode("utf-8", "replace").split())[:500]


class Fetcher(Protocol):
    """What steps are given: the fetch function, or a fake."""

    async def fetch(self, request: Request) -> Response:
        """Fetch. Raises FetchError and nothing else."""
        ...


def user_agent(contact: str = "") -> str:
    """An honest name: `figurewatch/VERSION (+url; contact)`."""
    clean = "".join(c for c in contact if c.isprintable() and c not in "()")
    return f"figurewatch/{version('figurewatch')} (+{PROJECT_URL}{'; ' + clean if clean else ''})"


class HttpFetcher:
    """The product's Fetcher: one a process, for as long as the process lives."""

    def __init__(
        self,
        transport: Transport,
        *,
        contact: str = "",
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._transport = transport
        self._agent = user_agent(contact)
        self.pace = pace or Pace()
        self._now = now

    async def fetch(self, request: Request) -> Response:
        """Fetch `request`. Raises FetchError and nothing else."""
        parts = split_url(request.url)
        if parts is None:
            raise BadAddress(
                shown(request.url, secret=request.secret),
                "not an address that can be opened",
                "use a full http:// or https:// URL",
            )
        async with self.pace.turn(_host_key(parts)):
            return await _Exchange(self._transport, request, self._agent, self.pace, self._now).run(parts)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()


class _Exchange:
    """One fetch with its hops."""

    def __init__(
        self, transport: Transport, request: Request, agent: str, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._transport = transport
        self._request = request
        self._agent = agent
        self._pace = pace
        self._now = now
        self._at = shown(request.url, secret=request.secret)
        self._sent = False

    async def run(self, parts: SplitResult) -> Response:
        limits = self._request.limits
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._hops(parts)
        except TimeoutError:
            raise TooSlow(
                self._at,
                f"no complete answer within {limits.seconds:g} s",
                "it is tried again later",
                may_have_arrived=self._sent,
            ) from None

    async def _hops(self, first: SplitResult) -> Response:
        url, parts, permanent = self._request.url, first, True
        moved: str | None = None
        for _ in range(self._request.limits.redirects + 1):
            if _host_key(parts) == _host_key(first):  # the turn for this host is already held
                step = await self._hop(url, parts, first)
            else:
                async with self._pace.turn(_host_key(parts)):
                    step = await self._hop(url, parts, first)
            if isinstance(step, Response):
                same = moved is None or moved == self._request.url
                return step if same else _moved(step, moved)
            status, url, parts = step
            permanent = permanent and status in _PERMANENT
            moved = url if permanent else None
        raise TooManyRedirects(
            self._at,
            f"more than {self._request.limits.redirects} redirects",
            "open the address in a browser and configure where it ends",
        )

    async def _hop(self, url: str, parts: SplitResult, first: SplitResult) -> "Response | tuple[int, str, SplitResult]":
        request = self._request
        hop = Hop(request.method, _without_userinfo(parts), self._headers(parts, first), request.body)
        try:
            async with self._transport.exchange(hop) as answer:
                self._sent = True
                if answer.status in _REDIRECTS and not (request.any_status and request.method == "POST"):
                    return self._redirect(answer, url)
                return await self._response(answer, url)
        except AddressRefused as error:
            raise Refused(
                self._at,
                f"{parts.hostname} is a private, local or reserved address ({error})",
                f"if it is yours, add {parts.hostname}:{origin(parts)[2]} to allow_hosts",
            ) from error
        except ConnectionFailed as error:
            raise Unreachable(
                self._at, f"no connection to {parts.hostname} ({error})", "check the address, or wait for the site"
            ) from error
        except ExchangeFailed as error:
            kind = BadAnswer if error.protocol else Unreachable
            raise kind(
                self._at, f"the exchange broke off ({error})", "it is tried again later", may_have_arrived=True
            ) from error

    def _redirect(self, answer: Answer, url: str) -> tuple[int, str, SplitResult]:
        if self._request.method == "POST":
            raise BadAnswer(self._at, "redirected; a message is never sent on", "configure the final address")
        location = answer.headers.get("location", "").strip()
        if not location:
            raise BadAnswer(self._at, f"status {answer.status} without an address to go to")
        try:
            target = urljoin(url, location).partition("#")[0]
        except ValueError:
            target = ""
        parts = split_url(target)
        if parts is None:
            raise BadAddress(self._at, f"redirected to {shown(location)}, which is no http(s) address")
        return answer.status, target, parts

    async def _response(self, answer: Answer, url: str) -> Response:
        if answer.status == 304:
            return Response(_clean(url), 304, answer.headers, b"", self._request.validators)
        if not (200 <= answer.status < 300 or self._request.any_status):
            wait = retry_after(answer.headers.get("retry-after", ""), self._now())
            raise status_error(self._at, answer.status, None if wait is None else wait.total_seconds())
        if answer.status == 206:
            raise BadAnswer(self._at, "only a part of the document came, which was not asked for")
        body, cut = await self._body(answer)
        return Response(_clean(url), answer.status, answer.headers, body, _validators(answer.headers, body), cut=cut)

    async def _body(self, answer: Answer) -> tuple[bytes, bool]:
        limits = self._request.limits
        try:
            body = Body(_coding(answer.headers), limits.bytes, cut=limits.cut)
            async for chunk in answer.chunks:
                body.add(chunk)
                if body.full:
                    break
            return body.finish(), body.full
        except TooMuch:
            raise TooLarge(
                self._at, f"more than {limits.bytes:,} bytes", "nothing of it is used", may_have_arrived=True
            ) from None
        except CodingError as error:
            raise BadAnswer(self._at, str(error), "it is tried again later", may_have_arrived=True) from error

    def _headers(self, parts: SplitResult, first: SplitResult) -> tuple[tuple[str, str], ...]:
        """Our own headers, and the request's where it still talks to whom they were meant for."""
        headers = {"user-agent": self._agent, "accept": self._request.accept, "accept-encoding": "gzip"}
        if origin(parts) == origin(first) or _only_to_tls(first, parts):
            if credentials := _basic(first):
                headers["authorization"] = credentials
            headers |= {name.lower(): value for name, value in self._request.headers}
            known = self._request.validators
            if known.etag:
                headers["if-none-match"] = known.etag
            if known.last_modified:
                headers["if-modified-since"] = known.last_modified
            headers["accept-encoding"] = "gzip"
        return tuple(headers.items())


def _host_key(parts: SplitResult) -> str:
    _, host, port = origin(parts)
    return f"{host}:{port}"


def _moved(response: Response, target: str | None) -> Response:
    return replace(response, moved_to=None if target is None else _clean(target))


def _netloc(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _without_userinfo(parts: SplitResult) -> str:
    return urlunsplit((parts.scheme, _netloc(parts), parts.path or "/", parts.query, ""))


def _clean(url: str) -> str:
    parts = split_url(url)
    return url if parts is None else _without_userinfo(parts)


def _basic(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _only_to_tls(old: SplitResult, new: SplitResult) -> bool:
    """http://host -> https://host, both on their own ports: the same site, better wrapped."""
    return origin(old) == ("http", old.hostname, 80) and origin(new) == ("https", old.hostname, 443)


def _coding(headers: Mapping[str, str]) -> str:
    codings = [c.strip().lower() for c in headers.get("content-encoding", "").split(",")]
    real = [c for c in codings if c not in PLAIN]
    if len(real) > 1:
        raise CodingError("the body is coded more than once")
    return real[0] if real else ""


def _validators(headers: Mapping[str, str], body: bytes) -> Validators:
    def kept(name: str) -> str | None:
        value = headers.get(name, "").strip()
        return value if value and len(value) <= _MAX_VALIDATOR and value.isprintable() else None

    return Validators(kept("etag"), kept("last-modified"), hashlib.sha256(body).hexdigest()[:32])
