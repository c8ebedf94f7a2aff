"""When a message is tried again: the ladder, the end, and the laws that hold for any sequence of outcomes."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.outcome import Outcome, OutcomeKind, dead, retry, sent, unknown
from alerts.retry import GIVE_UP_AFTER, next_try

START = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KINDS = ("email", "slack", "webhook", "file", "console")
kinds = st.sampled_from(KINDS)
waits = st.one_of(st.none(), st.timedeltas(timedelta(days=-1), timedelta(days=4000)))
# Hypothesis wants bounds without a zone.
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  see above


def timeline(kind: str, outcome: Outcome) -> list[timedelta]:
    """How long after the first attempt each attempt falls, when every one ends in `outcome`."""
    now, falls = START, [timedelta(0)]
    while (following := next_try(kind, outcome, len(falls), START, now)) is not None:
        now = following
        falls.append(now - START)
    return falls


def test_mail_is_tried_after_1_5_15_30_60_minutes_then_hourly_for_48_hours():
    falls = timeline("email", retry("451 greylisted"))
    assert falls[:7] == [MINUTE * minutes for minutes in (0, 1, 6, 21, 51, 111, 171)]
    assert {later - earlier for earlier, later in itertools.pairwise(falls[5:-1])} == {MINUTE * 60}
    assert falls[-1] == GIVE_UP_AFTER
    assert len(falls) == 53


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", [sent("ok"), dead("550 no such user")])
def test_what_has_arrived_or_is_dead_is_never_tried_again(kind, outcome):
    assert next_try(kind, outcome, 1, START, START) is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_outcome_is_resent_once(kind):
    assert next_try(kind, unknown("lost"), 1, START, START) == START + MINUTE
    assert next_try(kind, unknown("lost"), 4, START, START, repeated=True) is None


def test_a_repeat_that_surely_failed_goes_on_being_tried():
    assert next_try("slack", retry("503"), 2, START, START, repeated=True) == START + MINUTE * 5


@pytest.mark.parametrize("seconds", [1, 30, 600, 86400])
def test_retry_after_is_obeyed_exactly(seconds):
    wait = timedelta(seconds=seconds)
    assert next_try("slack", retry("429", retry_after=wait), 1, START, START) == START + wait


def test_retry_after_beyond_the_end_still_leaves_one_last_try():
    outcome = retry("429", retry_after=timedelta(days=30))
    assert next_try("webhook", outcome, 9, START, START + MINUTE) == START + GIVE_UP_AFTER


def test_files_are_never_a_full_hour_away():
    assert next_try("file", retry("disk full"), 20, START, START + MINUTE) == START + MINUTE * 16


def test_a_machine_that_slept_does_not_give_up_at_its_second_attempt():
    woke = START + timedelta(days=5)
    assert next_try("email", retry("no route"), 2, START, woke) == woke + MINUTE * 5
    assert next_try("email", retry("no route"), 6, START, woke) is None


@given(kinds, waits, st.integers(0, 200), st.tuples(moments, moments), st.booleans())
def test_a_next_try_always_lies_ahead_and_within_two_days(kind, wait, attempts, times, repeated):
    first, now = times
    for outcome in (retry("", retry_after=wait), unknown(""), sent(""), dead("")):
        following = next_try(kind, outcome, attempts, first, now, repeated=repeated)
        if following is not None:
            assert outcome.kind in (OutcomeKind.RETRY, OutcomeKind.UNKNOWN)
            assert timedelta(0) < following - now
            if now >= first:
                assert following - now <= GIVE_UP_AFTER


@given(kinds, st.lists(st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=3))), max_size=80))
def test_every_message_comes_to_an_end(kind, wishes):
    now, attempts = START, 1
    for wish in [*wishes, *[None] * 300]:
        following = next_try(kind, retry("", retry_after=wish), attempts, START, now)
        if following is None:
            break
        now, attempts = following, attempts + 1
    assert following is None
