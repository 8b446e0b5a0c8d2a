from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.organisation.calendar import latest_soon, today
from incidents.queries import incidents_awaiting_manager, is_perhaps_waiting
from restrictions.enums import InterimStatus
from restrictions.models import InterimMeasure


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


def is_lapsing_soon(interim: InterimMeasure, day: date) -> bool:
    """Return whether its last day is this one or at most two working days ahead."""
    return interim.ends_on <= latest_soon(day)
