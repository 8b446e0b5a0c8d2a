from django.db.models import Q, QuerySet

from cha_engagement.customers.interfaces import EventKind, EventSource
from cha_engagement.staff.models import StaffMember

from .enums import AdjustmentEvent, CustomerEvent, NeedEvent, SignpostingEvent
from .models import Adjustment, Customer, Need, Signposting

EVENT_KINDS = {
    f"customer.{CustomerEvent.ADD}": EventKind("Added as a customer", ""),
    f"customer.{CustomerEvent.MERGE}": EventKind("Two records merged", ""),
    f"customer.{CustomerEvent.UNMERGE}": EventKind("Merge of two records undone", ""),
    f"customer.{CustomerEvent.CONFIRM_NEEDS}": EventKind("Asked what they need", ""),
    f"customer.{CustomerEvent.RECORD_DEATH}": EventKind("Recorded that they died", ""),
    f"customer.{CustomerEvent.TAKE_BACK_DEATH}": EventKind("Taken back that they died", ""),
    f"customer.{CustomerEvent.REPLACE_DETAILS}": EventKind("How we reach them changed", ""),
    f"need.{NeedEvent.RECORD}": EventKind("Need recorded", ""),
    f"need.{NeedEvent.CHANGE}": EventKind("Words about a need changed", ""),
    f"need.{NeedEvent.END}": EventKind("Need no longer recorded", ""),
    f"adjustment.{AdjustmentEvent.AGREE}": EventKind("Adjustment agreed", ""),
    f"adjustment.{AdjustmentEvent.END}": EventKind("Adjustment ended", ""),
    f"signposting.{SignpostingEvent.SIGNPOST}": EventKind("Told of independent help", ""),
}


def customers_and_merged(user: StaffMember) -> QuerySet[Customer]:
    return Customer.objects.visible_with_merged(user)


EVENT_SOURCES = (
    EventSource(Customer, "pk", Q(merged_into=None), visible_to=customers_and_merged),
    # What happened to somebody before they were merged into another stands on the timeline of that one.
    EventSource(
        Customer,
        "merged_into",
        Q(merged_into__isnull=False),
        left_out=(CustomerEvent.MERGE,),
        visible_to=customers_and_merged,
    ),
    # Whoever sees the customer sees these.
    EventSource(Need, visible_to=lambda user: Need.objects.all()),
    EventSource(Adjustment, visible_to=lambda user: Adjustment.objects.all()),
    EventSource(Signposting, visible_to=lambda user: Signposting.objects.all()),
)
