"""Column types that keep what they are given: exact decimals, instants in UTC, text any database accepts, JSON.

SQLAlchemy's Numeric loses digits on SQLite and its DateTime drops the zone, so both are replaced.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_MANY = 40  # digits
_ISO = "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"  # faster than isoformat, which looks at the zone


class Exact(TypeDecorator[Decimal]):
    """A Decimal as text: every digit comes back, on every database. Not for ordering in SQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is the library's
        return None if value is None else exact(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - the signature is the library's
        return None if value is None else Decimal(value)


class Utc(TypeDecorator[datetime]):
    """An aware instant. SQLite holds fixed-width ISO text, which sorts as time; PostgreSQL a timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = String(27) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:  # noqa: ARG002 - the signature is the library's
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is the library's
        found: datetime | None = None if value is None else value.astimezone(UTC)
        return found

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Without SQLAlchemy's two functions around ours: claims and polls are mostly instants."""
        return _instant if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """The same for what is read."""
        return _read_instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class SafeText(TypeDecorator[str]):
    """Text without the two things PostgreSQL refuses, NUL and lone surrogates, replaced one for one: offsets hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is the library's
        return _safe(value)


class Json(TypeDecorator[Any]):
    """A value as JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is the library's
        return _json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature is the library's
        return None if value is None else json.loads(value)


def converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns a column's values into the driver's, with as little around it as can be; None: nothing need be done.

    It is what SQLAlchemy's own processor would do, which calls three functions for each value.
    """
    if isinstance(kind, SafeText):
        return _safe
    if isinstance(kind, Json):
        return _json
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _safe(value: str | None) -> str | None:
    return None if value is None else storable(value)


def _json(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _read_instant(value: str | None) -> datetime | None:
    if value is None:
        return None
    # fromisoformat reads the fixed format far faster than strptime, its Z included
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo is UTC else instant.replace(tzinfo=UTC)


def _instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is UTC:
        return iso(value)
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
    return iso(value.astimezone(UTC))


def json_text(value: Any) -> str:
    """A value as JSON without blanks, in text that any database takes."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # lone surrogates, whole numbers beyond 64 bits
        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def exact(value: Decimal) -> str:
    """The Decimal in plain digits where they are few, else with an exponent; `Decimal(exact(v)) == v`."""
    text = str(value)
    if "E" not in text or abs(value.adjusted()) >= _MANY:
        return text
    return format(value, "f")


def iso(value: datetime) -> str:
    """A UTC instant in the fixed-width form that sorts as text."""
    return _ISO % (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)


def storable(text: str) -> str:
    """`text` with NUL as a space and lone surrogates as U+FFFD; the same length."""
    if "\0" in text:
        text = text.replace("\0", " ")
    if text.isascii():  # known without looking at the letters
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text
