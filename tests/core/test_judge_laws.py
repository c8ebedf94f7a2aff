"""Laws of the judge, for any readings in any order of arrival."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from judge_makers import SERIES, Ledger, claim, reading

from monitor.core.judge import compare, settle, timeline
from monitor.core.judge.order import current_versions, is_silent, ledger_order
from monitor.core.types.figures import Role, Status
from monitor.core.types.ledger import Reading, SourceKind

VALUES = ("60..65", "64..72", "66..72", "70", "70.4", "~70", ">=64", "<=72", "72.2", "72.22", "720", "27", "58")


@st.composite
def any_readings(draw: st.DrawFn) -> list[Reading]:
    """Articles of all kinds, few enough values and days that they meet; some quote an old value, some are edited."""
    made = []
    for number in range(draw(st.integers(1, 7))):
        day = draw(st.integers(0, 12)) * 40
        about = {
            "article": f"a{number}",
            "publisher": f"p{draw(st.integers(0, 4))}.example",
            "group": f"g{draw(st.integers(0, 9))}",
            "source": draw(st.sampled_from((SourceKind.PRESS, SourceKind.PRESS, SourceKind.PRIMARY, SourceKind.SEED))),
            "background": draw(st.booleans()) and draw(st.booleans()),
        }
        statuses = (Status.GUIDANCE, Status.GUIDANCE, Status.ACTUAL, Status.ESTIMATE, Status.DENIED)
        role = draw(st.sampled_from((Role.NEWS, Role.NEWS, Role.NEWS, Role.BACKGROUND)))
        first = reading(
            draw(st.sampled_from(VALUES)), day, status=draw(st.sampled_from(statuses)), role=role, seen=day, **about
        )
        made.append(first)
        if draw(st.booleans()) and draw(st.booleans()):
            made.append(reading(draw(st.sampled_from(VALUES)), day, role=Role.PRIOR, seen=day, **about))
        if draw(st.booleans()) and draw(st.booleans()):
            made.append(reading(draw(st.sampled_from(VALUES)), day, role=role, seen=day + 1, **about))
    return list({one.id: one for one in made}.values())


shuffled = any_readings().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))


@given(shuffled)
@examples(400)
def test_the_settled_value_does_not_depend_on_the_order_of_arrival(rows: tuple[list[Reading], list[Reading]]) -> None:
    first, second = (timeline(order) for order in rows)
    assert first.settled == second.settled
    assert first.steps == second.steps
    assert first.held == second.held


@given(shuffled)
@examples(300)
def test_every_announcement_is_the_newest_value_known_and_no_value_is_announced_twice(
    rows: tuple[list[Reading], list[Reading]],
) -> None:
    ledger = Ledger()
    for one in rows[1]:
        decision = ledger.add(one)[0]
        if decision.change is None or decision.change.new is None:
            continue
        told = timeline(ledger.histories[SERIES].readings)
        assert told.steps[-1].new == decision.change.new
        assert told.steps[-1].loud
    changes = ledger.histories[SERIES].changes
    assert len({change.id for change in changes}) == len(changes)
    for before, after in pairwise(changes):
        if before.new is not None and after.new is not None:
            assert (before.new, before.status) != (after.new, after.status)


@given(shuffled)
@examples(300)
def test_the_newest_value_is_announced_in_every_order_unless_it_came_silently(
    rows: tuple[list[Reading], list[Reading]],
) -> None:
    for order in rows:
        ledger = Ledger()
        ledger.each(*order)
        history = ledger.histories[SERIES]
        steps = timeline(history.readings).steps
        if not steps or not steps[-1].loud:
            continue
        known_late = [one for one in history.readings if one.at.year > 2025 and one.status is Status.GUIDANCE]
        if any(compare(one.claim, steps[-1].new).quiet for one in known_late):
            continue  # a plan first read when its year was over
        if any(is_silent(one) and compare(one.claim, steps[-1].new).quiet for one in history.readings):
            continue
        assert any(change.new is not None and compare(change.new, steps[-1].new).quiet for change in history.changes)


distinct = st.lists(st.integers(1, 60), min_size=1, max_size=8, unique=True)


@given(distinct.flatmap(lambda days: st.tuples(st.just(sorted(days)), st.permutations(sorted(days)))))
@examples(200)
def test_of_plain_news_exactly_those_not_overtaken_before_they_arrive_are_announced(
    days: tuple[list[int], list[int]],
) -> None:
    """Every day has a value of its own. In the order of publication all are told; in any other, the records are."""
    value = {day: f"{100 + 17 * place}" for place, day in enumerate(days[0])}
    told, latest = [], 0
    for day in days[1]:
        if day > latest:
            told.append(claim(value[day]))
            latest = day
    ledger = Ledger()
    decisions = ledger.each(*(reading(value[day], day * 5) for day in days[1]))
    assert [d.change.new for d in decisions if d.change] == told
    assert told[-1] == claim(value[days[0][-1]])


@given(any_readings())
@examples(300)
def test_the_same_news_twice_is_no_news(rows: list[Reading]) -> None:
    """A copy of every article, the same text from the same publisher, as its text stands in the end."""
    ledger = Ledger()
    ledger.each(*ledger_order(rows))
    standing = ledger_order(current_versions(rows))
    again = [replace(one, id=f"{one.id}x", article=f"{one.article}x") for one in standing]
    assert [d.change for d in ledger.each(*again) if d.change] == []


@given(any_readings())
@examples(200)
def test_readings_judged_together_or_one_by_one_tell_the_same(rows: list[Reading]) -> None:
    rows = list({one.id: one for one in rows}.values())
    together, apart = Ledger(), Ledger()
    first = together.add(*rows)
    second = apart.each(*ledger_order(rows))
    assert {d.change.id for d in first if d.change} == {d.change.id for d in second if d.change}


points = st.integers(6900, 7500)


@given(st.lists(st.tuples(points, st.integers(0, 2), st.sampled_from(("", "~", ">=", "<="))), min_size=2, max_size=12))
@examples(300)
def test_sameness_never_drifts(prints: list[tuple[int, int, str]]) -> None:
    """Whatever the chain of quiet repeats, the settled value still agrees with what was last announced."""
    ledger = Ledger()
    for day, (value, places, mark) in enumerate(prints):
        ledger.add(reading(f"{mark}{Decimal(value) / 100:.{places}f}", day * 5))
        history = ledger.histories[SERIES]
        settled = settle(history.readings)
        assert settled is not None
        assert history.changes[-1].new is not None
        assert compare(history.changes[-1].new, settled.claim).quiet


@given(st.integers(6000, 7900), st.sampled_from((0, 1)), st.integers(1, 30))
def test_a_less_precise_repeat_never_overwrites(value: int, places: int, days: int) -> None:
    fine = reading(f"{Decimal(value) / 100:.2f}", 0)
    coarse = reading(f"{Decimal(value) / 100:.{places}f}", days)
    settled = settle([fine, coarse])
    assert settled is not None
    assert settled.claim == fine.claim


@given(st.permutations(["66..72", "<=72", "66..72", ">=66", "~72"]))
def test_an_order_of_prints_of_one_value_within_a_day_tells_it_once(order: list[str]) -> None:
    ledger = Ledger()
    decisions = ledger.each(*(reading(one, 0, article=f"{n}{one}") for n, one in enumerate(order)))
    assert len([d for d in decisions if d.change]) == 1
