"""Single values worth remembering, by name."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store.schema import facts
from monitor.store.upsert import upsert


def put(tx: Connection, name: str, value: str, now: datetime) -> None:
    """Remember `value` under `name`, with the moment."""
    upsert(tx, facts, [{"name": name, "value": value, "at": now}])


def get(tx: Connection, name: str) -> tuple[str, datetime] | None:
    """The value and when it was put."""
    row = tx.execute(select(facts.c.value, facts.c.at).where(facts.c.name == name)).first()
    return (row.value, row.at) if row else None


def drop(tx: Connection, name: str) -> None:
    """Forget what is remembered under `name`."""
    tx.execute(delete(facts).where(facts.c.name == name))
