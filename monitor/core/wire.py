"""Frozen values to JSON and back, by their annotations: what processes of the product tell each other.

Nothing is ever unpickled, and what comes back is of the declared types or a ValueError.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read = Callable[[Any], Any]
_ISO: dict[type, _Read] = {datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat}


class Wire(Generic[T]):
    """The JSON form of one type: a dataclass, or tuples, sets, unions with None and plain values of such."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def plain(self, value: T) -> Any:
        """`value` as lists, mappings, text, numbers and None."""
        return plain(value)

    def value(self, data: Any) -> T:
        """The value that `data` is the plain form of. Raises ValueError when it is of none of this type."""
        found: T = _reader(self._kind)(data)
        return found

    def dumps(self, value: T) -> bytes:
        """`value` as JSON, in ASCII: lone surrogates survive."""
        return json.dumps(plain(value), separators=(",", ":")).encode("ascii")

    def loads(self, data: bytes) -> T:
        """The value in `data`. Raises ValueError when it is no JSON or not of this type."""
        return self.value(json.loads(data))


def plain(value: Any) -> Any:
    """A value in plain form, by what it is. Raises TypeError for what has none."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted((plain(one) for one in value), key=repr)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return [value.days, value.seconds, value.microseconds]
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


@cache
def _reader(kind: Any) -> _Read:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _optional(inner)
    if origin is tuple:
        return _tuple(inner)
    if origin is frozenset:
        one = _reader(inner[0])
        return lambda data: frozenset(one(each) for each in _of(list, data))
    if isinstance(kind, type):
        return _simple(kind)
    raise TypeError(f"{kind} has no plain form")


def _simple(kind: type) -> _Read:
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, Enum):
        return kind
    if kind in _ISO:
        return lambda data: _ISO[kind](_of(str, data))
    if kind is timedelta:
        return lambda data: timedelta(*(_of(int, each) for each in _of(list, data)))
    if kind is Decimal:
        return _decimal
    if kind is Path:
        return lambda data: Path(_of(str, data))
    if kind in (str, int, bool, float):
        return lambda data: _of(kind, data)
    raise TypeError(f"{kind.__name__} has no plain form")


def _dataclass(kind: type) -> _Read:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind) if field.init}

    def read(data: Any) -> Any:
        found = _of(dict, data)
        if found.keys() - readers.keys():
            raise ValueError(f"{kind.__name__} has no {min(found.keys() - readers.keys())}")
        try:
            return kind(**{name: readers[name](value) for name, value in found.items()})
        except TypeError as error:
            raise ValueError(str(error)) from None

    return read


def _optional(inner: tuple[Any, ...]) -> _Read:
    others = [_reader(each) for each in inner if each is not NoneType]
    if len(others) != 1 or len(inner) != 2:
        raise TypeError(f"{inner}: of unions only those with None have a plain form")
    return lambda data: None if data is None else others[0](data)


def _tuple(inner: tuple[Any, ...]) -> _Read:
    if len(inner) == 2 and inner[1] is Ellipsis:
        one = _reader(inner[0])
        return lambda data: tuple(one(each) for each in _of(list, data))
    each = [_reader(kind) for kind in inner]
    return lambda data: tuple(read(value) for read, value in zip(each, _of(list, data), strict=True))


def _decimal(data: Any) -> Decimal:
    try:
        return Decimal(_of(str, data))
    except InvalidOperation:
        raise ValueError("no number") from None


def _of(kind: type, data: Any) -> Any:
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{kind.__name__} expected, {type(data).__name__} found")
    return data
