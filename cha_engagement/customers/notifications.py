"""Notify staff about customers: what an email says holds no name of a customer and no detail of a case."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff, warn_of_last_day
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    first_nonempty_group,
    overseeing_manager,
    present_staff,
    staff_with_permission,
)

from . import queries, rules
from .enums import HOW_CONFIRMED
from .models import Adjustment, Customer, Merge


def notify_assigned_colleague(customer: Customer, *, by: StaffMember) -> None:
    """Tell whoever looks after a customer now, unless they assigned them themselves."""
    if customer.assigned_to != by:
        notify_staff(
            [customer.assigned_to],
            text=f"{customer} is now assigned to you.",
            shown_text=f"You look after {customer.name} ({customer}) from now on.",
            path=customer.get_absolute_url(),
            reference=customer.reference,
        )


def notify_who_checked(customer: Customer, before: Customer | None, *, by: StaffMember) -> None:
    """Tell a colleague who is said to have checked what a customer needs: they know best whether they did. Policy §9, 13."""
    names = ("needs_confirmed_with", *HOW_CONFIRMED)
    is_news = before is None or any(getattr(customer, name) != getattr(before, name) for name in names)
    colleague = customer.needs_confirmed_by
    if is_news and colleague not in (None, by):
        error = "If you did not, say in their details that they could not be asked."
        notify_staff(
            [colleague],
            text=f"{by} recorded that you checked with {customer} what they need. {error}",
            shown_text=f"{by} recorded that you checked with {customer.name} what they need, on {uk_date(customer.needs_confirmed_on)}. {error}",
            path=customer.get_absolute_url(),
            reference=customer.reference,
        )


def notify_of_assignment_request(customer: Customer, *, by: StaffMember) -> None:
    """Tell the line manager of a request, or every manager at work where that one cannot assign; all of them where none is.

    Asked again, they have the one notice.
    """
    manager = by.acting_line_manager
    if manager is None or rules.may_assign_customer(manager):
        able = staff_with_permission(Permission.ASSIGN_CUSTOMERS)
        managers = first_nonempty_group(present_staff(able), able)
    else:
        managers = [manager]
    notify_staff(
        managers,
        text=f"{by} asks to look after {customer}.",
        shown_text=f"{by} asks to look after {customer.name} ({customer}).",
        path=reverse("customer_assign", args=[customer.reference]),
        reference=customer.reference,
        repeat=False,
    )


def notify_of_merge(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Tell another manager of a merge: what binds one binds both from then on. Beyond the policy: B16."""
    notify_staff(
        [overseeing_manager(by, by)],
        text=f"{by} merged {other} into {kept}. Please make sure that they are the same.",
        shown_text=f"{by} merged {other.name} ({other}) into {kept.name} ({kept}). Please make sure that they are the same.",
        path=kept.get_absolute_url(),
        reference=kept.reference,
    )


def notify_of_unmerge_asked(merge: Merge, *, by: StaffMember) -> None:
    """Ask the other managers at work to undo a merge, or all of them where none is. Beyond the policy: B16."""
    notify_staff(
        other_managers(merge.kept, by=by),
        text=f"{by} asks that the merge of {merge.merged} and {merge.kept} is undone. Look whether they are two.",
        path=reverse("customer_unmerge", args=[merge.kept.reference, merge.reference]),
        reference=merge.reference,
        is_task=True,
    )


def notify_of_merge_asked(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Ask the other managers at work to compare two records, or all of them where none is. Beyond the policy: B16."""
    notify_staff(
        other_managers(kept, other, by=by),
        text=f"{by} asks whether {other} and {kept} are one customer. Compare them, and merge them only where they are.",
        path=reverse("customer_merge", args=[kept.reference]),
        reference=kept.reference,
        is_task=True,
    )


def warn_of_end(adjustment: Adjustment, recipients: Iterable[StaffMember], today: date) -> int:
    """Tell them ahead and on its last day that an adjustment ends. Policy §9."""
    customer, what = (
        adjustment.customer,
        "Ask them whether they still need it, and record it anew where they do.",
    )
    return warn_of_last_day(
        recipients,
        of=adjustment.reference,
        ends_on=adjustment.ends_on,
        today=today,
        text=f"What we do differently for {customer} ends {{when}}. {what}",
        shown_text=f"What we do differently for {customer.name} ends {{when}}: {adjustment}. {what}",
        path=customer.get_absolute_url(),
        reference=customer.reference,
    )


def other_managers(*customers: Customer, by: StaffMember) -> list[StaffMember]:
    """Return the other managers at work who may read about these customers, or all of them where none is."""
    able = staff_with_permission(Permission.MERGE_CUSTOMERS).exclude(pk=by.pk)
    groups = (queries.people_reading_about(customers, group, by) for group in (present_staff(able), able))
    return first_nonempty_group(*groups)


def overseers(customer: Customer, *, by: StaffMember) -> set[StaffMember | None]:
    """Return who looks over what somebody changes of a customer."""
    return {overseeing_manager(by, by), customer.assigned_to} - {by}


def notify_of_death(
    customer: Customer, *, by: StaffMember, informed: Collection[StaffMember | None] = ()
) -> None:
    """Tell every manager who is not `informed` that somebody was recorded to have died, or not to have: what binds them ends. Policy §23."""
    what = "has died" if customer.deceased_on else "has not died after all"
    text = f"{by} recorded that {customer} {what}. Please say so where you know otherwise."
    notify_staff(
        {*staff_with_permission(Permission.ASSIGN_CUSTOMERS), customer.assigned_to} - {by, *informed},
        text=text,
        shown_text=text.replace(str(customer), f"{customer.name} ({customer})", 1),
        path=customer.get_absolute_url(),
        reference=customer.reference,
    )


def notify_of_change(
    customer: Customer, changes: Mapping[str, str], *, by: StaffMember, can_limit: bool = False
) -> None:
    """Ask a manager, and whoever looks after the customer, to look over a change, in one notice. Beyond the policy: B1, B36.

    `changes` are the labels of the changed fields, by their names.
    """
    fields = rules.changes_to_oversee(by, customer, changes)
    what = f": {', '.join(changes[field] for field in fields)}." if fields else "."
    if can_limit:
        text = f"{by} wrote words on the card of {customer} that may limit something. Please look them over{what}"
    elif fields:
        text = f"{by} changed what is recorded of {customer}. Please look it over{what}"
    else:
        return
    notify_staff(
        overseers(customer, by=by),
        text=text,
        shown_text=text.replace(str(customer), f"{customer.name} ({customer})", 1),
        path=customer.get_absolute_url(),
        reference=customer.reference,
    )
