from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Block, BlockEvent

EVENT_KINDS = {
    f"block.{BlockEvent.BLOCK}": EventKind("Address or account blocked", "block"),
    f"block.{BlockEvent.UNBLOCK}": EventKind("Address or account unblocked", "block"),
}


def block_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Block.objects.visible_to(user).filter(restriction__customer=customer))
