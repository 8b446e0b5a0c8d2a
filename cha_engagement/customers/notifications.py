"""What staff are told about customers: no name of a customer, no detail of a case."""

from collections.abc import Mapping

from django.urls import reverse

from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    first_nonempty_group,
    overseeing_manager,
    present_staff,
    staff_with_permission,
)

from . import rules
from .models import Customer


def customer_assigned(customer: Customer, *, by: StaffMember) -> None:
    """Whoever looks after them now, unless they said so themselves."""
    if customer.assigned_to != by:
        notify_staff(
            [customer.assigned_to],
            text=f"{customer} is now assigned to you.",
            path=customer.get_absolute_url(),
            reference=customer.reference,
        )


def assignment_asked(customer: Customer, *, by: StaffMember) -> None:
    """The line manager, or every manager at work where that one cannot assign; all of them where none is. Asked again, they have the one notice."""
    manager = by.acting_line_manager
    if manager is None or rules.may_assign(manager):
        able = staff_with_permission("customers.assign_customer")
        managers = first_nonempty_group(present_staff(able), able)
    else:
        managers = [manager]
    notify_staff(
        managers,
        text=f"{by} asks to look after {customer}.",
        path=reverse("customer_assign", args=[customer.reference]),
        reference=customer.reference,
        repeat=False,
    )


def customers_merged(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Another manager than who merged them: what binds one binds both from then on. Beyond the policy: B16."""
    notify_staff(
        [overseeing_manager(by, by)],
        text=f"{by} merged {other} into {kept}. Please make sure that they are the same.",
        path=kept.get_absolute_url(),
        reference=kept.reference,
    )


def changed_by_another(
    customer: Customer, changes: Mapping[str, str], *, by: StaffMember, may_deny_right: bool = False
) -> None:
    """A manager of whoever changed something that is to be looked over, and whoever looks after them; one notice. Beyond the policy: B1, B36.

    `changes` are what was changed, by field, in words.
    """
    names = rules.to_look_over(by, customer, changes)
    what = f": {', '.join(changes[name] for name in names)}." if names else "."
    if may_deny_right:
        text = (
            f"{by} wrote words on the card of {customer} that may deny something. Please look them over{what}"
        )
    elif names:
        text = f"{by} changed what is recorded of {customer}. Please look it over{what}"
    else:
        return
    notify_staff(
        {overseeing_manager(by, by), customer.assigned_to} - {by},
        text=text,
        path=customer.get_absolute_url(),
        reference=customer.reference,
    )
