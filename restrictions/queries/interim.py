from datetime import date

from django.db.models import Q, QuerySet

from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission
from incidents.queries import incidents_awaiting_manager, is_perhaps_waiting
from restrictions.models import InterimMeasure

LAPSES_SOON = 2  # working days before the last one of an interim measure


def select_interim_page(measures: QuerySet[InterimMeasure]) -> QuerySet[InterimMeasure]:
    return measures.select_related("customer", "by").prefetch_related("incidents")


def undecided_interim_measures() -> QuerySet[InterimMeasure]:
    """Those in force on which no decision has followed, and those that lapsed while their incidents wait for a manager. B21."""
    waiting = incidents_awaiting_manager().filter(is_perhaps_waiting()).values("pk")
    resting = InterimMeasure.incidents.through.objects.filter(incident__in=waiting).values("interimmeasure")
    in_force = InterimMeasure.objects.filter(status="in_force", ends_on__gte=today())
    lapsed = Q(status="lapsed") | Q(status="in_force", ends_on__lt=today())
    either = in_force.values("pk").union(InterimMeasure.objects.filter(lapsed, pk__in=resting).values("pk"))
    return InterimMeasure.objects.undecided().filter(pk__in=either)


def is_lapsing_soon(interim: InterimMeasure, day: date) -> bool:
    """Whether its last day is this one or at most two working days ahead."""
    return interim.ends_on <= add_working_days(day, LAPSES_SOON)


def interim_deciders(interim: InterimMeasure) -> list[StaffMember]:
    """Whoever set it, while they are there to decide; else every manager who is."""
    managers = staff_with_permission("restrictions.decide_management")
    own = present_staff(managers).filter(pk=interim.by_id)
    return first_nonempty_group(own, present_staff(managers), managers)
