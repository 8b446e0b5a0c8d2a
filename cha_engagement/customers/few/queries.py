from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import models_by_prefix
from cha_engagement.core.statements import kept_records
from cha_engagement.customers.interfaces import CustomerPage
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import CLOSED_CASE, OPEN_CASE
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    first_nonempty_group,
    keys_with_permission,
    present_staff,
    staff_with_permission,
)

from .models import CaseForFew, CaseOpening


def closed_cases(reader: int, now: datetime) -> QuerySet[Any]:
    """Return for each case for few whether somebody may read it at a moment, and its customer."""
    return customers_of_cases("customer_id", reader, now)


def closed_merged_cases(reader: int, now: datetime) -> QuerySet[Any]:
    """Return the same for those who are merged into the customer of a case: their own history stays."""
    return customers_of_cases("customer__merged", reader, now)


def customers_of_cases(path: str, reader: int, now: datetime) -> QuerySet[Any]:
    named = CaseForFew.readers.through.objects.filter(caseforfew=OuterRef("pk"), staffmember=reader)
    opened = CaseOpening.objects.filter(case=OuterRef("pk"), by=reader, until__gt=now)
    may_read = Case(
        When(Exists(named) | Exists(opened), then=Value(OPEN_CASE)),
        default=Value(CLOSED_CASE),
        output_field=TextField(),
    )
    cases = CaseForFew.objects.standing().filter(**{f"{path}__isnull": False}).order_by()
    return cases.values_list(may_read, Cast(path, TextField()))


def standing_case(customer: Customer) -> CaseForFew | None:
    return CaseForFew.objects.standing().filter(customer=customer).first()


def readers_of_case(customer: int, reader: StaffMember | None = None) -> list[StaffMember] | None:
    """Return who may read the case of a customer, by key; None where it is for everybody. Of a `reader` who knows that it is, nothing is asked."""
    if reader and customer not in reader.customers_for_few | reader.closed_customers:
        return None
    cases = CaseForFew.objects.standing().filter(customer=customer)
    return list(StaffMember.objects.filter(pk__in=cases.order_by().values("readers"))) or None


def readers_among(
    people: QuerySet[StaffMember], customer: int | None, user: StaffMember | None = None
) -> QuerySet[StaffMember]:
    """Return which of these people may read the case of a customer, by key: nobody else is there for it. Of a `user` who reads it and knows whether it is for few, nothing is asked."""
    if user and customer not in user.customers_for_few:
        return people
    cases = CaseForFew.objects.standing().filter(customer=customer).order_by()
    return people.filter(Q(pk__in=cases.values("readers")) | Q(~Exists(cases)))


def acting_readers(case: CaseForFew) -> QuerySet[StaffMember]:
    """Return those of its readers who can act as managers."""
    return staff_with_permission(Permission.ASSIGN_CUSTOMERS).filter(
        pk__in=case.readers.order_by().values("pk")
    )


def people_to_ask(case: CaseForFew) -> list[StaffMember]:
    """Return the readers to speak to now: those who can act and are at work, else all who can act, else all."""
    acting = acting_readers(case)
    return first_nonempty_group(present_staff(acting), acting, case.readers.filter(is_active=True))


def possible_readers() -> QuerySet[StaffMember]:
    """Return who can be named: whoever reads about customers by their role, and whoever hears appeals from outside."""
    return StaffMember.objects.filter(
        Q(pk__in=keys_with_permission(Permission.READ_CUSTOMERS))
        | Q(pk__in=keys_with_permission(Permission.HEAR_NAMED_APPEALS)),
        is_active=True,
    )


def proposed_readers(customer: Customer) -> list[StaffMember]:
    """Return the colleagues who work on a case now, as the apps say who does."""
    people = {
        person
        for desk in desks(CustomerPage)
        for person in desk.people_at_work_on(customer)
        if person.is_active
    }
    return sorted(people, key=lambda person: person.pk)


def references_of_case(customer: Customer) -> set[str]:
    """Return the references of all records of a customer's case, their own included."""
    references: set[str] = set()
    for model in models_by_prefix().values():
        records = model._default_manager.all()
        about = records.filter(records.is_about(frozenset({customer.pk}))).order_by()
        references.update(about.values_list("reference", flat=True))
    return references


def standing_cases() -> QuerySet[CaseForFew]:
    return CaseForFew.objects.standing().select_related("customer")


def case_of_reference(reference: str) -> CaseForFew | None:
    """Return the case for few of a record. Hardly ever is there any: one query says so."""
    cases = kept_records(CaseForFew, standing_cases)
    model = models_by_prefix().get(reference[:3]) if cases else None
    if model is None:
        return None
    records = model._default_manager.filter(reference=reference)
    return next(
        (case for case in cases if records.filter(records.is_about(frozenset({case.customer_id}))).exists()),
        None,
    )


def may_read_record(person: StaffMember, reference: str) -> bool:
    records = models_by_prefix()[reference[:3]]._default_manager
    return records.visible_to(person).filter(reference=reference).exists()
