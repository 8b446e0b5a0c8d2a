"""Colleagues whom a customer's conduct affected, and which of them agree to deal with that customer. Beyond the policy: B40."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cha_engagement.core.statements import kept_keys
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import can_read_every_case
from cha_engagement.staff.fields import customer_facing_staff
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.queries import role_history

from .enums import AgreementStatus
from .models import Agreement

WHY_LEFT_OUT = "Colleagues whom they harmed are listed once they have agreed."


def affected_colleagues(customer: Customer) -> QuerySet[StaffMember]:
    """Return those whom an incident of this customer affected, also where it does not say so any more."""
    return StaffMember.objects.filter(pk__in=kept_keys(affected_colleague_keys, customer.pk))


def affected_colleague_keys(customer: int) -> QuerySet[Any]:
    own = Incident.objects.filter(customer=customer).order_by().values("pk")
    return role_history("affected_staff", own).values("staffmember")


def unwilling_colleagues(customer: Customer) -> QuerySet[StaffMember]:
    """Return the affected colleagues who have not agreed to deal with this customer."""
    agreed = Agreement.objects.filter(customer=customer, status=AgreementStatus.AGREED)
    return affected_colleagues(customer).exclude(pk__in=agreed.values("person"))


def colleagues_with_agreement(customer: int) -> QuerySet[Any]:
    """Return the affected colleagues, each with `agreement_reference` and `agreement_status`, where they were asked."""
    own = Agreement.objects.filter(customer=customer, person=OuterRef("pk"))
    return (
        StaffMember.objects.filter(pk__in=affected_colleague_keys(customer), is_active=True)
        .annotate(
            agreement_reference=Subquery(own.values("reference")),
            agreement_status=Subquery(own.values("status")),
        )
        .only("first_name", "last_name", "username")
    )


def colleagues_to_ask(customer: Customer) -> QuerySet[StaffMember]:
    """Return the unwilling colleagues who can be asked: they work with customers, and have no question waiting."""
    asked = Agreement.objects.filter(customer=customer, status=AgreementStatus.ASKED)
    unwilling = unwilling_colleagues(customer)
    return (
        customer_facing_staff().filter(pk__in=unwilling.values("pk")).exclude(pk__in=asked.values("person"))
    )


def colleagues_to_spare(
    customer: Customer, needed: int = 1, *, by: StaffMember | None = None
) -> Collection[StaffMember]:
    """Return those who are not to be put between us and this customer; nobody, where fewer others than `needed` are there.

    `by` chooses somebody, where that may be an officer: a user who does not read why is told of nobody, by a list or by a refusal.
    """
    if by and not can_read_every_case(by, customer):
        return []
    people = list(unwilling_colleagues(customer))
    if (
        not people
        or customer_facing_staff().exclude(pk__in=[person.pk for person in people])[:needed].count() < needed
    ):
        return []
    return people


def is_to_be_spared(person: Any) -> Q:
    """Return a `Q` on rows with a customer who affected this person, where they have not agreed to deal with that customer.

    The person is given as an expression or by their key.
    """
    own = Incident.objects.filter(customer=OuterRef(OuterRef("customer"))).order_by().values("pk")
    harmed = role_history("affected_staff", own).filter(staffmember=person)
    willing = Agreement.objects.filter(
        person=person, customer=OuterRef("customer"), status=AgreementStatus.AGREED
    )
    return Q(Exists(harmed)) & ~Q(Exists(willing))
