"""One request with all its hops: where the guards, the limits and the headers of a fetch are applied."""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, unquote, urljoin, urlunsplit

from monitor.core.schedule import retry_after
from monitor.core.types.feeds import Validators
from monitor.sources.address import origin, shown, split_url
from monitor.sources.coding import PLAIN, Body, CodingError, TooMuch
from monitor.sources.errors import BadAddress, BadAnswer, Refused, TooLarge, TooManyRedirects, TooSlow, Unreachable
from monitor.sources.messages import Request, Response
from monitor.sources.pace import Pace
from monitor.sources.status import status_error
from monitor.sources.transport import AddressRefused, Answer, ConnectionFailed, ExchangeFailed, Hop, Transport

_MAX_VALIDATOR = 1_024  # longer ones are not kept: they would cost more than they save
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


class Exchange:
    """One fetch with its hops: redirects by hand, a turn for each host, one deadline over all of it."""

    def __init__(
        self, transport: Transport, request: Request, agent: str, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._transport = transport
        self._request = request
        self._agent = agent
        self._pace = pace
        self._now = now
        self._at = shown(request.url, secret=request.secret)

    async def run(self, first: SplitResult) -> Response:
        """The answer to the request, whose URL has the parts `first`. Raises FetchError."""
        limits = self._request.limits
        started = False
        try:
            async with asyncio.timeout(None) as deadline:
                step: Response | _Step = _Step(self._request.url, first)
                while isinstance(step, _Step):
                    # A turn is given back before another host's is asked for: two hosts that redirect to each other
                    # must not wait for each other.
                    async with self._pace.turn(host_key(step.parts)):
                        if not started:  # waiting for the first turn is ours, not the other side's
                            started = True
                            deadline.reschedule(asyncio.get_running_loop().time() + limits.seconds)
                        step = await self._on_one_host(step, first)
                return step
        except TimeoutError:
            what = f"no complete answer within {limits.seconds:g} s"
            raise TooSlow(self._at, what, "it is tried again later", may_have_arrived=started) from None

    async def _on_one_host(self, step: "_Step", first: SplitResult) -> "Response | _Step":
        """Hop until the answer is there or another host is named."""
        host = host_key(step.parts)
        while host_key(step.parts) == host:
            if step.hops > self._request.limits.redirects:
                what = f"more than {self._request.limits.redirects} redirects"
                raise TooManyRedirects(self._at, what, "open the address in a browser and configure where it ends")
            found = await self._hop(step, first)
            if isinstance(found, Response):
                return found
            step = found
        return step

    async def _hop(self, step: "_Step", first: SplitResult) -> "Response | _Step":
        request, parts = self._request, step.parts
        hop = Hop(request.method, _without_userinfo(parts), self._headers(parts, first), request.body)
        try:
            async with self._transport.exchange(hop) as answer:
                if answer.status in _REDIRECTS and not (request.any_status and request.method == "POST"):
                    return self._redirect(answer, step)
                return await self._response(answer, step)
        except AddressRefused as error:
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            raise Refused(
                self._at,
                f"{parts.hostname} is a private, local or reserved address ({error})",
                f"if it is yours, add {host}:{origin(parts)[2]} to allow_hosts",
            ) from error
        except ConnectionFailed as error:
            behind = str(error).startswith("the proxy")
            remedy = (
                "look at polling.proxy, or ask whoever runs it" if behind else "check the address, or wait for the site"
            )
            raise Unreachable(self._at, f"no connection to {parts.hostname} ({error})", remedy) from error
        except ExchangeFailed as error:
            kind = BadAnswer if error.protocol else Unreachable
            raise kind(
                self._at, f"the exchange broke off ({error})", "it is tried again later", may_have_arrived=True
            ) from error

    def _redirect(self, answer: Answer, step: "_Step") -> "_Step":
        if self._request.method == "POST":
            raise BadAnswer(self._at, "redirected; a message is never sent on", "configure the final address")
        location = answer.headers.get("location", "").strip()
        if not location:
            raise BadAnswer(self._at, f"status {answer.status} without an address to go to")
        try:
            target = urljoin(step.url, location).partition("#")[0]
        except ValueError:
            target = ""
        parts = split_url(target)
        if parts is None:
            raise BadAddress(self._at, f"redirected to {shown(location)}, which is no http(s) address")
        return _Step(target, parts, step.hops + 1, step.permanent and answer.status in _PERMANENT)

    async def _response(self, answer: Answer, step: "_Step") -> Response:
        if answer.status == 304:
            return Response(_clean(step.url), 304, answer.headers, b"", self._request.validators, _moved(step))
        if not (200 <= answer.status < 300 or self._request.any_status):
            wait = retry_after(answer.headers.get("retry-after", ""), self._now())
            raise status_error(self._at, answer.status, None if wait is None else wait.total_seconds())
        if answer.status == 206:
            raise BadAnswer(self._at, "only a part of the document came, which was not asked for")
        body, cut = await self._body(answer)
        known = _validators(answer.headers, body)
        return Response(_clean(step.url), answer.status, answer.headers, body, known, _moved(step), cut=cut)

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


def host_key(parts: SplitResult) -> str:
    """What politeness counts: one host and port."""
    _, host, port = origin(parts)
    return f"{host}:{port}"


@dataclass(frozen=True, slots=True)
class _Step:
    """Where to go next; `permanent`: every redirect so far was."""

    url: str
    parts: SplitResult
    hops: int = 0
    permanent: bool = True


def _moved(step: _Step) -> str | None:
    return _clean(step.url) if step.hops and step.permanent else None


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
