"""A person rules on a reading that was held back: the series is judged again, and a change that follows is told."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.core.errors import FigurewatchError
from monitor.core.judge import SeriesHistory, judge_resolution, resolve, rulings, timeline
from monitor.core.types.ledger import Change, Conflict
from monitor.steps.world import World
from monitor.store import ledger
from monitor.store.ledger import SeriesState


async def rule(world: World, conflict_id: str, *, accept: bool, by: str) -> Change | None:
    """Accept or reject the held reading; the change it leads to, if any. Raises FigurewatchError for an unknown id."""
    return await world.write(lambda tx: _rule(tx, world, conflict_id, accept=accept, by=by))


def _rule(tx: Connection, world: World, conflict_id: str, *, accept: bool, by: str) -> Change | None:
    conflict = _find(tx, conflict_id)
    key, now = conflict.series, world.clock.now()
    ledger.lock_metrics(tx, [key.metric])
    stored = ledger.histories(tx, [key.metric])[key]
    rules = world.reader.rules(key.metric)
    resolved = resolve(conflict, accept=accept, by=by)
    history = SeriesHistory(tuple(stored.readings), tuple(stored.changes), tuple(stored.conflicts))
    decision = judge_resolution(history, resolved, rules)
    others = tuple(one for one in history.conflicts if one.id != conflict.id)
    standing = timeline(history.readings, rules, rulings(replace(history, conflicts=(*others, resolved)))).settled
    state = None
    if standing is not None:
        readings = len(history.readings)
        state = SeriesState(key, standing.claim, standing.status, standing.reading, standing.since, readings)
    made = ledger.record(tx, readings_added=(), version=0, decided=(decision,), settled={key: state}, now=now)
    return made[0] if made else None


def _find(tx: Connection, conflict_id: str) -> Conflict:
    found = [each for each, _ in ledger.open_conflicts(tx) if each.id.startswith(conflict_id)]
    if len(found) != 1:
        which = "several open conflicts begin" if found else "no open conflict begins"
        raise FigurewatchError(f"{which} with {conflict_id!r}; 'figurewatch conflicts list' shows their ids")
    return found[0]
