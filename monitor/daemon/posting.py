"""The one fetch function as the alert channels use it."""

from collections.abc import Mapping

from alerts.channels.base import Post, PostError, PostResult
from monitor.sources.errors import FetchError
from monitor.sources.http import Fetcher, Limits, Request

# An answer to a digest is a word or two; what is longer is cut, not an error: the message has arrived.
_LIMITS = Limits(seconds=30.0, bytes=64 * 1024, cut=True)


def poster(fetcher: Fetcher) -> Post:
    """POST through `fetcher`: guarded, bounded, never redirected, the URL kept out of every error."""

    async def post(url: str, body: bytes, headers: Mapping[str, str]) -> PostResult:
        request = Request(
            url,
            method="POST",
            headers=tuple(headers.items()),
            body=body,
            limits=_LIMITS,
            secret=True,
            any_status=True,
        )
        try:
            answer = await fetcher.fetch(request)
        except FetchError as error:
            raise PostError("unknown" if error.may_have_arrived else "not_sent", str(error)) from None
        return PostResult(answer.status, answer.headers, answer.body)

    return post
