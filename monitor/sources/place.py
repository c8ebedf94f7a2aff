"""Where an http(s) address leads: taken apart once a hop, and most addresses at sight."""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlunsplit

from monitor.sources.address import MAX_URL, origin, split_url

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Nothing has to be decoded, completed or left out in it; a path parameter (;) or an empty query (?) may have to be.
_PLAIN = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?"
    r"(/[A-Za-z0-9._~/%:@!$&'()*+,=-]*+)?(\?[A-Za-z0-9._~/%:@!$&'()*+,=?-]++)?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a request needs to know of an address. `url`: as it is asked for, without login and fragment.

    `login`: the Authorization header that the user's address stands for, "" without a user name.
    """

    url: str
    scheme: str
    host: str  # lower case, without brackets
    port: int
    login: str = field(default="", repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        """What may see the same headers."""
        return self.scheme, self.host, self.port

    @property
    def key(self) -> str:
        """What politeness counts: one host and port."""
        return f"{self.host}:{self.port}"


def place_of(url: str) -> Place | None:
    """The place of an absolute http(s) URL with a host and a valid port, None for everything else."""
    plain = _plain(url)
    if plain is None:
        parts = split_url(url)
        return None if parts is None else _slowly(parts)
    scheme, host, port, path, query = plain.groups()
    whole = url if path else f"{scheme}://{host}{f':{port}' if port else ''}/{query or ''}"
    return Place(whole, scheme, host, int(port) if port else _DEFAULT_PORTS[scheme])


def is_absolute(url: str) -> bool:
    """Whether a link is, at sight, a whole address that no base changes; False where that takes a closer look."""
    return _plain(url) is not None


def _plain(url: str) -> re.Match[str] | None:
    found = _PLAIN.fullmatch(url) if len(url) <= MAX_URL else None
    return found if found and int(found[3] or 1) <= 65_535 else None


def _slowly(parts: SplitResult) -> Place:
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
    return Place(url, *origin(parts), _login(parts))


def _login(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
