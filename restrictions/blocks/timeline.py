from django.db.models import QuerySet

from cha_engagement.core import hub
from cha_engagement.core.hub import EventKind
from cha_engagement.core.records import event_rows
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Block

hub.event_kinds["block.block"] = EventKind("Address or account blocked", "block")
hub.event_kinds["block.unblock"] = EventKind("Address or account unblocked", "block")


@hub.timeline.add
def block_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Block.objects.visible_to(user).filter(restriction__customer=customer))
