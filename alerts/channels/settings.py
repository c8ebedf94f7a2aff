"""Which settings each kind of channel takes, and what is wrong with a given set: checked before anything is sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from alerts.address import is_address
from alerts.channels.base import ChannelConfigError

SECURITIES = ("starttls", "tls", "none")
FILE_FORMATS = ("text", "html", "json", "eml", "slack")


@dataclass(frozen=True, slots=True)
class KindSettings:
    """`required` holds alternatives: one of its sets must be complete. `secret` ones never leave the process."""

    required: tuple[frozenset[str], ...]
    optional: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Every key that the kind understands."""
        return self.optional.union(*self.required)


SETTINGS: Mapping[str, KindSettings] = {
    "email": KindSettings(
        required=(frozenset({"host", "sender"}),),
        optional=frozenset({"port", "security", "username", "password", "timeout", "ca_file"}),
        secret=frozenset({"password"}),
    ),
    "slack": KindSettings(
        required=(frozenset({"url"}), frozenset({"token", "channel"})), secret=frozenset({"url", "token"})
    ),
    "webhook": KindSettings(
        required=(frozenset({"url"}),),
        optional=frozenset({"secret", "authorization"}),
        secret=frozenset({"url", "secret", "authorization"}),
    ),
    "file": KindSettings(required=(frozenset({"path"}),), optional=frozenset({"formats"})),
    "console": KindSettings(required=(frozenset(),)),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot work, in words; never holds a secret's value."""

    key: str
    problem: str
    remedy: str


def required_settings(kind: str) -> tuple[frozenset[str], ...]:
    """The alternatives of required keys of a kind; raises ChannelConfigError for a kind that does not exist."""
    return _kind(kind, kind).required


def secret_values(kind: str, settings: Mapping[str, str]) -> tuple[str, ...]:
    """The values that must never be shown."""
    return tuple(settings[key] for key in sorted(SETTINGS[kind].secret) if settings.get(key))


def problems(kind: str, settings: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything that is wrong with `settings`, in the order of the keys; () when they can work."""
    spec = _kind(kind, kind)
    found = [
        Problem(key, "is not a setting of this kind of channel", f"use one of: {', '.join(sorted(spec.known))}")
        for key in sorted(settings.keys() - spec.known)
    ]
    given = {key for key, value in settings.items() if value}
    if not any(needed <= given for needed in spec.required):
        nearest = min(spec.required, key=lambda needed: (-len(needed & given), len(needed)))
        found += [Problem(key, "is missing", _alternatives(spec)) for key in sorted(nearest - given)]
    for key in sorted(given & spec.known):
        found += [Problem(key, problem, remedy) for problem, remedy in _value_problems(key, settings[key])]
    return tuple(found + list(_email_problems(settings) if kind == "email" else ()))


def check(kind: str, channel_id: str, settings: Mapping[str, str]) -> None:
    """Raise ChannelConfigError for the first problem."""
    _kind(kind, channel_id)
    for found in problems(kind, settings):
        raise ChannelConfigError(channel_id, found.key, found.problem, found.remedy)


def _kind(kind: str, channel_id: str) -> KindSettings:
    if kind not in SETTINGS:
        raise ChannelConfigError(channel_id, "kind", f"{kind!r} is no channel", f"use one of: {', '.join(SETTINGS)}")
    return SETTINGS[kind]


def _alternatives(spec: KindSettings) -> str:
    return "set " + ", or ".join(" and ".join(sorted(needed)) for needed in spec.required)


def _value_problems(key: str, value: str) -> Iterator[tuple[str, str]]:
    """Problems of one value by itself; the value is not repeated, it may be secret."""
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        yield "holds a line break or another control character", "remove it; did the secret's file end in a newline?"
    elif key == "url" and not _is_web_url(value):
        yield "is not a web address", "write the whole URL, beginning with https://"
    elif key == "port" and not (re.fullmatch(r"[0-9]{1,5}", value) and 0 < int(value) < 65536):
        yield "is not a port", "write a number from 1 to 65535, such as 587"
    elif key == "timeout" and not (re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", value) and float(value) > 0):
        yield "is not a number of seconds", "write a number up to 999, such as 30"
    elif key == "security" and value not in SECURITIES:
        yield f"{value!r} is not known", f"use one of: {', '.join(SECURITIES)}"
    elif key == "sender" and not is_address(value):
        yield f"{value!r} is not an email address", "write it as alerts@example.org"
    elif key == "ca_file" and not Path(value).is_file():
        yield f"there is no file {value!r}", "give the path of a PEM file, or leave it out for the system's authorities"
    elif key == "formats" and not _formats(value) <= set(FILE_FORMATS):
        yield "has an unknown format", f"use a comma-separated choice of: {', '.join(FILE_FORMATS)}"


def _formats(value: str) -> set[str]:
    return {name.strip() for name in value.split(",")}


def _is_web_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        return False


def _email_problems(settings: Mapping[str, str]) -> Iterator[Problem]:
    if bool(settings.get("username")) != bool(settings.get("password")):
        missing = "password" if settings.get("username") else "username"
        yield Problem(missing, "is missing beside its pair", "set both username and password, or neither")
    if settings.get("password") and settings.get("security") == "none":
        yield Problem("security", "none would send the password in the clear", "use starttls (port 587) or tls (465)")
