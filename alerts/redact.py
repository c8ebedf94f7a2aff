"""Keeps secrets, and anything a terminal or a log line would stumble over, out of the words about a failure."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit

MASK = "***"
LONGEST = 300


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` on one line, at most 300 characters, with every form of every secret replaced by ***.

    A server may echo what it was sent, so base64 and percent-encoded forms are looked for as well, and the path and
    the query of secret URLs by themselves (Slack's webhook path *is* the secret).
    """
    text = veil(text, secrets)
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", " ", text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def veil(text: str, secrets: Iterable[str]) -> str:
    """`text` as it is, with every form of every secret replaced by ***."""
    for form in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> Iterable[str]:
    parts = [secret, *(word for word in secret.split() if len(word) >= 8)]  # "Bearer TOKEN": the token alone too
    if re.match(r"https?://", secret):
        split = urlsplit(secret)
        parts += [split.path, split.query, split.password or ""]
        parts += [segment for segment in split.path.split("/") if len(segment) >= 8]  # not "api" or "v1"
    for part in parts:
        if len(part) >= 4:  # shorter ones would black out ordinary words
            raw = part.encode("utf-8", "surrogatepass")
            encoded = base64.b64encode(raw).decode("ascii")
            yield from (part, repr(part)[1:-1], quote(raw), quote(raw, safe=""), quote_plus(raw))
            yield from (encoded, encoded.rstrip("="))
