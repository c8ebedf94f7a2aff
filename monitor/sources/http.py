"""The one fetch function: every request of the product, for feeds, articles, robots.txt and webhooks, goes through it.

Guarded (addresses checked at connect, at each hop), bounded (bytes, hops, one deadline over everything) and polite.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

from monitor.sources.address import shown
from monitor.sources.errors import BadAddress
from monitor.sources.exchange import Exchange
from monitor.sources.messages import ARTICLE_LIMITS, FEED_LIMITS, NO_VALIDATORS, Fetcher, Limits, Request, Response
from monitor.sources.pace import Pace
from monitor.sources.place import place_of
from monitor.sources.transport import Transport

__all__ = [
    "ARTICLE_LIMITS", "FEED_LIMITS", "NO_VALIDATORS", "Fetcher", "HttpFetcher", "Limits", "Request", "Response",
    "user_agent",
]  # fmt: skip

PROJECT_URL = "https://pypi.org/project/figurewatch/"


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
        place = place_of(request.url)
        if place is None:
            raise BadAddress(
                shown(request.url, secret=request.secret),
                "not an address that can be opened",
                "use a full http:// or https:// URL",
            )
        return await Exchange(self._transport, request, self._agent, self.pace, self._now).run(place)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()
