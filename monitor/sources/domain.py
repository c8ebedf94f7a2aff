"""Whose page it is: the registered domain, so that subdomains of one publisher are one source."""

from functools import lru_cache
from ipaddress import ip_address

from monitor.sources.address import split_url


@lru_cache(maxsize=4_096)
def publisher_of(url: str) -> str:
    """The registered domain of a URL ("news.bbc.co.uk" -> "bbc.co.uk").

    Hosts outside the public suffix list (IP addresses, local names) are taken with their port: on one machine, two
    ports are two publishers. "" for what is no http(s) URL.
    """
    parts = split_url(url)
    if parts is None or not parts.hostname:
        return ""
    host = parts.hostname.rstrip(".")
    from tld import get_fld  # reads its list of suffixes at the first call

    if not _is_ip(host):
        found = get_fld(f"http://{host}/", fail_silently=True)
        if found:
            return str(found)
    return f"{host}:{parts.port}" if parts.port else host


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
