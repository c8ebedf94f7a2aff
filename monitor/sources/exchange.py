"""One request with all its hops: where the guards, the limits and the headers of a fetch are applied."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from monitor.core.schedule import retry_after
from monitor.core.types.feeds import Validators
from monitor.sources.address import shown
from monitor.sources.coding import PLAIN, Body, CodingError, TooMuch
from monitor.sources.errors import BadAddress, BadAnswer, Refused, TooLarge, TooManyRedirects, TooSlow, Unreachable
from monitor.sources.messages import Request, Response
from monitor.sources.pace import Pace
from monitor.sources.place import Place, place_of
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

    @property
    def _at(self) -> str:
        """Where it went wrong, as errors may say it."""
        return shown(self._request.url, secret=self._request.secret)

    async def run(self, first: Place) -> Response:
        """The answer to the request, whose URL leads to `first`. Raises FetchError."""
        limits = self._request.limits
        started = False
        try:
            async with asyncio.timeout(None) as deadline:
                step: Response | _Step = _Step(first)
                while isinstance(step, _Step):
                    # A turn is given back before another host's is asked for: two hosts that redirect to each other
                    # must not wait for each other.
                    async with self._pace.turn(step.place.key):
                        if not started:  # waiting for the first turn is ours, not the other side's
                            started = True
                            deadline.reschedule(asyncio.get_running_loop().time() + limits.seconds)
                        step = await self._on_one_host(step, first)
                return step
        except TimeoutError:
            what = f"no complete answer within {limits.seconds:g} s"
            raise TooSlow(self._at, what, "it is tried again later", may_have_arrived=started) from None

    async def _on_one_host(self, step: "_Step", first: Place) -> "Response | _Step":
        """Hop until the answer is there or another host is named."""
        host = step.place.key
        while step.place.key == host:
            if step.hops > self._request.limits.redirects:
                what = f"more than {self._request.limits.redirects} redirects"
                raise TooManyRedirects(self._at, what, "open the address in a browser and configure where it ends")
            found = await self._hop(step, first)
            if isinstance(found, Response):
                return found
            step = found
        return step

    async def _hop(self, step: "_Step", first: Place) -> "Response | _Step":
        request, place = self._request, step.place
        hop = Hop(request.method, place.url, self._headers(place, first), request.body)
        try:
            async with self._transport.exchange(hop) as answer:
                if answer.status in _REDIRECTS and not (request.any_status and request.method == "POST"):
                    return self._redirect(answer, step)
                return await self._response(answer, step)
        except AddressRefused as error:
            host = f"[{place.host}]" if ":" in place.host else place.host
            raise Refused(
                self._at,
                f"{place.host} is a private, local or reserved address ({error})",
                f"if it is yours, add {host}:{place.port} to allow_hosts",
            ) from error
        except ConnectionFailed as error:
            behind = str(error).startswith("the proxy")
            remedy = (
                "look at polling.proxy, or ask whoever runs it" if behind else "check the address, or wait for the site"
            )
            raise Unreachable(self._at, f"no connection to {place.host} ({error})", remedy) from error
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
            target = place_of(urljoin(step.place.url, location).partition("#")[0])
        except ValueError:
            target = None
        if target is None:
            raise BadAddress(self._at, f"redirected to {shown(location)}, which is no http(s) address")
        return _Step(target, step.hops + 1, step.permanent and answer.status in _PERMANENT)

    async def _response(self, answer: Answer, step: "_Step") -> Response:
        if answer.status == 304:
            return Response(step.place.url, 304, answer.headers, b"", self._request.validators, _moved(step))
        if not (200 <= answer.status < 300 or self._request.any_status):
            wait = retry_after(answer.headers.get("retry-after", ""), self._now())
            raise status_error(self._at, answer.status, None if wait is None else wait.total_seconds())
        if answer.status == 206:
            raise BadAnswer(self._at, "only a part of the document came, which was not asked for")
        body, cut = await self._body(answer)
        known = _validators(answer.headers, body)
        return Response(step.place.url, answer.status, answer.headers, body, known, _moved(step), cut=cut)

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

    def _headers(self, place: Place, first: Place) -> tuple[tuple[str, str], ...]:
        """Our own headers, and the request's where it still talks to whom they were meant for."""
        headers = {"user-agent": self._agent, "accept": self._request.accept, "accept-encoding": "gzip"}
        if place is first or place.origin == first.origin or _only_to_tls(first, place):
            if first.login:
                headers["authorization"] = first.login
            for name, value in self._request.headers:
                headers[name.lower()] = value
            known = self._request.validators
            if known.etag:
                headers["if-none-match"] = known.etag
            if known.last_modified:
                headers["if-modified-since"] = known.last_modified
            headers["accept-encoding"] = "gzip"
        return tuple(headers.items())


@dataclass(frozen=True, slots=True)
class _Step:
    """Where to go next; `permanent`: every redirect so far was."""

    place: Place
    hops: int = 0
    permanent: bool = True


def _moved(step: _Step) -> str | None:
    return step.place.url if step.hops and step.permanent else None


def _only_to_tls(old: Place, new: Place) -> bool:
    """http://host -> https://host, both on their own ports: the same site, better wrapped."""
    return old.origin == ("http", old.host, 80) and new.origin == ("https", old.host, 443)


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
