"""Structured logs on standard error: JSON for machines, aligned words on a terminal; never a secret in either."""

import logging
import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import IO, Any

import structlog

from alerts.redact import redact
from monitor.core.errors import FigurewatchError

LEVELS = ("debug", "info", "warning", "error")
_MASK = "***"
_SECRET_NAMES = ("password", "secret", "token", "authorization", "cookie", "api_key", "apikey")
_LONGEST = 2_000


class Redactor:
    """A processor that blanks secrets, in whatever value they turn up. `secrets` may be exchanged at a reload."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = tuple(secrets)

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        """The event with every secret replaced by ***."""
        return {key: self._clean(key, value) for key, value in event.items()}

    def _clean(self, key: str, value: Any) -> Any:
        if any(name in key.lower() for name in _SECRET_NAMES):
            return _MASK
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {str(name): self._clean(str(name), each) for name, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean("", each) for each in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._text(str(value))

    def _text(self, text: str) -> str:
        lines = text[:_LONGEST].split("\n")
        return "\n".join(redact(line, self.secrets) if line else line for line in lines)


_redactor = Redactor()


def set_secrets(secrets: Iterable[str]) -> None:
    """From now on, blank these values wherever they turn up in a log line."""
    _redactor.secrets = tuple(secrets)


def set_up(env: Mapping[str, str], *, level: str | None = None, stream: IO[str] | None = None) -> None:
    """Configure structlog and the standard library's logging, for this process. Raises FigurewatchError.

    FIGUREWATCH_LOG_LEVEL (debug, info, warning, error) and FIGUREWATCH_LOG_FORMAT (json, text) override; NO_COLOR is
    honoured. Standard error unless `stream` is given.
    """
    chosen = (level or env.get("FIGUREWATCH_LOG_LEVEL") or "info").lower()
    if chosen not in LEVELS:
        words = f"FIGUREWATCH_LOG_LEVEL: {chosen!r} is no level; use one of: {', '.join(LEVELS)}"
        raise FigurewatchError(words)
    target = stream if stream is not None else sys.stderr
    form = env.get("FIGUREWATCH_LOG_FORMAT") or ("text" if target.isatty() else "json")
    if form not in ("json", "text"):
        raise FigurewatchError(f"FIGUREWATCH_LOG_FORMAT: {form!r} is no format; use json or text")
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure if not env.get("FIGUREWATCH_DEBUG") else structlog.processors.format_exc_info,
        _redactor,
    ]
    renderer = _renderer(form, colours=target.isatty() and not env.get("NO_COLOR"))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, chosen.upper())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(getattr(logging, chosen.upper()))
    for chatty in ("apscheduler", "alembic", "httpx", "httpcore", "asyncio", "trafilatura"):
        logging.getLogger(chatty).setLevel(logging.DEBUG if chosen == "debug" else logging.WARNING)
    logging.captureWarnings(capture=True)


def logger() -> Any:
    """The product's log: `.info(event, key=value)`."""
    return structlog.get_logger("figurewatch")


def _renderer(form: str, *, colours: bool) -> list[Any]:
    if form == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=28)]


def _failure(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An exception as one line: kind, words and place; the traceback is for FIGUREWATCH_DEBUG."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    elif isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["fault"] = f"{type(info).__name__}: {info}"
        trace = info.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            code = trace.tb_frame.f_code
            event["at"] = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} {code.co_name}"  # noqa: PTH119  a frame names its file as text
    return event
