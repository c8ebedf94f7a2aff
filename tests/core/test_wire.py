"""Values come back from JSON as they were, or not at all."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.types.audiences import Audience
from monitor.core.types.feeds import Entry, Feed
from monitor.core.types.figures import Figure, Story
from monitor.core.types.ledger import SourceKind
from monitor.core.wire import Wire, plain


@dataclass(frozen=True, slots=True)
class Everything:
    when: datetime
    day: date
    clock: time
    span: timedelta
    amount: Decimal | None
    place: Path
    kinds: frozenset[SourceKind]
    pair: tuple[str, int]
    many: tuple[float, ...]
    yes: bool
    feed: Feed | None = None
    secret: str = field(default="", repr=False)


ONE = Everything(
    datetime(2025, 1, 29, 8, tzinfo=UTC), date(2025, 1, 29), time(8, 30), timedelta(days=-1, microseconds=3),
    Decimal("1E+3"), Path("/a/b"), frozenset({SourceKind.PRESS}), ("a\ud800", 3), (1.5, 2.0), True,
    Feed("1", "https://a.example/f", "A", every=timedelta(minutes=5), headers=(("X", "y"),)), "hunter2",
)  # fmt: skip


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    wire: Wire[Everything] = Wire(Everything)
    assert wire.loads(wire.dumps(ONE)) == ONE
    assert wire.value(json.loads(json.dumps(wire.plain(ONE)))) == ONE


@pytest.mark.parametrize("kind", [Entry, Feed, Audience, Story, Figure])
@given(data=st.data())
def test_every_value_of_the_product_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    one = data.draw(st.from_type(kind))
    wire: Wire[object] = Wire(kind)
    assert plain(wire.loads(wire.dumps(one))) == plain(one)  # in this form even NaN is equal to itself


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (str, 3), (int, "3"), (int, True), (Decimal, "many"), (Decimal, 3), (tuple[str, ...], "ab"), (date, "soon"),
        (tuple[str, int], ["a"]), (frozenset[str], {}), (Story, []), (Story, {"id": "a"}), (SourceKind, "rumour"),
        (Story, {"id": "a", "title": "", "text": "", "more": 1}), (timedelta, [1, "a"]), (str | None, 3),
    ],
)  # fmt: skip
def test_what_is_not_of_the_type_is_refused(kind: type, data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        Wire(kind).value(data)


def test_bytes_that_are_no_json_are_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        Wire(Story).loads(b"{")


@pytest.mark.parametrize("kind", [int | str, list[int], bytes, object])
def test_types_without_a_plain_form_are_named(kind: type) -> None:
    with pytest.raises(TypeError, match="plain form"):
        Wire(kind).value(None)
    with pytest.raises(TypeError, match="bytes has no plain form"):
        plain(b"")


def test_a_whole_number_is_a_float_where_one_is_due() -> None:
    found = Wire(tuple[float, ...]).value([2])
    assert found == (2.0,)
    assert isinstance(found[0], float)
