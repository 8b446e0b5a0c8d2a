from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import RestorativeEvent
from .models import RestorativeAction

EVENT_KINDS = {
    f"restorativeaction.{RestorativeEvent.RECORD}": EventKind("Restorative work", "restorative_action"),
    f"restorativeaction.{RestorativeEvent.COMPLETE}": EventKind(
        "Contact taken up again", "restorative_action"
    ),
    f"restorativeaction.{RestorativeEvent.DROP}": EventKind(
        "Contact not taken up again", "restorative_action"
    ),
}

EVENT_SOURCES = (EventSource(RestorativeAction, group=EventGroup.INCIDENTS),)
