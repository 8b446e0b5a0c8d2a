from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Block

EVENT_KINDS = {
    "block.block": EventKind("Address or account blocked", "block"),
    "block.unblock": EventKind("Address or account unblocked", "block"),
}


def block_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Block.objects.visible_to(user).filter(restriction__customer=customer))
