"""Days as the association counts them: local days in Europe/London, Scotland's bank holidays, calendar months."""

from datetime import date, datetime, time, timedelta

import holidays
from dateutil.relativedelta import relativedelta
from django.utils import timezone

SCOTLAND = holidays.country_holidays("GB", subdiv="SCT")


def today() -> date:
    """The date in Europe/London now."""
    return timezone.localdate()


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in SCOTLAND


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months on, or the month's last where it has no such day."""
    return day + relativedelta(months=months)


def start_of(day: date) -> datetime:
    """The first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))
