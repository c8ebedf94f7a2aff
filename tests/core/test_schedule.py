from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.schedule import (
    LONGEST,
    SHORTEST,
    USUAL,
    Hints,
    Poll,
    freshness,
    habit_of,
    http_date,
    next_due,
    retry_after,
)

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def wait(poll=None, hints=None, every=None, jitter=0.0, now=NOW):
    return next_due(now, poll or Poll(), hints or Hints(), every, jitter) - now


def dates(gap, count=12, newest=NOW):
    return tuple(newest - gap * i for i in range(count))


def test_a_feed_nothing_is_known_of_is_asked_every_half_hour():
    assert wait() == USUAL


def test_the_users_wish_rules_over_what_the_feed_says_of_itself():
    assert (
        wait(Poll(habit=habit_of(dates(timedelta(days=3)), NOW)), Hints(every=6 * HOUR), every=10 * MINUTE)
        == 10 * MINUTE
    )


def test_the_users_wish_does_not_rule_over_the_sites_cache_headers():
    assert wait(Poll(fresh=HOUR), every=10 * MINUTE) == HOUR


def test_a_feed_that_asks_for_a_longer_interval_gets_it():
    assert wait(hints=Hints(every=3 * HOUR)) == 3 * HOUR


def test_a_feed_that_says_hourly_but_publishes_rarely_is_asked_rarely():
    assert wait(Poll(habit=habit_of(dates(12 * HOUR), NOW)), Hints(every=HOUR)) == 6 * HOUR


def test_a_busy_feed_is_asked_more_often_than_usual():
    assert wait(Poll(habit=habit_of(dates(20 * MINUTE), NOW))) == 10 * MINUTE


def test_three_entries_say_nothing_about_a_habit():
    assert wait(Poll(habit=habit_of(dates(12 * HOUR, count=3), NOW))) == USUAL


def test_one_long_holiday_does_not_change_the_habit():
    usual = dates(HOUR, count=10)
    before = tuple(usual[-1] - timedelta(days=20) - HOUR * i for i in range(10))
    assert wait(Poll(habit=habit_of(usual + before, NOW))) == 30 * MINUTE


def test_a_feed_silent_for_weeks_is_asked_once_a_day():
    assert wait(Poll(habit=habit_of(dates(HOUR, newest=NOW - timedelta(days=40)), NOW))) == LONGEST


def test_dates_in_the_future_are_no_habit():
    assert wait(Poll(habit=habit_of(dates(MINUTE, newest=NOW + timedelta(days=1)), NOW))) == USUAL


def test_each_failure_doubles_the_wait_up_to_a_day():
    assert [wait(Poll(failures=n), every=HOUR) for n in (1, 2, 3, 4, 5, 6, 60)] == [
        HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, LONGEST, LONGEST,
    ]  # fmt: skip


def test_retry_after_is_obeyed_even_against_the_users_wish():
    assert wait(Poll(failures=1, wait=5 * HOUR), every=5 * MINUTE) == 5 * HOUR


def test_a_short_retry_after_shortens_nothing():
    assert wait(Poll(failures=1, wait=timedelta(seconds=1)), every=HOUR) == HOUR


def test_an_absurd_retry_after_is_a_day():
    assert wait(Poll(failures=1, wait=timedelta(days=9_000))) == LONGEST


def test_skipped_hours_are_slept_through():
    due = next_due(NOW, Poll(), Hints(skip_hours=frozenset({11, 12})))
    assert due == datetime(2024, 5, 15, 13, tzinfo=UTC)


def test_skipped_days_are_slept_through_but_never_longer_than_a_day():
    assert next_due(NOW, Poll(), Hints(skip_days=frozenset({2, 3, 4}))) == NOW + LONGEST


def test_a_feed_that_skips_every_hour_is_asked_all_the_same():
    assert wait(hints=Hints(skip_hours=frozenset(range(24)))) == USUAL


def test_hours_are_skipped_in_utc_wherever_the_clock_stands():
    tokyo = NOW.astimezone(timezone(9 * HOUR))
    assert next_due(tokyo, Poll(), Hints(skip_hours=frozenset({11}))) == datetime(2024, 5, 15, 12, tzinfo=UTC)


def test_jitter_spreads_over_a_tenth_of_the_interval():
    assert wait(every=HOUR, jitter=1.0) == 66 * MINUTE
    assert wait(every=HOUR, jitter=0.5) == 63 * MINUTE


@given(
    failures=st.integers(0, 10_000),
    delay=st.none() | st.timedeltas(),
    fresh=st.none() | st.timedeltas(),
    every=st.none() | st.timedeltas(min_value=timedelta(seconds=1)),
    hint=st.none() | st.timedeltas(min_value=timedelta()),
    hours=st.frozensets(st.integers(0, 23)),
    days=st.frozensets(st.integers(0, 6)),
    ages=st.lists(st.timedeltas(timedelta(days=-3), timedelta(days=3_000)), max_size=8),
    jitter=st.floats(0, 1),
)
@example(0, None, None, timedelta(seconds=1), None, frozenset(), frozenset(), [], 0.0)
def test_the_next_visit_is_always_between_five_minutes_and_a_day_away(  # noqa: PLR0917  all that a visit depends on
    failures, delay, fresh, every, hint, hours, days, ages, jitter
):
    poll = Poll(failures, delay, fresh, habit_of((NOW - age for age in ages), NOW))
    least = min(every or SHORTEST, SHORTEST)  # only for one's own servers does the configuration allow less
    assert least <= wait(poll, Hints(hint, hours, days), every, jitter) <= LONGEST


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999999", 86_400),
        ("9" * 5_000, 86_400),
        ("Wed, 15 May 2024 10:32:00 GMT", 120),
        ("Wed, 15 May 2024 09:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("１２０", None),
    ],
)
def test_retry_after_is_understood_in_both_forms(value, seconds):
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "s-maxage=900, max-age=60"}, 900),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "max-age=99999999999999999999"}, 86_400),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=x"}, None),
        ({"expires": "Wed, 15 May 2024 11:30:00 GMT"}, 3_600),
        ({"expires": "Wed, 15 May 2024 11:30:00 GMT", "date": "Wed, 15 May 2024 11:00:00 GMT"}, 1_800),
        ({"expires": "0"}, None),
        ({"expires": "Wed, 15 May 2024 11:30:00 GMT" + " " * 80}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_freshness_comes_from_cache_control_before_expires(headers, seconds):
    assert freshness(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=80))
def test_no_header_breaks_the_schedule(text):
    http_date(text)
    retry_after(text, NOW)
    freshness({"cache-control": text, "expires": text, "age": text, "date": text}, NOW)
