from django.shortcuts import get_object_or_404

from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from restrictions import queries


def get_customer(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def incidents_from_address(request: StaffRequest, customer: Customer) -> list[Incident]:
    """The incidents that the address names, `?incident=INC-…`, of those this user sees."""
    return list(
        queries.incidents_to_choose(customer, request.user).filter(
            reference__in=request.GET.getlist("incident")[:50]
        )
    )
