from django.db.models import Q

from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import NoteEvent
from .models import Note

EVENT_KINDS = {f"note.{NoteEvent.WRITE}": EventKind("Note", "note")}

EVENT_SOURCES = (
    EventSource(Note, records=Q(incident=None)),
    EventSource(Note, customer="incident__customer", records=Q(customer=None)),
)
