from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember


class Command(BaseCommand):
    help = "Fill an empty place with a small invented association."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONMENT != "demo":
            raise CommandError("The demonstration is made only where ENVIRONMENT is demo.")
        if StaffMember.objects.exists() or Customer.objects.exists():
            raise CommandError("There are records here already: the demonstration fills an empty place only.")
        today = calendar.today()
        shared = hub.Demonstration(today, Random(today.toordinal()))  # noqa: S311 -- chance, not secrets
        # Apps are found from the top floor down; each stands on what those below have made.
        for part in reversed([*hub.demo]):
            part(shared)
        self.stdout.write("The demonstration is ready.")
