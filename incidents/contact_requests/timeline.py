from operator import attrgetter

from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import ContactRequestEvent
from .models import ContactRequest

EVENT_KINDS = {
    f"contactrequest.{ContactRequestEvent.RECORD}": EventKind(
        "Asked not to contact a colleague", "contact_request"
    ),
    f"contactrequest.{ContactRequestEvent.TAKE_BACK}": EventKind(
        "No longer asked not to contact a colleague", "contact_request"
    ),
}

EVENT_SOURCES = (
    EventSource(
        ContactRequest,
        group=EventGroup.INCIDENTS,
        words={
            ContactRequestEvent.RECORD: attrgetter("why"),
            ContactRequestEvent.TAKE_BACK: attrgetter("taken_back_reason"),
        },
    ),
)
