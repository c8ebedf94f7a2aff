"""The shape of feeds.yaml, as pydantic models: the one place a new key is added, with its meaning for editors."""

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from monitor.config import fields
from monitor.core.types.ledger import ChangeKind, Direction, SourceKind


def _text(pattern: str | None = None, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **({"pattern": pattern} if pattern else {}), **more})


class Many:
    """One value or a list of them; always a list once read."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def as_list(value: Any) -> Any:
            return value if isinstance(value, list) else [] if value is None else [value]

        return core_schema.no_info_before_validator_function(as_list, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


class Short:
    """A mapping that may be written as one word, which becomes the key `key` of it (or what `read` makes of it)."""

    def __init__(self, key: str, read: Callable[[Any], Any] | None = None) -> None:
        self.key, self.read = key, read

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def as_mapping(value: Any) -> Any:
            if isinstance(value, dict | list | BaseModel) or value is None:
                return value
            return self.read(value) if self.read else {self.key: value}

        return core_schema.no_info_before_validator_function(as_mapping, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


Duration = Annotated[
    timedelta, BeforeValidator(fields.duration), _text(fields.DURATION_PATTERN, examples=["30m", "6h"])
]
ClockTime = Annotated[time, BeforeValidator(fields.clock_time), _text(fields.TIME_PATTERN, examples=["08:30"])]
Quiet = Annotated[tuple[time, time], BeforeValidator(fields.quiet_hours), _text(None, examples=["22:00-07:00"])]
Weekdays = Annotated[
    frozenset[int],
    BeforeValidator(fields.weekdays),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}], "examples": ["mon-fri"]}
    ),
]
Zone = Annotated[str, BeforeValidator(fields.zone), _text(None, examples=["Europe/Berlin", "UTC"])]
WebUrl = Annotated[str, BeforeValidator(fields.web_url), _text(None, examples=["https://example.org/feed"])]
ProxyUrl = Annotated[str, BeforeValidator(fields.proxy_url), _text(None, examples=["http://proxy.example:3128"])]
HostPort = Annotated[str, BeforeValidator(fields.host_port), _text(None, examples=["127.0.0.1:8080"])]
Language = Annotated[str, BeforeValidator(fields.language_tag), _text(fields.LANGUAGE_PATTERN)]
MetricPattern = Annotated[str, BeforeValidator(fields.metric_pattern), _text(fields.METRIC_PATTERN)]
MailAddress = Annotated[str, BeforeValidator(fields.mail_address), _text(None, format="email")]
HeaderName = Annotated[str, BeforeValidator(fields.header_name), _text()]
HeaderValue = Annotated[str, BeforeValidator(fields.header_value), _text()]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Source = Literal[SourceKind.PRIMARY, SourceKind.PRESS, SourceKind.AGGREGATOR]
_SOURCES: tuple[Source, ...] = (SourceKind.PRIMARY, SourceKind.PRESS, SourceKind.AGGREGATOR)
Yes = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        """`polling:` with every line below commented out is the same as no `polling` at all."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


class FeedModel(_Model):
    """A source. A bare URL does; everything else has a default."""

    url: WebUrl = Field(description="Where the feed is: RSS, Atom or JSON Feed; secrets in it as ${NAME}.")
    name: Text | None = Field(default=None, description="What digests and commands call it. Default: the host.")
    kind: Source = Field(
        default=SourceKind.PRESS,
        description="primary (company, regulator), press, or aggregator.",
    )
    every: Duration | None = Field(default=None, description="How often to poll. Default: learnt from the feed.")
    language: Language | None = Field(default=None, description="The feed's language. Default: detected per text.")
    tags: list[Text] = Field(default_factory=list, description="Words to group feeds by in commands.")
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict, description="Sent with each request; secrets as ${NAME}."
    )
    enabled: Yes = Field(default=True, description="false: kept, not polled.")


class PollingModel(_Model):
    """How feeds are asked, unless a feed says otherwise."""

    every: Duration | None = Field(default=None, description="For feeds without their own. Default: learnt per feed.")
    connections: Whole = Field(default=128, ge=1, le=512, description="At once, over all hosts; never two to one host.")
    robots: Yes = Field(default=True, description="Open article pages only where robots.txt lets us.")
    proxy: ProxyUrl | None = Field(
        default=None, description="Where every request goes: http://host:port; user and password only as ${NAME}."
    )


class RetentionModel(_Model):
    """How long what no figure rests on is kept; figures and their evidence are kept for ever."""

    entries: Duration = Field(default=timedelta(days=180), description="Texts of entries that led to nothing.")
    articles: Duration = Field(default=timedelta(days=365), description="Articles without a tracked figure.")
    digests: Duration = Field(default=timedelta(days=730), description="Digests that were delivered.")


class WatchModel(_Model):
    """When you are told of trouble, and who watches the watcher."""

    silent_after: Duration = Field(
        default=timedelta(days=7),
        description="Tell me of a source without anything new for so long (or ten times its habit).",
    )
    ping_url: WebUrl | None = Field(default=None, description="A dead-man's switch, asked after each healthy round.")


Security = Literal["starttls", "tls", "none"]


class SmtpModel(_Model):
    """The mail server for every email audience that names none of its own."""

    host: Text | None = Field(default=None, description="The mail server's name.")
    port: Whole | None = Field(default=None, ge=1, le=65_535, description="Default: 587, 465 with tls, 25 with none.")
    security: Security | None = Field(default=None, description="starttls (default), tls, or none.")
    username: Text | None = Field(default=None, description="As ${NAME} or in the clear.")
    password: Text | None = Field(default=None, description="Only as ${NAME}.")
    sender: MailAddress | None = Field(default=None, description="The From address.")
    ca_file: Text | None = Field(default=None, description="A PEM file of authorities, for a server of your own.")


class EmailModel(SmtpModel):
    """An email audience. `email: you@example.org` does once `smtp` is given."""

    to: Annotated[list[MailAddress], Many()] = Field(description="One address or several.", min_length=1)


class SlackModel(_Model):
    """A Slack channel: an incoming webhook, or a bot token and a channel."""

    url: WebUrl | None = Field(default=None, description="An incoming webhook's URL, as ${NAME}.")
    token: Text | None = Field(default=None, description="A bot token, as ${NAME}.")
    channel: Text | None = Field(default=None, description="With a token: the channel's id or name.")


class WebhookModel(_Model):
    """A URL that gets the digest as JSON."""

    url: WebUrl = Field(description="Where to POST; secrets as ${NAME}.")
    secret: Text | None = Field(default=None, description="Signs the body (HMAC-SHA256); only as ${NAME}.")
    authorization: HeaderValue | None = Field(default=None, description="The Authorization header; only as ${NAME}.")


FileFormat = Literal["text", "html", "json", "eml", "slack"]


class FileModel(_Model):
    """A folder that digests are written to."""

    path: Text = Field(description="Relative to the data directory.")
    formats: Annotated[list[FileFormat], Many()] = Field(
        default_factory=list, description="text, html, json, eml or slack. Default: the channel's own choice."
    )


def _schedule_word(value: Any) -> Any:
    text = str(value).strip().lower()
    if text in {"at once", "immediately", "now"}:
        return {}
    if text.startswith("every "):
        return {"every": text.removeprefix("every ")}
    if text in {"daily", "weekdays", "hourly"}:
        return {"every": "1h"} if text == "hourly" else {"at": ["08:00"], "days": text}
    raise fields.mistake(
        f"{fields.shown(value)} is no schedule", 'write "at once", "every 6h", "daily", or keys: at, days, zone, quiet'
    )


class ScheduleModel(_Model):
    """When digests go out: at once, every N, or at times of day; quiet hours hold and never drop."""

    every: Duration | None = Field(default=None, description="At most one digest in this time.")
    at: Annotated[list[ClockTime], Many()] = Field(default_factory=list, description="At these times of day.")
    days: Weekdays = Field(default=frozenset(range(7)), description="Only on these days.")
    zone: Zone = Field(default="UTC", description="The time zone of all times here.")
    quiet: Quiet | None = Field(default=None, description="Hold digests between these times.")


class RuleModel(_Model):
    """Which changes are told; the first rule whose metrics match decides, what no rule matches is not told."""

    metrics: Annotated[list[MetricPattern], Many()] = Field(default_factory=lambda: ["*"], min_length=1)
    min_absolute: Decimal | None = Field(default=None, ge=0, description="Smallest change told, in the metric's unit.")
    min_percent: Decimal | None = Field(default=None, ge=0, description="Smallest change told, in percent.")
    direction: Literal[Direction.RAISED, Direction.LOWERED] | None = Field(default=None, description="Only this way.")
    kinds: Annotated[list[ChangeKind], Many()] = Field(default_factory=lambda: list(ChangeKind), min_length=1)
    sources: Annotated[list[Source], Many()] = Field(default_factory=lambda: list(_SOURCES), min_length=1)
    drop: Yes = Field(default=False, description="true: what matches is never told.")


class AudienceModel(_Model):
    """Who is told: one schedule, one set of rules, any number of channels."""

    name: Text = Field(description="Unique; what `figurewatch alerts` calls it.")
    schedule: Annotated[ScheduleModel, Short("", _schedule_word)] = Field(default_factory=ScheduleModel)
    metrics: Annotated[list[MetricPattern], Many()] = Field(
        default_factory=list, description="Short for one rule with these metrics."
    )
    min_absolute: Decimal | None = Field(default=None, ge=0, description="Goes with `metrics`: see rules.")
    min_percent: Decimal | None = Field(default=None, ge=0, description="Goes with `metrics`: see rules.")
    rules: list[RuleModel] = Field(default_factory=list, description="In order; the first that matches decides.")
    language: Language = Field(default="en", description="For the numbers and words of the digest.")
    conflicts: Yes = Field(default=False, description="Show readings that were held back, too.")
    email: Annotated[list[Annotated[EmailModel, Short("to")]], Many()] = Field(default_factory=list)
    slack: Annotated[list[Annotated[SlackModel, Short("url")]], Many()] = Field(default_factory=list)
    webhook: Annotated[list[Annotated[WebhookModel, Short("url")]], Many()] = Field(default_factory=list)
    file: Annotated[list[Annotated[FileModel, Short("path")]], Many()] = Field(default_factory=list)
    console: Yes = Field(default=False, description="Print digests where the program runs.")


class Document(_Model):
    """feeds.yaml."""

    feeds: list[Annotated[FeedModel, Short("url")]] = Field(description="The sources: URLs, or mappings.", min_length=1)
    alerts: list[AudienceModel] = Field(default_factory=list, description="Who is told. Default: the console.")
    smtp: SmtpModel = Field(default_factory=SmtpModel)
    contact: Text | None = Field(default=None, description="A mail address or URL, for webmasters to see.")
    database: Text | None = Field(default=None, description="sqlite:///FILE or postgresql://…; secrets as ${NAME}.")
    data_dir: Text | None = Field(default=None, description="Where the database and digests live.")
    seeds: Text | None = Field(default=None, description="The seed corpus. Default: seeds beside this file.")
    allow_hosts: list[HostPort] = Field(
        default_factory=list, description="Private or loopback servers that may be contacted, as host:port."
    )
    polling: PollingModel = Field(default_factory=PollingModel)
    metrics: Annotated[list[Text], Many()] = Field(default_factory=list, description="Files of metrics of your own.")
    topics: Annotated[list[Text], Many()] = Field(default_factory=list, description="Files of topics of your own.")
    retention: RetentionModel = Field(default_factory=RetentionModel)
    watch: WatchModel = Field(default_factory=WatchModel)


# The only places where ${NAME} is read; "*" stands for any key or index.
SECRET_PLACES: tuple[tuple[str, ...], ...] = (
    ("database",),
    ("feeds",),
    ("feeds", "url"),
    ("feeds", "headers", "*"),
    ("polling", "proxy"),
    ("watch", "ping_url"),
    ("smtp", "username"),
    ("smtp", "password"),
    ("alerts", "email", "username"),
    ("alerts", "email", "password"),
    ("alerts", "slack"),
    ("alerts", "slack", "url"),
    ("alerts", "slack", "token"),
    ("alerts", "webhook"),
    ("alerts", "webhook", "url"),
    ("alerts", "webhook", "secret"),
    ("alerts", "webhook", "authorization"),
)
# Where a value in the clear is refused: these are nothing but secrets.
SECRET_ONLY: frozenset[tuple[str, ...]] = frozenset(
    {
        ("smtp", "password"),
        ("alerts", "email", "password"),
        ("alerts", "slack", "token"),
        ("alerts", "webhook", "secret"),
        ("alerts", "webhook", "authorization"),
    }
)
