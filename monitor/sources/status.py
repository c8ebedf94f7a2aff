"""HTTP statuses that are no success, in words a person can act on."""

from monitor.sources.errors import Gone, StatusError

_WORDS = {
    400: ("the site does not understand the request (400)", "check the address"),
    401: ("the site wants a login (401)", "add the header it needs under `headers`"),
    403: ("the site refuses us (403)", "it may not want robots: look for another feed, or ask the site"),
    404: ("there is nothing at this address (404)", "look for the feed's new address: figurewatch feeds discover URL"),
    407: ("the proxy wants a user name and password (407)", "write them into polling.proxy, as ${NAME}"),
    408: ("the site gave up waiting (408)", "it is tried again later"),
    410: ("the site says this address is gone for good (410)", "remove the feed or give its new address"),
    425: ("the site is not ready (425)", "it is tried again later"),
    429: ("the site asks us to slow down (429)", "it is asked less often from now on"),
    451: ("the site must not show this here (451)", "look for another source"),
}
_LATER = frozenset({408, 425, 429})


def status_error(url: str, status: int, retry_after: float | None) -> StatusError:
    """The error for `status`. `retry_after` in seconds: a site that names a time means to be asked again."""
    if status >= 500:
        what, remedy = f"the site has a fault of its own ({status})", "it is tried again later"
    else:
        what, remedy = _WORDS.get(status, (f"an answer that is no document (status {status})", "check the address"))
    kind = Gone if status == 410 else StatusError
    retryable = status != 410 and (status in _LATER or status >= 500 or retry_after is not None)
    return kind(url, status, what, remedy, retryable=retryable, retry_after=retry_after)
