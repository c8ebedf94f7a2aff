"""robots.txt (RFC 9309), asked before article pages are opened. Feeds are published for robots and need no asking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from monitor.sources.address import origin, shown, split_url
from monitor.sources.charset import decode
from monitor.sources.errors import Denied, FetchError, StatusError
from monitor.sources.http import Fetcher, Limits, Request

NAME = "figurewatch"
_LIMITS = Limits(seconds=15.0, bytes=500 * 1024, cut=True)  # RFC 9309 2.5: at least 500 KiB
_KEPT = timedelta(hours=24)  # RFC 9309 2.4
_SOON = timedelta(minutes=10)  # a site that could not be asked
_MAX_SITES = 2_000
_LONGEST_DELAY = 30.0  # seconds; a Crawl-delay beyond that would stop us from reading the news


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: Protego | None  # None: the site could not be asked
    until: datetime


class Robots:
    """Knows what sites allow. `slow_down(host, seconds)` is told of each Crawl-delay."""

    def __init__(
        self, fetcher: Fetcher, now: Callable[[], datetime], slow_down: Callable[[str, float], None] | None = None
    ) -> None:
        self._fetcher = fetcher
        self._now = now
        self._slow_down = slow_down
        self._sites: dict[str, _Rules] = {}

    async def check(self, url: str) -> None:
        """Return if `url` may be opened. Raises Denied, with `retry_after` where only the asking failed."""
        parts = split_url(url)
        if parts is None:
            return  # the fetch itself says what is wrong with it
        scheme, host, port = origin(parts)
        site = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        rules = await self._rules(site, f"{host}:{port}")
        if rules is None:
            raise Denied(
                shown(url),
                "the site's robots.txt cannot be read",
                "it is tried again later",
                retry_after=_SOON.total_seconds(),
            )
        if not rules.can_fetch(url, NAME):
            raise Denied(
                shown(url), "the site's robots.txt asks robots to stay away", "what the feed itself says is used"
            )

    async def _rules(self, site: str, host: str) -> Protego | None:
        now = self._now()
        known = self._sites.get(site)
        rules: Protego | None
        if known and known.until > now:
            return known.rules
        try:
            answer = await self._fetcher.fetch(Request(f"{site}/robots.txt", limits=_LIMITS, accept="text/plain"))
            rules = Protego.parse(decode(answer.body, answer.content_type))
        except StatusError as error:
            # 4xx: there are none, all is allowed; 5xx and 429: the site is not well, stay away (RFC 9309 2.3.1)
            rules = None if error.status >= 500 or error.status == 429 else Protego.parse("")
        except FetchError:
            rules = None
        if rules is None and known and known.rules is not None:
            rules = known.rules  # the last ones known still hold
        self._keep(site, _Rules(rules, now + (_SOON if rules is None else _KEPT)))
        self._obey_delay(rules, host)
        return rules

    def _keep(self, site: str, rules: _Rules) -> None:
        self._sites.pop(site, None)
        self._sites[site] = rules
        if len(self._sites) > _MAX_SITES:
            del self._sites[next(iter(self._sites))]

    def _obey_delay(self, rules: Protego | None, host: str) -> None:
        delay = rules.crawl_delay(NAME) if rules else None
        if delay and self._slow_down:
            self._slow_down(host, min(float(delay), _LONGEST_DELAY))
