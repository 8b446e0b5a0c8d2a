"""Count days as the association does: local days in Europe/London, Scotland's bank holidays, calendar months."""

from datetime import date, datetime, time, timedelta

import holidays
from dateutil.relativedelta import relativedelta
from django.utils import timezone

SCOTLAND = holidays.country_holidays("GB", subdiv="SCT")


def today() -> date:
    """Return the date in Europe/London now."""
    return timezone.localdate()


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in SCOTLAND


def add_working_days(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


ENDS_SOON = 2
"""The working days before its last day from which whatever ends by itself is said to end soon."""


def latest_soon(day: date) -> date:
    """Return the latest last day that is soon, seen from a day."""
    return add_working_days(day, ENDS_SOON)


def add_days(day: date, count: int) -> date:
    """Return the `count`-th day after `day`."""
    return day + timedelta(days=count)


def add_months(day: date, months: int) -> date:
    """Return the day `months` calendar months on, or the month's last where it has no such day."""
    return day + relativedelta(months=months)


def start_of_day(day: date) -> datetime:
    """Return the first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))
