from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission
from incidents.queries import incidents_awaiting_manager, is_perhaps_waiting
from restrictions.enums import InterimStatus
from restrictions.models import InterimMeasure

LAPSES_SOON = 2  # working days before the last day of what ends by itself


def select_interim_page(interim_measures: QuerySet[InterimMeasure]) -> QuerySet[InterimMeasure]:
    return interim_measures.select_related("customer", "by").prefetch_related("incidents")


def undecided_interim_measures() -> QuerySet[InterimMeasure]:
    """Return those in force on which no decision has followed, and those that lapsed while their incidents wait for a manager. B21."""
    waiting = incidents_awaiting_manager().filter(is_perhaps_waiting()).values("pk")
    on_waiting = InterimMeasure.incidents.through.objects.filter(incident__in=waiting)
    has_lapsed = Q(status=InterimStatus.LAPSED) | Q(status=InterimStatus.IN_FORCE, ends_on__lt=today())
    lapsed = InterimMeasure.objects.filter(has_lapsed, pk__in=on_waiting.values("interimmeasure"))
    in_force = InterimMeasure.objects.in_force()
    return InterimMeasure.objects.undecided().filter(pk__in=in_force.values("pk").union(lapsed.values("pk")))


def undecided_keys(customer: int) -> QuerySet[Any]:
    return undecided_interim_measures().filter(customer=customer).values("pk")


def last_day_soon(day: date) -> date:
    """Return the latest last day that is said on a day to be near."""
    return add_working_days(day, LAPSES_SOON)


def is_lapsing_soon(interim: InterimMeasure, day: date) -> bool:
    """Return whether its last day is this one or at most two working days ahead."""
    return interim.ends_on <= last_day_soon(day)


def deciders_after(person: int | None) -> list[StaffMember]:
    """Return whoever set what ends by itself, by key, while they are there to decide what follows; else every manager who is."""
    managers = staff_with_permission(Permission.DECIDE_MANAGEMENT)
    setter = present_staff(managers).filter(pk=person or 0)
    return first_nonempty_group(setter, present_staff(managers), managers)
