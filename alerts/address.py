"""Which strings may stand as an email address in a header and in an SMTP envelope."""

import re

_LOCAL = r"[^\s\x00-\x20\x7f\ud800-\udfff@<>()\[\]\\,;:\"]{1,64}"
_DOMAIN = r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*"
_ADDRESS = re.compile(rf"({_LOCAL})@({_DOMAIN})")


def is_address(text: str) -> bool:
    """A plain `local@domain` of at most 254 characters; quoted locals and address literals are not accepted."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and _dots_are_well_placed(text)


def domain_of(address: str) -> str:
    """The domain in its ASCII form; "localhost" when it has none."""
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("ascii").lower() or "localhost"
    except UnicodeError:
        return "localhost"


def _dots_are_well_placed(text: str) -> bool:
    local = text.partition("@")[0]
    return not (local.startswith(".") or local.endswith(".") or ".." in local)
