"""What can go wrong between an address and an entry or article, in words a person can act on.

SourceError (1)
  FetchError            the address gave nothing usable
    BadAddress          not an http(s) URL we open
    Refused             the address lies in a private or reserved network
    Denied              robots.txt asks robots to stay away
    Unreachable         no connection: name, network or TLS
    TooSlow             the total deadline passed
    TooLarge            more bytes than the limit
    BadAnswer           an answer that is no sound HTTP, or whose body is cut or wrongly coded
    TooManyRedirects    more than the allowed hops
    StatusError         an HTTP status that is no success
      Gone              410: stop asking
  DocumentError         the bytes came, and are not what was asked for
    NotAFeed            neither RSS, Atom nor JSON Feed
    NoText              a page without readable text
    TooHard             parsing took more time or memory than a document is given
"""

# ruff: noqa: N818  the names are the words users see, as in core.errors
from monitor.core.errors import FigurewatchError


class SourceError(FigurewatchError):
    """Something outside failed. `url` is the address as it may be shown: without secrets."""

    retryable = False

    def __init__(self, url: str, what: str, remedy: str = "") -> None:
        super().__init__(f"{url}: {what}" + (f"; {remedy}" if remedy else ""))
        self.url = url
        self.what = what
        self.remedy = remedy


class FetchError(SourceError):
    """The address gave nothing usable.

    `retryable`: the same request may work later. `retry_after`: seconds the other side asked to wait, at most a day.
    `may_have_arrived`: the request may have reached the other side (what a sender of messages must know).
    """

    def __init__(
        self,
        url: str,
        what: str,
        remedy: str = "",
        *,
        retry_after: float | None = None,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(url, what, remedy)
        self.retry_after = retry_after
        self.may_have_arrived = may_have_arrived


class BadAddress(FetchError):
    """Not an http(s) URL that can be opened."""


class Refused(FetchError):
    """The host resolves to an address in a private, local or reserved network."""


class Denied(FetchError):
    """The site's robots.txt asks robots to stay away from this address."""


class Unreachable(FetchError):
    """No connection could be made or kept."""

    retryable = True


class TooSlow(FetchError):
    """The whole exchange took longer than its deadline."""

    retryable = True


class TooLarge(FetchError):
    """The answer is bigger than its limit, counted after decompression."""


class BadAnswer(FetchError):
    """The answer breaks HTTP, is cut short, or comes in a coding nobody asked for."""

    retryable = True


class TooManyRedirects(FetchError):
    """The address leads from one to the next without end."""


class StatusError(FetchError):
    """An HTTP status that is no success."""

    def __init__(
        self, url: str, status: int, what: str, remedy: str = "", *, retryable: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(url, what, remedy, retry_after=retry_after, may_have_arrived=True)
        self.status = status
        self.retryable = retryable


class Gone(StatusError):
    """410: the site says that this address will never answer again."""


class DocumentError(SourceError):
    """The bytes came, and are not what was asked for."""


class NotAFeed(DocumentError):
    """Neither RSS, Atom nor JSON Feed."""


class NoText(DocumentError):
    """A page from which no readable text could be taken."""


class Unforeseen(DocumentError):
    """Reading the document ended in something that nobody foresaw: a fault of this program or of a library."""


class TooHard(DocumentError):
    """Reading the document took more time or memory than one document is given."""
