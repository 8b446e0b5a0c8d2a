from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .models import Block, BlockEvent

EVENT_KINDS = {
    f"block.{BlockEvent.BLOCK}": EventKind("Address or account blocked", "block"),
    f"block.{BlockEvent.UNBLOCK}": EventKind("Address or account unblocked", "block"),
}

EVENT_SOURCES = (EventSource(Block, "restriction__customer", group=EventGroup.RESTRICTIONS),)
