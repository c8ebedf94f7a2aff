"""Which addresses may be contacted: public ones, and what the user has named."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

_BLANK = re.compile(r"[\x00-\x20\x7f]")
MAX_URL = 8_000  # longer ones break proxies and servers; no feed or article needs them

# What `is_global` calls global although packets to it end elsewhere than on the public internet, or are unwrapped by a
# gateway to an address that we cannot check (RFC 6052 NAT64, RFC 7526 6to4, RFC 9602, RFC 9637, RFC 3879).
_NEVER4 = tuple(ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24"))
_NEVER6 = tuple(
    ip_network(n)
    for n in (
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_REFERENCE = re.compile(r"\$\{\w+\}")
_SECRET_KEY = re.compile(
    r"key(?!words?$)|token|secret|sig|pass|pwd|auth(?!ors?$)|code|session|credential|jwt|hash", re.IGNORECASE
)


@lru_cache(maxsize=1_024)
def is_public(address: str) -> bool:
    """True if packets to this literal IP address reach the public internet and nothing else.

    A v4 address inside a v6 one (::ffff:a.b.c.d) is judged as itself; tunnels and translators are never public.
    """
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:
        return False  # a zone id names a network interface of this machine
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in net for net in _NEVER6 if isinstance(net, IPv6Network)):
            return False
    elif any(ip in net for net in _NEVER4):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class Guard:
    """Decides at connect. `allow` holds `host:port` texts (port 80 or 443 may be left out) that may be private.

    The host is compared as it is written in the URL: a public name that resolves to an allowed private address
    stays refused, so that nobody else's DNS can reach a service that the user opened for one name.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allow = frozenset(_host_port(entry) for entry in allow)

    def allows(self, host: str, port: int, address: str) -> bool:
        """May a connection for `host`:`port` go to the literal `address`?"""
        return is_public(address) or self.names(host, port)

    def names(self, host: str, port: int) -> bool:
        """Has the user named this host and port?"""
        bare = host.strip("[]").lower().rstrip(".")
        return (bare, port) in self._allow or ((bare, None) in self._allow and port in _DEFAULT_PORTS.values())


def _host_port(entry: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{entry.strip()}" if "//" not in entry else entry.strip())
    return (parts.hostname or "").rstrip("."), parts.port


def split_url(url: str) -> SplitResult | None:
    """The parts of an absolute http(s) URL with a host and a valid port, None for everything else."""
    if len(url) > MAX_URL or _BLANK.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        return None
    return parts


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what may see the same headers."""
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS[parts.scheme]


def shown(url: str, *, secret: bool = False) -> str:
    """The URL as it may stand in errors and logs: no userinfo, no values of secret-looking parameters, one line.

    `secret`: the whole path is one (webhooks); only scheme and host remain.
    """
    line = "".join(c if c.isprintable() else "?" for c in url[:2_000])
    try:
        parts = urlsplit(line)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "(an address that cannot be read)"
    if secret:
        return f"{parts.scheme}://{host}/…"
    query = "&".join(_masked(pair) for pair in parts.query.split("&")) if parts.query else ""
    text = f"{parts.scheme}://{host}{parts.path}" if parts.netloc else f"{parts.scheme}:{parts.path}"
    text = text + (f"?{query}" if query else "")
    return text if len(text) <= 300 else text[:299] + "…"


def keeps_secret(url: str) -> bool:
    """Whether a user name, a password or a secret-looking parameter stands in the URL, or ${NAME} for one."""
    parts = urlsplit(url)
    return "@" in parts.netloc or "${" in url or any(_secret_value(pair) for pair in parts.query.split("&"))


def home_of(url: str) -> str:
    """The front page of the site behind a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


def masked(url: str) -> str:
    """The URL with the values of secret-looking parameters blanked, every other character as it is."""
    rest, hash_, fragment = url.partition("#")
    head, mark, query = rest.partition("?")
    return head + mark + "&".join(_masked(pair) for pair in query.split("&")) + hash_ + fragment


def keys_in(url: str) -> set[str]:
    """The values of secret-looking parameters that look like keys: eight characters or more, a digit among them.

    These are safe to be blanked wherever they turn up; a shorter word may be one of a sentence.
    """
    values = {_secret_value(pair) for pair in url.partition("?")[2].partition("#")[0].split("&")}
    return {value for value in values if len(value) >= 8 and any(char.isdigit() for char in value)}


def _masked(pair: str) -> str:
    value = _secret_value(pair)
    return f"{pair.partition('=')[0]}=…" if value and not _REFERENCE.fullmatch(value) else pair


def _secret_value(pair: str) -> str:
    key, _, value = pair.partition("=")
    return value if _SECRET_KEY.search(key) else ""
