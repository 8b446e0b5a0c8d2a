from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.staff.models import StaffMember

from .enums import AdjustmentEvent, CustomerEvent, SignpostingEvent
from .models import Customer

EVENT_KINDS = {
    f"customer.{CustomerEvent.ADD}": EventKind("Added as a customer", ""),
    f"customer.{CustomerEvent.MERGE}": EventKind("Two records merged", ""),
    f"customer.{CustomerEvent.UNMERGE}": EventKind("Two records parted again", ""),
    f"adjustment.{AdjustmentEvent.AGREE}": EventKind("Adjustment agreed", ""),
    f"adjustment.{AdjustmentEvent.END}": EventKind("Adjustment ended", ""),
    f"signposting.{SignpostingEvent.SIGNPOST}": EventKind("Told of independent help", ""),
}


def customer_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Customer.objects.visible_to(user).filter(pk=customer.pk))


def merged_customer_events(customer: Customer, user: StaffMember) -> QuerySet:
    """Return the events of those who are merged into a customer, from before the merge."""
    return event_rows(Customer.objects.visible_with_merged(user).filter(merged_into=customer)).exclude(
        event=CustomerEvent.MERGE
    )


def adjustment_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(customer.adjustments.all())


def signposting_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(customer.signpostings.all())
