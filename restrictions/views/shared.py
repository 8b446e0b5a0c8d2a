from collections.abc import Iterable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from restrictions import queries, rules
from restrictions.models import Restriction

MOST_INCIDENTS = 50  # that an address names


def get_customer(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def visible_restrictions(request: StaffRequest) -> QuerySet[Restriction]:
    return Restriction.objects.visible_to(request.user)


def incidents_from_address(request: StaffRequest, customer: Customer) -> list[Incident]:
    """Return the incidents that the address names, `?incident=INC-…`, of those this user sees."""
    references = request.GET.getlist("incident")[:MOST_INCIDENTS]
    return list(queries.incidents_to_choose(customer, request.user).filter(reference__in=references))


def appeal_refusal(customer: Customer, incidents: Iterable[Incident]) -> Refusal | None:
    """Return why an appeal keeps everything from being imposed on these incidents, said before anything is filled in."""
    return next(iter(rules.check_appeals(customer, incidents)), None)
