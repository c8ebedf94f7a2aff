"""One address for one page: trackers, mobile and AMP variants fold away; what may identify an article stays."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from monitor.core.dedup.trackers import NAMES, PREFIXES, VALUES, WORDY

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SUBDOMAINS = ("www.", "m.", "mobile.", "amp.", "mobil.", "touch.", "wap.")
_AMP_PATH = re.compile(r"(?i)/amp(?:\.html?)?/?$|\.amp(?=\.html?$|$)")
# Nothing folds away in it but the scheme, a subdomain and the last slash: no query, no escapes.
_PLAIN = re.compile(r"(https?)://([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?((?:/[A-Za-z0-9._~-]+)*+)/?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SHARED_SUFFIXES = frozenset("com co org net gov edu ac ne or go".split())
_WRAPPERS = {  # hosts whose address names another page in a parameter
    "google.com": ("/url", ("q", "url")),
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "out.reddit.com": ("", ("url",)),
    "t.umblr.com": ("/redirect", ("z",)),
}


def canonical_url(url: str) -> str:
    """The address that identifies a page, for comparing; not always one to fetch (http becomes https).

    Never raises: what is no http(s) address comes back without surrounding blanks.
    """
    text = url.strip()
    plain = _PLAIN.fullmatch(text)
    if plain and (found := _quickly(plain)):
        return found
    for _ in range(3):
        try:
            inner = _unwrapped(urlsplit(text))
        except ValueError:
            return text
        if inner is None:
            break
        text = inner
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
            return text
        return _rebuilt(parts)
    except ValueError:
        return text


def without_trackers(url: str) -> str:
    """The address as it was had, only without the parameters that say where the reader came from: a link to show.

    Never raises: what is no http(s) address comes back as it is.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.query:
        return url
    kept = [part for part in parts.query.split("&") if not _is_tracking(part)]
    query = "&".join(kept)
    return url if query == parts.query else parts._replace(query=query).geturl()


def _quickly(plain: re.Match[str]) -> str | None:
    """The same for most addresses, without taking them apart; None for what may be an AMP page or an index."""
    scheme, host, port, path = plain.groups()
    if "amp" in plain[0].lower() or "/index." in path or int(port or 0) > 65_535:
        return None
    if host.startswith(_SUBDOMAINS) or host.count(".") >= 3 or host[-1] == ".":
        host = _host(host)
    at = "" if port is None or int(port) == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"https://{host}{at}{path or '/'}"


def _rebuilt(parts: SplitResult) -> str:
    port = parts.port
    host = _host(parts.hostname or "")
    if port is not None and port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    query = _query(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"https://{host}{_path(parts.path)}{'?' + query if query else ''}{fragment}"


def _unwrapped(parts: SplitResult) -> str | None:
    """The page behind a redirecting or AMP-caching address; None for any other."""
    host = (parts.hostname or "").removeprefix("www.")
    if host in _WRAPPERS:
        path, names = _WRAPPERS[host]
        if not path or parts.path == path:
            values = dict(parse_qsl(parts.query))
            found = next((values[name] for name in names if values.get(name, "").startswith("http")), None)
            if found:
                return found
    amp = re.match(r"/(?:amp/|[cv]/)(?:s/)?([^/]+\.[^/]+(?:/.*)?)$", parts.path)
    if amp and (host.endswith("cdn.ampproject.org") or (host.startswith("google.") and parts.path.startswith("/amp/"))):
        return "https://" + amp[1] + (f"?{parts.query}" if parts.query else "")
    return None


def _host(host: str) -> str:
    """Lower case, ASCII, without www., m., amp. where a whole domain remains."""
    host = host.lower().rstrip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return host
    for prefix in _SUBDOMAINS:
        rest = host.removeprefix(prefix)
        if rest != host and _is_domain(rest):
            host = rest
    labels = host.split(".")
    if len(labels) >= 4 and labels[1] == "m":  # en.m.wikipedia.org
        host = ".".join([labels[0], *labels[2:]])
    return host


def _is_domain(host: str) -> bool:
    """Whether a name can stand by itself: "example.com" can, "com" and "co.uk" cannot."""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or host.replace(".", "").isdigit():
        return False
    return not (len(labels) == 2 and labels[0] in _SHARED_SUFFIXES)


def _path(path: str) -> str:
    path = _AMP_PATH.sub("", _escapes(path))
    path = re.sub(r"/(?:index\.(?:html?|php))$", "/", path)
    return path.rstrip("/") or "/"


def _escapes(text: str) -> str:
    """Percent escapes made one: upper case, none for what needs none; what must be escaped is."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(one, text), safe="%/:@!$&'()*+,;=~-._?")


def _query(query: str) -> str:
    """The parameters that may identify the article, sorted by name."""
    kept = []
    for part in re.split(r"[&;]", query):
        if not part:
            continue
        if not _is_tracking(part):
            kept.append((_escapes(part.partition("=")[0]), _escapes(part)))
    return "&".join(part for _, part in sorted(kept))


def _is_tracking(part: str) -> bool:
    """Whether `name=value`, as it stands in a query, is a tracker."""
    name, _, value = part.partition("=")
    return is_tracker(unquote(name), unquote(value))


def is_tracker(name: str, value: str) -> bool:
    """Whether a parameter only says where the reader came from."""
    lower = name.lower()
    if lower in NAMES or lower.startswith(PREFIXES):
        return True
    return lower in WORDY and (not value or value.lower() in VALUES)
