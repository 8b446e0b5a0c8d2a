from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import ContactEvent
from .models import Contact

EVENT_KINDS = {
    f"contact.{ContactEvent.LOG}": EventKind("Contact", "contact"),
    f"contact.{ContactEvent.CORRECT}": EventKind("Contact corrected", "contact"),
}

EVENT_SOURCES = (EventSource(Contact, group=EventGroup.CONTACTS),)
