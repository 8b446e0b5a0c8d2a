import calendar as months
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cha_engagement.organisation.calendar import (
    add_months,
    add_working_days,
    is_working_day,
    start_of_day,
    today,
)

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    "holiday",
    [
        "2026-01-01",
        "2026-01-02",
        "2026-04-03",
        "2026-05-04",
        "2026-05-25",
        "2026-08-03",
        "2026-11-30",
        "2026-12-25",
    ],
)
def test_nobody_works_on_a_bank_holiday_of_scotland(holiday):
    assert not is_working_day(date.fromisoformat(holiday))


@pytest.mark.parametrize("day", ["2026-04-06", "2026-08-31"])  # Easter Monday and England's summer holiday
def test_holidays_of_england_alone_are_working_days(day):
    assert is_working_day(date.fromisoformat(day))


def test_a_bank_holiday_at_a_weekend_is_made_up_for_on_the_next_working_day():
    assert not is_working_day(date(2026, 12, 28))  # Boxing Day is a Saturday
    assert is_working_day(date(2026, 12, 29))


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-11-19", 1, "2026-11-20"),
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-11-27", 2, "2026-12-02"),  # over a weekend and St Andrew's Day
        ("2026-12-23", 3, "2026-12-30"),  # over Christmas
        ("2026-12-30", 2, "2027-01-05"),  # over the New Year, both days of it
        ("2028-02-28", 1, "2028-02-29"),
        ("2026-11-22", 0, "2026-11-22"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, then):
    assert add_working_days(date.fromisoformat(day), count) == date.fromisoformat(then)


@given(DAYS, st.integers(1, 60))
def test_so_many_working_days_later_is_a_working_day_with_so_many_in_between(day, count):
    then = add_working_days(day, count)
    assert is_working_day(then)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (then - day).days + 1)) == count


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-11-22", 3, "2027-02-22"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, count, then):
    assert add_months(date.fromisoformat(day), count) == date.fromisoformat(then)


@given(DAYS, st.integers(1, 36))
def test_months_later_is_never_in_another_month(day, count):
    then = add_months(day, count)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == count
    assert then.day == min(day.day, months.monthrange(then.year, then.month)[1])


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-10T22:30:00Z", "2026-07-10"),  # half past eleven on a summer night
        ("2026-07-10T23:30:00Z", "2026-07-11"),  # half past midnight
        ("2026-12-10T23:30:00Z", "2026-12-10"),
        ("2026-03-29T00:59:59Z", "2026-03-29"),  # the second before clocks go forward
        ("2026-03-29T23:00:00Z", "2026-03-30"),
        ("2026-10-24T23:00:00Z", "2026-10-25"),
        ("2026-10-25T23:30:00Z", "2026-10-25"),  # clocks went back that night
    ],
)
def test_today_is_the_day_in_london(moment, day, time_machine):
    time_machine.move_to(moment, tick=False)
    assert today() == date.fromisoformat(day)


def test_a_day_begins_at_midnight_in_london():
    assert start_of_day(date(2026, 7, 10)) == datetime(2026, 7, 9, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 12, 10)) == datetime(2026, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(day, hours):
    first = date.fromisoformat(day)
    length = start_of_day(first + timedelta(days=1)).astimezone(UTC) - start_of_day(first).astimezone(UTC)
    assert length == timedelta(hours=hours)
