from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.staff.models import StaffMember

from .models import Customer

EVENT_KINDS = {
    "customer.add": EventKind("Added as a customer", ""),
    "customer.merge": EventKind("Two records merged", ""),
    "customer.unmerge": EventKind("Two records parted again", ""),
    "adjustment.agree": EventKind("Adjustment agreed", ""),
    "adjustment.end": EventKind("Adjustment ended", ""),
    "signposting.signpost": EventKind("Told of independent help", ""),
}


def customer_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Customer.objects.visible_to(user).filter(pk=customer.pk))


def merged_customer_events(customer: Customer, user: StaffMember) -> QuerySet:
    """Return the events of those who are merged into a customer, from before the merge."""
    return event_rows(Customer.objects.visible_with_merged(user).filter(merged_into=customer)).exclude(
        event="merge"
    )


def adjustment_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(customer.adjustments.all())


def signposting_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(customer.signpostings.all())
