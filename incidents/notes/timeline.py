from collections.abc import Callable
from operator import attrgetter

from django.db.models import Q

from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import NoteEvent
from .models import Note

EVENT_KINDS = {f"note.{NoteEvent.WRITE}": EventKind("Note", "note")}

WORDS: dict[str, Callable[[Note], str]] = {NoteEvent.WRITE: attrgetter("text")}

EVENT_SOURCES = (
    EventSource(Note, records=Q(incident=None), group=EventGroup.NOTES, words=WORDS),
    EventSource(
        Note, customer="incident__customer", records=Q(customer=None), group=EventGroup.NOTES, words=WORDS
    ),
)
