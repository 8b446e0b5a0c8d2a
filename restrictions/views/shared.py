from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from restrictions import queries
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
