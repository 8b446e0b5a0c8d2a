from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import SecondLookEvent
from .models import SecondLook

EVENT_KINDS = {
    f"secondlook.{SecondLookEvent.ASK}": EventKind("A second person is asked to look", "second_look"),
    f"secondlook.{SecondLookEvent.CONFIRM}": EventKind("Confirmed by a second person", "second_look"),
    f"secondlook.{SecondLookEvent.REVERSE}": EventKind("Reversed by a second person", "second_look"),
}

EVENT_SOURCES = (EventSource(SecondLook, group=EventGroup.RESTRICTIONS),)
