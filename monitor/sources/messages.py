"""What is asked of the fetch function and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from monitor.core.types.feeds import Validators


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
