"""Checked models -> the product's own frozen values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from monitor.config.model import (
    AudienceModel,
    Document,
    EmailModel,
    FeedModel,
    FileModel,
    RuleModel,
    SlackModel,
    SmtpModel,
    WebhookModel,
)
from monitor.config.paths import beside, data_directory
from monitor.config.values import Config, Polling, Retention, Watch, console_audience, feed_id
from monitor.core.types.audiences import AlertRule, Audience, Channel, ChannelKind, Schedule
from monitor.core.types.feeds import Feed
from monitor.sources.address import keys_in, masked

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def build(
    document: Document,
    path: Path,
    env: Mapping[str, str],
    *,
    database: str | None,
    secrets: frozenset[str],
    written: Sequence[str],
) -> Config:
    """The configuration. `database`: the environment's, which wins; `written`: the feeds' URLs as the file has them."""
    data_dir = data_directory(document.data_dir, path.absolute(), env)
    url = database or document.database or f"sqlite:///{data_dir / 'figurewatch.db'}"
    audiences = tuple(_audience(model, document.smtp, data_dir, path.absolute()) for model in document.alerts)
    polling, kept, watch = document.polling, document.retention, document.watch
    feeds = tuple(feed(model, polling.every, url) for model, url in zip(document.feeds, written, strict=True))
    keys = {key for one in feeds for key in keys_in(one.url)}
    return Config(
        path=path.absolute(),
        feeds=feeds,
        audiences=audiences or (console_audience(),),
        data_dir=data_dir,
        database_url=_with_driver(url),
        seeds_dir=beside(path.absolute(), document.seeds or "seeds"),
        contact=document.contact,
        allow_hosts=frozenset(document.allow_hosts),
        polling=Polling(connections=polling.connections, robots=polling.robots, proxy=polling.proxy),
        metrics=tuple(beside(path.absolute(), name) for name in document.metrics),
        topics=tuple(beside(path.absolute(), name) for name in document.topics),
        retention=Retention(kept.entries, kept.articles, kept.digests),
        watch=Watch(silent_after=watch.silent_after, ping_url=watch.ping_url),
        secrets=tuple(sorted(secrets | keys)),
    )


def feed(model: FeedModel, every: timedelta | None, written: str) -> Feed:
    """One source, its name made up from the URL where none is given; `every` is for feeds that say nothing.

    `written`: its URL as the file has it, ${NAME} in the place of secrets: what identifies it while keys come and go.
    """
    shown = shown_url(written.strip(), model.url)
    return Feed(
        id=feed_id(written.strip()),
        url=model.url,
        name=model.name or _name(shown),
        kind=model.kind,
        every=model.every or every,
        language=model.language,
        tags=tuple(model.tags),
        headers=tuple(model.headers.items()),
        enabled=model.enabled,
        shown=shown,
    )


def shown_url(written: str, url: str) -> str:
    """A feed's URL without secrets: as written, less keys in the clear; the host alone if that comes from outside."""
    if "${" in written.partition("://")[2].partition("/")[0].partition("?")[0] or "://" not in written:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}/…"
    return masked(written)


def _name(url: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"(^|/)(feeds?|rss|atom|index)(\.\w+)?(?=/|$)|\.(xml|rss|atom|json)$", "", parts.path).strip("/")
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}/{path}"[:80] if path else host


def _with_driver(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _audience(model: AudienceModel, smtp: SmtpModel, data_dir: Path, path: Path) -> Audience:
    when = model.schedule
    return Audience(
        name=model.name,
        channels=tuple(_channels(model, smtp, data_dir, path)),
        schedule=Schedule(
            every=when.every, at=tuple(sorted(set(when.at))), weekdays=when.days, zone=when.zone, quiet=when.quiet
        ),
        rules=_rules(model),
        language=model.language,
        show_conflicts=model.conflicts,
    )


def _rules(model: AudienceModel) -> tuple[AlertRule, ...]:
    if model.rules:
        return tuple(_rule(rule) for rule in model.rules)
    short = RuleModel(
        metrics=model.metrics or ["*"], min_absolute=model.min_absolute, min_percent=model.min_percent, direction=None
    )
    return (_rule(short),)


def _rule(model: RuleModel) -> AlertRule:
    return AlertRule(
        metrics=tuple(model.metrics),
        min_absolute=model.min_absolute,
        min_percent=model.min_percent,
        direction=model.direction,
        kinds=frozenset(model.kinds),
        sources=frozenset(model.sources),
        drop=model.drop,
    )


def _channels(model: AudienceModel, smtp: SmtpModel, data_dir: Path, path: Path) -> Iterator[Channel]:
    """The audience's channels, in a fixed order, named `AUDIENCE.kind`, `AUDIENCE.kind-2`, …"""
    slug = re.sub(r"[^\w-]+", "-", model.name.casefold()).strip("-") or "audience"

    def name(kind: ChannelKind, index: int) -> str:
        return f"{slug}.{kind}" if index == 0 else f"{slug}.{kind}-{index + 1}"

    together: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for mail in model.email:  # addresses of one server are one channel with several recipients
        together.setdefault(_email_settings(mail, smtp, path), []).extend(mail.to)
    for index, (settings, people) in enumerate(together.items()):
        yield Channel(name(ChannelKind.EMAIL, index), ChannelKind.EMAIL, tuple(dict.fromkeys(people)), settings)
    for index, slack in enumerate(model.slack):
        yield _slack(name(ChannelKind.SLACK, index), slack)
    for index, hook in enumerate(model.webhook):
        yield _webhook(name(ChannelKind.WEBHOOK, index), hook)
    for index, file in enumerate(model.file):
        yield _file(name(ChannelKind.FILE, index), file, data_dir)
    if model.console:
        yield Channel(name(ChannelKind.CONSOLE, 0), ChannelKind.CONSOLE, ("console",))


def _email_settings(mail: EmailModel, smtp: SmtpModel, path: Path) -> tuple[tuple[str, str], ...]:
    security = mail.security or smtp.security or "starttls"
    found = {
        "host": mail.host or smtp.host,
        "port": str(mail.port or smtp.port or _PORTS[security]),
        "security": security,
        "username": mail.username or smtp.username,
        "password": mail.password or smtp.password,
        "sender": mail.sender or smtp.sender,
        "ca_file": str(beside(path, ca_file)) if (ca_file := mail.ca_file or smtp.ca_file) else None,
    }
    return _settings(found)


def _slack(id_: str, slack: SlackModel) -> Channel:
    where = slack.channel or "webhook"
    found = {"url": slack.url, "token": slack.token, "channel": slack.channel}
    return Channel(id_, ChannelKind.SLACK, (where,), _settings(found))


def _webhook(id_: str, hook: WebhookModel) -> Channel:
    host = urlsplit(hook.url).hostname or "webhook"
    found = {"url": hook.url, "secret": hook.secret, "authorization": hook.authorization}
    return Channel(id_, ChannelKind.WEBHOOK, (host,), _settings(found))


def _file(id_: str, file: FileModel, data_dir: Path) -> Channel:
    path = str(data_dir / Path(file.path).expanduser())
    return Channel(id_, ChannelKind.FILE, (path,), _settings({"path": path, "formats": ",".join(file.formats) or None}))


def _settings(found: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in found.items() if value is not None)
