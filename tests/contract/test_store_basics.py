"""Columns keep what they are given, transactions are whole, and the schema is the migrations' sum."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from samples import NOON, after
from sqlalchemy import Column, MetaData, String, Table, insert, select

from monitor.core.errors import StoreError
from monitor.store import facts
from monitor.store.schema import metadata
from monitor.store.store import Store
from monitor.store.types import Exact, Json, SafeText, Utc, exact, storable

_side = MetaData()
_values = Table("odd_values", _side, Column("id", String(8), primary_key=True), Column("number", Exact),
                Column("at", Utc), Column("text", SafeText), Column("json", Json))  # fmt: skip


def there_and_back(store: Store, **values: object) -> object:
    with store.write() as tx:
        _side.create_all(tx)
        tx.execute(_values.delete())
        tx.execute(insert(_values).values(id="x", **values))
    with store.read() as tx:
        return tx.execute(select(_values.c[next(iter(values))])).scalar()


FEW = examples(20, HealthCheck.function_scoped_fixture)


@FEW
@given(number=st.decimals(allow_nan=False, allow_infinity=False))
def test_every_digit_of_a_number_comes_back(store: Store, number: Decimal) -> None:
    found = there_and_back(store, number=number)
    assert isinstance(found, Decimal)
    assert found == number


@FEW
@given(
    at=st.datetimes(datetime(1971, 1, 1), datetime(2400, 1, 1)),  # noqa: DTZ001  hypothesis wants bounds without a zone
    hours=st.integers(-12, 14),
)
def test_an_instant_comes_back_the_same_and_in_utc(store: Store, at: datetime, hours: int) -> None:
    aware = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    found = there_and_back(store, at=aware)
    assert isinstance(found, datetime)
    assert found == aware
    assert found.utcoffset() == timedelta()


@FEW
@given(text=st.text(alphabet=st.characters()))
def test_any_text_is_stored_at_its_own_length(store: Store, text: str) -> None:
    found = there_and_back(store, text=text)
    assert isinstance(found, str)
    assert len(found) == len(text)
    assert found == storable(text)


def test_json_with_half_a_letter_or_a_huge_number_is_stored_all_the_same(store: Store) -> None:
    assert there_and_back(store, json=["half \ud83d", "whole ü", 2**70]) == ["half \ufffd", "whole ü", 2**70]


@FEW
@given(data=st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=8))
def test_json_comes_back_as_it_went(store: Store, data: object) -> None:
    if "\\u0000" not in ascii(data) and "\\x00" not in ascii(data) and "\\ud" not in ascii(data).lower():
        assert there_and_back(store, json=data) == data


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="without a zone"):
        there_and_back(store, at=datetime(2025, 1, 1))  # noqa: DTZ001  that is the point


def test_instants_sort_as_time(store: Store) -> None:
    with store.write() as tx:
        _side.create_all(tx)
        tx.execute(insert(_values), [{"id": str(n), "at": after(seconds=n / 7)} for n in (3, 1, 2)])
        assert tx.execute(select(_values.c.id).order_by(_values.c.at)).scalars().all() == ["1", "2", "3"]


def test_large_and_tiny_numbers_are_written_plainly() -> None:
    assert exact(Decimal("7.2E+10")) == "72000000000"
    assert exact(Decimal("1E+90")) == "1E+90"


def test_what_a_failed_transaction_wrote_is_not_there(store: Store) -> None:
    def half_way() -> None:
        with store.write() as tx:
            facts.put(tx, "half", "done", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with store.read() as tx:
        assert facts.get(tx, "half") is None


def test_a_fact_is_overwritten_with_its_moment(store: Store) -> None:
    with store.write() as tx:
        facts.put(tx, "last", "one", NOON)
        facts.put(tx, "last", "two", after(hours=1))
    with store.read() as tx:
        assert facts.get(tx, "last") == ("two", after(hours=1))


def test_the_migrations_make_exactly_the_schema(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        ours = [one for one in compare_metadata(context, metadata) if "alembic_version" not in str(one)]
    assert ours == []


def test_opening_twice_changes_nothing(store: Store, database_url: str) -> None:
    with store.write() as tx:
        facts.put(tx, "kept", "yes", NOON)
    again = Store.open(database_url) if not store.in_memory else store
    with again.read() as tx:
        assert facts.get(tx, "kept") == ("yes", NOON)
    again.close()


def test_a_database_of_a_newer_program_is_refused(store: Store, database_url: str) -> None:
    if store.in_memory:
        pytest.skip("a store in memory is always made by this program")
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer figurewatch"):
        Store.open(database_url)


def test_foreign_keys_are_enforced(store: Store) -> None:
    from monitor.store.schema import texts

    with pytest.raises(StoreError), store.write() as tx:
        tx.execute(insert(texts).values(article="nowhere", version=1, text="", seen_at=datetime.now(UTC)))


def test_a_store_that_rests_gives_back_memory_and_loses_nothing(store: Store) -> None:
    with store.write() as tx:
        facts.put(tx, "kept", "yes", NOON)
    ready = store.engine.pool.status()
    store.rest()
    assert store.engine.pool.status() == ready
    with store.read() as tx:
        assert facts.get(tx, "kept") == ("yes", NOON)
