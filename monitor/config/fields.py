"""The small languages of feeds.yaml: durations, times, weekdays, zones, URLs, patterns. Each says how it is written."""

import re
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic_core import PydanticCustomError

from alerts.address import is_address

_DURATION = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
DURATION_PATTERN = r"^(?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$"
TIME_PATTERN = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
METRIC_PATTERN = r"^[a-z0-9_.*?-]+$"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_WORDS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}
_LONGEST = timedelta(days=36_500)


def mistake(wrong: str, remedy: str) -> PydanticCustomError:
    """An error that carries its remedy to the line that is printed. Its words may hold braces."""
    return PydanticCustomError("figurewatch", "{wrong}", {"wrong": wrong, "remedy": remedy})


def shown(value: object) -> str:
    """A value as an error may show it: short, on one line."""
    text = str(value).replace("\n", " ")
    return f'"{text if len(text) <= 60 else text[:57] + "…"}"'


def duration(value: Any) -> timedelta:
    """`90s`, `30m`, `6h`, `1d`, `2w`, or joined: `1h30m`."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower().replace(" ", "")
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise mistake(f"{shown(value)} is no duration", 'write a number with its unit: "90s", "30m", "6h" or "1d"')
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    result = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < result <= _LONGEST:
        raise mistake(f"{shown(value)} is out of range", "write a duration between 1s and 100 years")
    return result


def clock_time(value: Any) -> time:
    """`08:00`, a time of day on the 24-hour clock."""
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(str(value).strip())
    if match is None:
        raise mistake(f"{shown(value)} is no time of day", 'write hours and minutes on the 24-hour clock: "08:30"')
    return time(int(match[1]), int(match[2]))


def quiet_hours(value: Any) -> tuple[time, time]:
    """`22:00-07:00`; may pass midnight."""
    if isinstance(value, tuple):
        return value
    start, dash, end = str(value).replace("\N{EN DASH}", "-").partition("-")
    if not dash:
        raise mistake(f"{shown(value)} are no quiet hours", 'write two times with a dash between: "22:00-07:00"')
    hours = clock_time(start), clock_time(end)
    if hours[0] == hours[1]:
        raise mistake(f"quiet hours {shown(value)} never end", "give them two different times, or remove the line")
    return hours


def weekdays(value: Any) -> frozenset[int]:
    """`mon-fri`, `daily`, `weekdays`, `weekend`, `sat`, or a list of these. Monday is 0."""
    if isinstance(value, frozenset):
        return value
    parts = value if isinstance(value, list) else str(value).split(",")
    days = frozenset(day for part in parts for day in _weekday(str(part).strip().lower(), part))
    if not days:
        raise mistake("no day at all", 'name at least one: "mon-fri", "daily" or [mon, thu]')
    return days


def _weekday(text: str, written: object) -> tuple[int, ...]:
    if text in _DAY_WORDS:
        return tuple(_DAY_WORDS[text])
    first, dash, last = (part.strip()[:3] for part in text.partition("-"))
    whole = all(not part or part == day[:3] for part, day in ((first, first), (last, last)))
    if first in DAYS and (last in DAYS if dash else not last) and whole:
        start, end = DAYS.index(first), DAYS.index(last or first)
        return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))
    raise mistake(f"{shown(written)} is no weekday", "write mon, tue, …, mon-fri, weekdays, weekend or daily")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(value: Any) -> str:
    """A name of the IANA time zone database, as `Europe/Berlin`."""
    text = str(value).strip()
    if text in _zones():
        return text
    folded = {name.lower(): name for name in _zones()}
    close = get_close_matches(text.lower().replace(" ", "_"), folded, n=1, cutoff=0.6)
    towns = [name for name in _zones() if name.lower().endswith("/" + text.lower().replace(" ", "_"))]
    guess = towns[0] if towns else folded[close[0]] if close else "Europe/Berlin"
    hint = f'did you mean "{guess}"?' if towns or close else 'write a name as "Europe/Berlin" or "UTC"'
    raise mistake(f"{shown(value)} is no time zone", hint)


def web_url(value: Any) -> str:
    """An http or https URL with a host and without a password."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise mistake(f"{_without_query(text)} is no URL", 'write it as "https://example.org/feed"') from None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise mistake(f"{_without_query(text)} is no web address", 'write it in full, with "https://" in front')
    if re.search(r"[\s\x00-\x1f\x7f<>\"]", text):
        wrong = f"{_without_query(text)} has a character that no URL has"
        raise mistake(wrong, "remove spaces, quotes and angle brackets")
    if parts.username is not None or parts.password is not None:
        raise mistake("a user name or password in the URL", "send it in 'headers', from an environment variable")
    return text


def _without_query(url: str) -> str:
    """A URL as an error may show it: keys and passwords stand behind the question mark, or before the @."""
    text = re.sub(r"//[^/?#]*@", "//…@", url)
    cut = text.partition("?")[0]
    return shown(cut if cut == text else f"{cut}?…")


def proxy_url(value: Any) -> str:
    """`http://host:port` or `https://host:port`, with user name and password if the proxy wants them."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\x00-\x1f\x7f<>\"]", text):
        raise mistake("no proxy's address", 'write it as "http://proxy.example:3128"')
    if port is None:
        raise mistake("a proxy without its port", f'write it as "{parts.scheme}://{host}:3128"')
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise mistake("a proxy's address ends with its port", f'write "{parts.scheme}://{host}:{port}"')
    return text.rstrip("/")


def host_port(value: Any) -> str:
    """`host:port`, the port required: a door is opened for one server, not for a machine."""
    text = str(value).strip().lower()
    host, colon, port = text.rpartition(":")
    valid = colon and port.isdigit() and 0 < int(port[:6]) < 65_536
    if not valid or not re.fullmatch(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]", host):
        raise mistake(f"{shown(value)} is no host and port", 'write both: "intranet.example:8080"')
    return f"{host}:{int(port)}"


def language_tag(value: Any) -> str:
    """A BCP 47 tag, as `en` or `zh-Hant`."""
    text = str(value).strip().replace("_", "-")
    if not re.fullmatch(LANGUAGE_PATTERN, text):
        raise mistake(f"{shown(value)} is no language", 'write its code, as "en", "pt-BR" or "zh-Hant"')
    return text


def metric_pattern(value: Any) -> str:
    """A glob over metric ids, as `meta.datacenter.*`."""
    text = str(value).strip()
    if not re.fullmatch(METRIC_PATTERN, text):
        raise mistake(f"{shown(value)} is no metric pattern", 'write an id with * or ? in it, as "meta.datacenter.*"')
    return text


def mail_address(value: Any) -> str:
    """A bare address, as `name@example.org`."""
    text = str(value).strip()
    if not is_address(text):
        raise mistake(f"{shown(value)} is no mail address", 'write it as "name@example.org", without a name around it')
    return text


def header_name(value: Any) -> str:
    """An HTTP field name."""
    text = str(value)
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text):
        raise mistake(f"{shown(value)} is no header name", 'write a name as "Authorization"')
    return text


def header_value(value: Any) -> str:
    """An HTTP field value: one line."""
    text = str(value)
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
        raise mistake("a header's value has a line break or control character", "write it on one line")
    return text.strip()
