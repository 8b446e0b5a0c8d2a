from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import time_machine
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cha_engagement.core.interfaces import daily_jobs, daily_reminders
from cha_engagement.customers.models import Customer
from cha_engagement.demo import (
    customers,
    incidents,
    letters,
    lists,
    organisation,
    restrictions,
    reviews,
    staff,
)
from cha_engagement.demo.demonstration import FIRST_DAY, Demonstration
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember

PARTS = (organisation, lists, incidents, restrictions, reviews, letters, customers, staff)
"""Each of these plans its steps. All are then taken in the order of their time, and those of one moment in this order."""


class Command(BaseCommand):
    help = "Fill an empty place with a small invented association and eighteen months of its work."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONMENT != "demo":
            raise CommandError("The demonstration is made only where ENVIRONMENT is demo.")
        if StaffMember.objects.exists() or Customer.objects.exists():
            raise CommandError("There are records here already: the demonstration fills an empty place only.")
        now = timezone.now()
        today = timezone.localdate(now)
        random = Random(today.toordinal())  # noqa: S311 -- chance, not secrets
        demonstration = Demonstration(working_days_back(today), random)
        for part in PARTS:
            part.plan(demonstration)
        take_steps(demonstration, now)
        self.stdout.write("The demonstration is ready.")


def working_days_back(today: date) -> list[date]:
    before = (today - timedelta(days=days) for days in range(1, 2 * FIRST_DAY))
    return [today, *islice(filter(calendar.is_working_day, before), FIRST_DAY)]


def take_steps(demonstration: Demonstration, now: datetime) -> None:
    """Take every step at its own time, or where it is still to come, now: nothing lies ahead. The clock never goes back.

    Each day begins as it does in life, with the daily job, but for what compares: nothing has been changed past the application.
    """
    begun_day, clock = None, datetime.min.replace(tzinfo=UTC)
    for ago, at, step in demonstration.ordered_steps():
        moment = timezone.make_aware(datetime.combine(demonstration.day(ago), at))
        with time_machine.travel(max(clock, min(moment, now))):
            if begun_day != ago:
                begun_day = ago
                for job in (*daily_jobs(), *daily_reminders()):
                    job(calendar.today())
            step()
            clock = timezone.now()
