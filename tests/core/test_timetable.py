"""When digests go out, on ordinary days and on the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.timetable import instant, is_due, next_digest
from monitor.core.types.audiences import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_a_schedule_it_is_due_at_once() -> None:
    assert next_digest(Schedule(), at("2025-06-02T03:04:05"), at("2025-06-02T03:04:00")) == at("2025-06-02T03:04:05")


def test_every_six_hours_counts_from_the_last_digest() -> None:
    schedule = Schedule(every=timedelta(hours=6))
    assert next_digest(schedule, at("2025-06-02T10:00"), at("2025-06-02T08:00")) == at("2025-06-02T14:00")
    assert next_digest(schedule, at("2025-06-02T16:00"), at("2025-06-02T08:00")) == at("2025-06-02T16:00")
    assert next_digest(schedule, at("2025-06-02T16:00"), None) == at("2025-06-02T16:00")


def test_times_of_day_are_those_of_the_zone() -> None:
    schedule = Schedule(at=(time(8, 30), time(17)), zone="Europe/Berlin")
    assert next_digest(schedule, at("2025-06-02T06:30"), None) == at("2025-06-02T06:30")
    assert next_digest(schedule, at("2025-06-02T06:31"), None) == at("2025-06-02T15:00")
    assert next_digest(schedule, at("2025-12-02T16:01"), None) == at("2025-12-03T07:30")


def test_what_happens_at_the_weekend_waits_for_monday() -> None:
    schedule = Schedule(at=(time(8),), weekdays=frozenset(range(5)))
    assert next_digest(schedule, at("2025-06-06T09:00"), None) == at("2025-06-09T08:00")
    assert next_digest(Schedule(weekdays=frozenset(range(5))), at("2025-06-07T12:00"), None) == at("2025-06-09T00:00")


def test_quiet_hours_hold_until_they_end() -> None:
    schedule = Schedule(zone="Europe/Berlin", quiet=NIGHT)
    assert next_digest(schedule, at("2025-06-02T19:59"), None) == at("2025-06-02T19:59")
    assert next_digest(schedule, at("2025-06-02T20:00"), None) == at("2025-06-03T05:00")
    assert next_digest(schedule, at("2025-06-03T05:00"), None) == at("2025-06-03T05:00")


def test_quiet_hours_of_one_day_hold_as_well() -> None:
    schedule = Schedule(quiet=(time(12), time(14)))
    assert next_digest(schedule, at("2025-06-02T13:00"), None) == at("2025-06-02T14:00")


def test_a_time_of_day_within_the_quiet_hours_is_held_not_dropped() -> None:
    schedule = Schedule(at=(time(23),), quiet=NIGHT)
    assert next_digest(schedule, at("2025-06-02T09:00"), None) == at("2025-06-03T07:00")


def test_a_friday_night_held_by_quiet_hours_goes_out_on_monday_when_the_weekend_is_off() -> None:
    schedule = Schedule(quiet=NIGHT, weekdays=frozenset(range(5)))
    assert next_digest(schedule, at("2025-06-06T23:00"), None) == at("2025-06-09T07:00")


def test_a_time_that_the_night_in_spring_skips_is_the_end_of_the_gap() -> None:
    schedule = Schedule(at=(time(2, 30),), zone="Europe/Berlin")
    assert next_digest(schedule, at("2025-03-29T12:00"), None) == at("2025-03-30T01:00")  # 03:00 on the wall
    assert next_digest(schedule, at("2025-03-30T01:00:01"), None) == at("2025-03-31T00:30")


def test_a_time_that_the_night_in_autumn_shows_twice_counts_once() -> None:
    schedule = Schedule(at=(time(2, 30),), zone="Europe/Berlin")
    assert next_digest(schedule, at("2025-10-25T12:00"), None) == at("2025-10-26T00:30")
    assert next_digest(schedule, at("2025-10-26T00:31"), None) == at("2025-10-27T01:30")


def test_quiet_hours_that_end_in_the_gap_end_with_it() -> None:
    schedule = Schedule(quiet=(time(22), time(2, 30)), zone="Europe/Berlin")
    assert next_digest(schedule, at("2025-03-30T00:10"), None) == at("2025-03-30T01:00")


def test_quiet_hours_in_the_second_showing_of_an_hour_end_in_that_same_hour() -> None:
    schedule = Schedule(quiet=(time(22), time(2, 30)), zone="Europe/Berlin")
    assert next_digest(schedule, at("2025-10-26T01:10"), None) == at("2025-10-26T01:30")


def test_a_day_that_never_was_is_passed_over() -> None:
    """Samoa went from 29 to 31 December 2011."""
    schedule = Schedule(at=(time(8),), zone="Pacific/Apia")
    assert next_digest(schedule, at("2011-12-29T19:00"), None) == at("2011-12-30T10:00")


def test_a_clock_set_back_does_not_hold_digests_until_it_catches_up() -> None:
    schedule = Schedule(every=timedelta(hours=6))
    assert is_due(schedule, at("2025-06-02T10:00"), last=at("2025-06-02T15:00"), now=at("2025-06-02T10:00"))
    assert is_due(Schedule(), at("2025-06-02T15:00"), None, now=at("2025-06-02T10:00"))
    assert not is_due(schedule, at("2025-06-02T10:00"), last=at("2025-06-02T09:00"), now=at("2025-06-02T10:00"))


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo"]
)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
# Hypothesis wants bounds without a zone.
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  see above
    lambda moment: moment.replace(second=0, microsecond=0)
)
SCHEDULES = st.builds(
    Schedule,
    every=st.none(),
    at=st.one_of(st.just(()), st.lists(TIMES, min_size=1, max_size=3, unique=True).map(tuple)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    zone=ZONES,
    quiet=st.one_of(st.none(), st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1])),
)


def wanted(schedule: Schedule, moment: datetime) -> bool:
    """Whether a digest may go out at `moment`, straight from the wall clock."""
    wall = moment.astimezone(ZoneInfo(schedule.zone))
    if wall.weekday() not in schedule.weekdays:
        return False
    if schedule.quiet is None:
        return True
    start, end = schedule.quiet
    return not (start <= wall.time() < end if start < end else wall.time() >= start or wall.time() < end)


@given(SCHEDULES, MOMENTS)
def test_a_digest_never_comes_early_in_quiet_hours_or_on_another_day_and_never_never(
    schedule: Schedule, since: datetime
) -> None:
    due = next_digest(schedule, since, None)
    assert since <= due <= since + timedelta(days=16)
    assert wanted(schedule, due)


@given(SCHEDULES.filter(lambda schedule: not schedule.at), MOMENTS)
def test_at_once_means_the_first_minute_that_is_allowed(schedule: Schedule, since: datetime) -> None:
    minute = since
    while not wanted(schedule, minute):
        minute += timedelta(minutes=1)
    assert next_digest(schedule, since, None) == minute


@given(SCHEDULES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_waits_longer_is_never_told_later(schedule: Schedule, since: datetime, later: timedelta) -> None:
    assert next_digest(schedule, since, None) <= next_digest(schedule, since + later, None)


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), TIMES, ZONES)
def test_an_instant_shows_its_time_on_the_wall_or_follows_a_gap(day: date, clock: time, zone: str) -> None:
    moment = instant(day, clock, ZoneInfo(zone))
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, clock)
    if wall != asked:
        just_before = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert just_before < asked < wall


def test_a_schedule_of_no_weekday_ends_all_the_same() -> None:
    never = Schedule(at=(time(8),), weekdays=frozenset())
    assert next_digest(never, at("2025-01-06 09:00"), None) > at("2025-01-06 09:00")
