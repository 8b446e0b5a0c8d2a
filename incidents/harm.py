"""Whom a customer's conduct affected, and who of them agrees to deal with that customer. Beyond the policy: B40."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import reads_why
from cha_engagement.staff.fields import customer_facing_staff
from cha_engagement.staff.models import StaffMember

from .enums import AgreementStatus
from .models import Agreement, Incident
from .parts import ever

WHY_LEFT_OUT = "Colleagues whom they harmed are listed once they have agreed."


def affected(customer: Customer) -> QuerySet[StaffMember]:
    """Those whom an incident of this customer affected, also where it does not say so any more."""
    own = Incident.objects.filter(customer=customer).order_by().values("pk")
    return StaffMember.objects.filter(pk__in=ever("affected_staff", own).values("staffmember"))


def agreed(customer: Customer) -> QuerySet[Agreement]:
    return Agreement.objects.filter(customer=customer, status=AgreementStatus.AGREED)


def unwilling(customer: Customer) -> QuerySet[StaffMember]:
    """Those whom it affected and who have not agreed to deal with this customer."""
    return affected(customer).exclude(pk__in=agreed(customer).values("person"))


def with_agreement(customer: Customer) -> QuerySet[Any]:
    """Those whom it affected, each with `agreement_reference` and `agreement_status`, where they were asked."""
    own = Agreement.objects.filter(customer=customer, person=OuterRef("pk"))
    return (
        affected(customer)
        .filter(is_active=True)
        .annotate(
            agreement_reference=Subquery(own.values("reference")),
            agreement_status=Subquery(own.values("status")),
        )
    )


def to_ask(customer: Customer) -> QuerySet[StaffMember]:
    """Those who can be asked whether they agree: they work with customers, and have no question waiting."""
    asked = Agreement.objects.filter(customer=customer, status=AgreementStatus.ASKED)
    return (
        customer_facing_staff()
        .filter(pk__in=unwilling(customer).values("pk"))
        .exclude(pk__in=asked.values("person"))
    )


def check_asked(customer: Customer, person: StaffMember) -> Refusal | None:
    """Whom it never affected needs no agreement, and is not told of a customer by being asked."""
    if affected(customer).filter(pk=person.pk).exists():
        return None
    return Refusal(
        f"Nothing that this customer did affected {person}: there is nothing to ask.", "B40", "person"
    )


def kept_from(
    customer: Customer, needed: int = 1, *, by: StaffMember | None = None
) -> Collection[StaffMember]:
    """Those who are not to be put between us and this customer; nobody, where too few others are there to do it.

    `by` chooses somebody, where that may be an officer: whoever does not read why is told of nobody, by a list or by a refusal.
    """
    if by and not reads_why(by, customer):
        return []
    people = list(unwilling(customer))
    if (
        not people
        or customer_facing_staff().exclude(pk__in=[person.pk for person in people])[:needed].count() < needed
    ):
        return []
    return people


def check_people(
    customer: Customer,
    people: Mapping[str, StaffMember | None],
    needed: int = 1,
    *,
    by: StaffMember | None = None,
) -> Iterator[Refusal]:
    """Nobody whom it affected is put between us and a customer without having agreed. `people` are by the name of their field.

    `by` is as for `kept_from`.
    """
    chosen = {person for person in people.values() if person}
    if not chosen:
        return
    kept = kept_from(customer, needed, by=by)
    for field, person in people.items():
        if person in kept:
            yield Refusal(
                f"What this customer did affected {person}, who has not agreed to deal with them. Choose somebody else, or have a "
                "manager ask them first, on the customer’s page.",
                "B40",
                field,
            )


def unwilling_in(person: Any) -> Q:
    """Of rows with a customer: that this person was affected by that customer and has not agreed. They are given as an expression or by their key."""
    own = Incident.objects.filter(customer=OuterRef(OuterRef("customer"))).order_by().values("pk")
    harmed = ever("affected_staff", own).filter(staffmember=person)
    willing = Agreement.objects.filter(
        person=person, customer=OuterRef("customer"), status=AgreementStatus.AGREED
    )
    return Q(Exists(harmed)) & ~Q(Exists(willing))
