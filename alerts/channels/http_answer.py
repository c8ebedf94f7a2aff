"""What an HTTP answer to a POST means for the message that it carried."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from alerts.channels.base import Post, PostError, PostResult
from alerts.outcome import Outcome, dead, retry, sent, unknown
from alerts.redact import redact

RETRIED = frozenset({408, 425, 429})  # RFC 9110 and 6585: the same request may work later
REASONS = {
    401: "the credentials are not accepted",
    403: "it refuses us",
    404: "nothing is there",
    410: "it is gone for good",
    413: "the message is too large for it",
    429: "it asks us to slow down",
}


async def deliver(
    post: Post,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    secrets: Iterable[str],
    now: Callable[[], datetime],
) -> tuple[Outcome, PostResult | None]:
    """POST once and judge the answer; the outcome's detail is free of `secrets`."""
    try:
        result = await post(url, body, headers)
    except PostError as error:
        words = redact(error.detail, secrets)
        if error.kind == "not_sent":
            return retry(f"not sent: {words}"), None
        return unknown(f"sent, but the answer was lost: {words}"), None
    return _judge(result, secrets, now), result


def _judge(result: PostResult, secrets: Iterable[str], now: Callable[[], datetime]) -> Outcome:
    status = result.status
    if 200 <= status < 300:
        return sent(f"HTTP {status}")
    words = f"HTTP {status}" + (f", {REASONS[status]}" if status in REASONS else "")
    said = redact(result.body[:2000].decode("utf-8", "replace"), secrets)
    if said:
        words += f": {said}"
    if status in RETRIED or status >= 500:
        return retry(words, retry_after=retry_after(result.headers, now))
    if 300 <= status < 400:
        return dead(f"{words}; the address redirects, and messages follow no redirect: configure the final address")
    return dead(words)


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> timedelta | None:
    """The Retry-After header, in seconds or as a date (RFC 9110 10.2.3); None when missing, past or unreadable."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    value = lower.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:12]), 10**8))
    when = _http_date(value)
    if when is None:
        return None
    wait = when - (_http_date(lower.get("date", "")) or now())  # the server's own clock, where it tells it
    return wait if wait > timedelta(0) else None


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
