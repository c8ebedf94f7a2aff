"""The one place that says "changed": each new reading is judged against all that its series ever held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core.judge.ids import aside_id, change_id, claim_text, conflict_id, is_aside, reading_id
from monitor.core.judge.kinds import direction_of
from monitor.core.judge.order import current_versions, is_baseline, is_silent, is_withdrawal, ledger_order
from monitor.core.judge.sameness import compare
from monitor.core.judge.settle import rulings
from monitor.core.judge.siblings import Beside, beside
from monitor.core.judge.timeline import timeline
from monitor.core.judge.values import Held, SeriesHistory, Step, Timeline, Verdict
from monitor.core.judge.words import claim_words
from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Conflict, Decision, MetricRules, Reading, SeriesKey

_PLANS = (Status.GUIDANCE, Status.TARGET)


def judge_readings(
    histories: Mapping[SeriesKey, SeriesHistory],
    incoming: Sequence[Reading],
    rules: Mapping[str, MetricRules],
    told: Iterable[Change] = (),
) -> tuple[Decision, ...]:
    """Judge new readings, in the order of the ledger; one decision a reading, in the order of `incoming`.

    `histories` holds every series of the metrics concerned (conversions and misread periods are seen across series).
    The law: whatever the order of arrival, the settled values are those of `settle`; a value is announced at most
    once; what is announced is, when it is announced, the newest value of its series; and the newest value of all is
    announced in every order, unless it came silently. A value overtaken before it arrived is not announced.

    `told` are the changes of any metric told lately: a value that belongs to one of them is not another's.
    A decision's conflict is to be stored also when its `resolved` is set: that closes a conflict, or says that the
    reading does not count in its series (a conversion, a period misread).
    """
    bench = dict(histories)
    decisions: dict[str, Decision] = {}
    for reading in ledger_order(incoming):
        if reading.id in decisions:
            continue
        history = bench.get(reading.series, SeriesHistory())
        decision = _judge(reading, history, bench, incoming, rules.get(reading.series.metric), tuple(told))
        decisions[reading.id] = decision
        if all(known.id != reading.id for known in history.readings):
            bench[reading.series] = _after(history, reading, decision)
    return tuple(decisions[reading.id] for reading in incoming)


def judge_resolution(history: SeriesHistory, conflict: Conflict, rules: MetricRules | None = None) -> Decision:
    """Judge a series again after a person resolved `conflict` (its `resolved` set): the change that follows, if any."""
    others = tuple(one for one in history.conflicts if one.id != conflict.id)
    unresolved = replace(conflict, resolved=None)
    before = timeline(history.readings, rules, rulings(replace(history, conflicts=(*others, unresolved))))
    resolved = replace(history, conflicts=(*others, conflict))
    after = timeline(history.readings, rules, rulings(resolved))
    verdict = after.verdicts.get(conflict.reading, Verdict("resolved", conflict.resolved or "resolved"))
    change = _change(after, before, resolved, conflict.series)
    return Decision(conflict.reading, verdict.reason, verdict.code, change=change, conflict=conflict)


def resolve(conflict: Conflict, *, accept: bool, by: str) -> Conflict:
    """The conflict as a person resolved it. `by` says who or why, in words."""
    return replace(conflict, resolved=f"{'accepted' if accept else 'rejected'} by hand: {by}")


def withdrawals(
    histories: Mapping[SeriesKey, SeriesHistory], article: str, incoming: Iterable[Reading], seen_at: datetime
) -> tuple[Reading, ...]:
    """Readings that say "no longer printed", for what an article printed before and does not print any more.

    Call it when an article was fetched again, with the readings of the new text; judge its result with them.
    """
    printed = {reading.series for reading in incoming}
    gone: list[Reading] = []
    for series, history in histories.items():
        if series in printed:
            continue
        for reading in current_versions(history.readings):
            if reading.article == article and reading.role is Role.NEWS:
                claim = replace(reading.claim, low=None, high=None)
                marker = reading_id(f"{article}@{seen_at.isoformat()}", series, claim, Role.NEWS)
                gone.append(replace(reading, id=marker, claim=claim, status=Status.DENIED, seen_at=seen_at))
    return tuple(gone)


def _judge(  # noqa: PLR0917  what there is to know, in the order in which it is asked
    reading: Reading,
    history: SeriesHistory,
    bench: Mapping[SeriesKey, SeriesHistory],
    batch: Sequence[Reading],
    rules: MetricRules | None,
    told: Sequence[Change],
) -> Decision:
    """One reading against its series, its neighbours, and what was told before."""
    if any(known.id == reading.id for known in history.readings):
        return Decision(reading.id, "this article has already said so", "repeat")
    ruled = rulings(history)
    before = timeline(history.readings, rules, ruled)
    after = timeline((*history.readings, reading), rules, ruled)
    verdict = after.verdicts.get(reading.id) or _replaced(reading)
    known_rules = rules or MetricRules(id=reading.series.metric)
    if (found := beside(reading, bench, batch, known_rules, told)) is not None:
        return _beside(reading, found, history)
    change = _change(after, before, history, reading.series)
    if change is not None:
        code = verdict.code if change.reading == reading.id else str(change.kind)
        return Decision(reading.id, change.reason, code, change=change, conflict=_closed(verdict, history))
    if verdict.held is not None and not is_silent(reading):
        return _held(reading, verdict.held, before, history)
    if verdict.step is not None:
        return _untold(reading, verdict, after)
    return Decision(reading.id, verdict.reason, verdict.code)


def _replaced(reading: Reading) -> Verdict:
    """The verdict on a reading that no longer counts, or says that another does not."""
    if is_withdrawal(reading):
        return Verdict("withdrawn", "the article no longer prints this figure")
    return Verdict("replaced", "a later version of the article says otherwise")


def _untold(reading: Reading, verdict: Verdict, after: Timeline) -> Decision:
    """A step that nobody is told of: it was silent, it was told before, or a newer value was known already."""
    step = verdict.step
    settled = after.steps[-1] if after.steps else None
    if step is not None and settled is not None and settled.reading != step.reading:
        newer = claim_words(settled.new, reading.series.unit)
        return Decision(reading.id, f"older than what is known: {newer} was published later", "older")
    if is_baseline(reading):
        return Decision(reading.id, f"known from the start, not told: {verdict.reason}", "silent")
    code = "told" if step is not None and step.loud else verdict.code
    return Decision(reading.id, verdict.reason, code)


def _change(after: Timeline, before: Timeline, history: SeriesHistory, series: SeriesKey) -> Change | None:
    """What is to be told now: the newest value, if it is loud, has just moved and was never told."""
    told = history.changes[-1] if history.changes else None
    last = after.steps[-1] if after.steps else None
    if told is not None and told.new is not None and _was_lost(told, after):
        return _taken_back(told, last, series, history)
    if last is None or not last.loud or not _moved(last, before):
        return None
    if told is not None and told.new is not None and _is_told(told, after):
        return None
    change = _made(last, series)
    return None if any(change.id == known.id for known in history.changes) else change


def _moved(last: Step, before: Timeline) -> bool:
    """Whether the newest step is another than before, and no baseline held its value already."""
    previous = before.steps[-1] if before.steps else None
    if previous is None:
        return True
    if previous.reading == last.reading:
        return False
    known = previous.baseline and compare(previous.new, last.new).quiet
    return not known or (previous.status in _PLANS and last.status is Status.ACTUAL)


def _is_told(told: Change, after: Timeline) -> bool:
    """Whether the last thing told already says what the newest step says.

    The value may have moved away in silence and come back: then only the very same value is known already, for one
    that merely agrees with it ("70 at most", then "69", then "at least 70") is another step.
    """
    last = after.steps[-1]
    if (told.new, told.status) == (last.new, last.status):
        return True
    if told.new is None or not compare(told.new, last.new).quiet:
        return False
    if any(step.reading == told.reading for step in after.steps[:-1]):
        return False
    return not (told.status in _PLANS and last.status is Status.ACTUAL)


def _was_lost(told: Change, after: Timeline) -> bool:
    """Whether the reading behind the last change was edited away, and nobody else prints its value."""
    if told.reading in after.verdicts or told.new is None:
        return False
    return all(not compare(step.new, told.new).quiet for step in after.steps)


def _taken_back(told: Change, last: Step | None, series: SeriesKey, history: SeriesHistory) -> Change | None:
    """The told value is gone: corrected by the same article's new value, or withdrawn."""
    words = claim_words(told.new, series.unit) if told.new else ""
    known = {change.id for change in history.changes}
    if last is not None and last.loud and all(not _same(change.new, last.new) for change in history.changes):
        reason = f"the article that said {words} now says {claim_words(last.new, series.unit)}"
        made = replace(_made(last, series), kind=ChangeKind.CORRECTED, old=told.new, old_status=told.status)
        identity = change_id(series, ChangeKind.CORRECTED, last.new, last.status)
        direction = direction_of(told.new, last.new) if told.new else None
        corrected = replace(made, id=identity, reason=reason, direction=direction)
        return None if corrected.id in known else corrected
    stands = f"; {claim_words(last.new, series.unit)} stands again" if last else ""
    gone = Change(
        id=change_id(series, ChangeKind.WITHDRAWN, None, told.status, told.new),
        series=series,
        kind=ChangeKind.WITHDRAWN,
        direction=None,
        old=told.new,
        new=None,
        old_status=told.status,
        status=told.status,
        reading=told.reading,
        at=told.at,
        reason=f"the article that said {words} no longer does{stands}",
    )
    return None if gone.id in known else gone


def _same(one: Claim | None, other: Claim) -> bool:
    return one is not None and compare(one, other).quiet


def _made(step: Step, series: SeriesKey) -> Change:
    return Change(
        id=change_id(series, step.kind, step.new, step.status),
        series=series,
        kind=step.kind,
        direction=step.direction,
        old=step.old,
        new=step.new,
        old_status=step.old_status,
        status=step.status,
        reading=step.reading,
        at=step.at,
        reason=step.reason,
    )


def _held(reading: Reading, held: Held, before: Timeline, history: SeriesHistory) -> Decision:
    """A value held back: a conflict, once for each value."""
    identity = conflict_id(reading.series, held.claim)
    if any(known.id == identity for known in history.conflicts):
        return Decision(reading.id, f"held back already: {held.reason}", "conflict-repeat")
    settled = before.settled.claim if before.settled else None
    conflict = Conflict(identity, reading.series, reading.id, reading.claim, settled, reading.at, held.reason)
    return Decision(reading.id, held.reason, held.code, conflict=conflict)


def _beside(reading: Reading, found: Beside, history: SeriesHistory) -> Decision:
    """A reading that does not count in its series: closed at once when it is quiet, open when it is held."""
    seen = any(is_aside(known.id) and _same(known.claim, reading.claim) for known in history.conflicts)
    open_ = found.conflict and not is_silent(reading) and not seen
    resolved = None if open_ else f"rejected: {found.reason}"
    conflict = Conflict(
        aside_id(reading.id), reading.series, reading.id, reading.claim, None, reading.at, found.reason, resolved
    )
    return Decision(reading.id, found.reason, found.code, conflict=conflict)


def _closed(verdict: Verdict, history: SeriesHistory) -> Conflict | None:
    """The open conflict that a reading resolved."""
    values = {claim_text(held.claim) for held in verdict.released}
    for known in history.conflicts:
        if known.resolved is None and claim_text(known.claim) in values:
            return replace(known, resolved=verdict.reason)
    return None


def _after(history: SeriesHistory, reading: Reading, decision: Decision) -> SeriesHistory:
    """The history with the reading and what was decided of it."""
    conflicts = history.conflicts
    if decision.conflict is not None and decision.conflict.series == reading.series:
        conflicts = (*(one for one in conflicts if one.id != decision.conflict.id), decision.conflict)
    changes = (*history.changes, decision.change) if decision.change else history.changes
    return SeriesHistory((*history.readings, reading), changes, conflicts)
