"""What must hold after any number of crashes: what was fed, what the ledger says, and what arrived are one story."""

from collections import Counter

from chaos.desks import Arrived
from chaos.life import Life
from chaos.newsroom import Fact
from monitor.core.judge import settle
from monitor.store import ledger
from monitor.store.store import Store


def check(life: Life) -> list[str]:
    """Every broken promise in words; an empty list when all held.

    A message may come twice only where a crash or a lost answer fell between send and mark: then it says so itself.
    """
    facts = [fact for fact, _ in life.newsroom.published]
    faults = ledger_faults(life, facts)
    for name, desk in life.desks.items():
        faults += [f"{name}: {fault}" for fault in delivery_faults(desk.arrived, facts, listed(life, name))]
    return faults


def ledger_faults(life: Life, facts: list[Fact]) -> list[str]:
    """One change a published fact, each series the fold of its readings."""
    rows = life.rows("select r.low from changes c join readings r on r.id = c.reading")
    told = Counter(f"{float(str(low)) / 1e9:.2f}" for (low,) in rows)
    known = {fact.value for fact in facts}
    faults = [f"lost: no change for {fact.title}" for fact in facts if not told[fact.value]]
    faults += [f"changed twice: {value}" for value, count in told.items() if count > 1]
    faults += [f"invented: {value}" for value in told if value not in known]
    parked = life.one("select count(*) from entries where state = 'parked'")
    return faults + ([f"{parked} entries parked"] if parked else []) + fold_faults(life.database)


def fold_faults(database: str) -> list[str]:
    """Series whose row is not what its readings settle to."""
    store = Store.open(database, migrate=False)
    try:
        faults = []
        with store.read() as tx:
            for state in ledger.states(tx):
                history = ledger.series_histories(tx, [state.key])[state.key]
                settled = settle(history.readings)
                if settled is None or settled.claim != state.claim:
                    faults.append(f"ledger: {state.key} is {state.claim}, its readings settle to {settled}")
        return faults
    finally:
        store.close()


def listed(life: Life, channel: str) -> str:
    """The digests that a channel's list of failures names, as text.

    Their one repeat had its answer lost, or they were being sent at five kills in a row.
    """
    rows = life.rows(
        "select g.message, d.error from deliveries d join digests g on g.id = d.digest "
        f"where d.state in ('dead', 'parked') and d.channel = 'desk.{channel}'"
    )
    return "\n".join(str(message) for message, error in rows if error is None or "answer was lost" in str(error))


def delivery_faults(arrived: list[Arrived], facts: list[Fact], listed: str) -> list[str]:
    """Facts that never arrived and are not listed, or arrived in two digests, or twice without saying so."""
    faults = []
    by_id: dict[tuple[str, str], list[Arrived]] = {}
    for message in arrived:
        by_id.setdefault((message.id, message.part), []).append(message)
    for fact in facts:
        digests = {m.id for m in arrived if fact.value in m.values()}
        if not digests and f"${fact.value}" not in listed:
            faults.append(f"lost: {fact.title} never arrived")
        if len(digests) > 1:
            faults.append(f"twice: {fact.title} arrived in {len(digests)} digests")
    for (name, part), copies in by_id.items():
        unmarked = [m for m in copies[1:] if not m.repeat]
        if unmarked:
            faults.append(f"twice: digest {name} {part} came {len(copies)} times, {len(unmarked)} without saying so")
    return faults
