from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import ObjectionEvent
from .models import Objection

EVENT_KINDS = {
    f"objection.{ObjectionEvent.LOG}": EventKind("The customer objected", "objection"),
    f"objection.{ObjectionEvent.ANSWER}": EventKind("An objection was answered", "objection"),
}

EVENT_SOURCES = (
    # Whoever sees the customer sees what they object to.
    EventSource(
        Objection,
        group=EventGroup.RESTRICTIONS,
        visible_to=lambda user: Objection.objects.all(),
        words={ObjectionEvent.LOG: lambda objection: objection.objection},
    ),
)
