from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import LetterEvent
from .models import Letter

EVENT_KINDS = {
    f"letter.{LetterEvent.ASK_READER}": EventKind("Second reader asked for a letter", "letter"),
    f"letter.{LetterEvent.READ}": EventKind("Letter read by a second person", "letter"),
    f"letter.{LetterEvent.SEND_BACK}": EventKind("Letter sent back by its second reader", "letter"),
    f"letter.{LetterEvent.CONFIRM}": EventKind("Letter confirmed by a second person", "letter"),
    f"letter.{LetterEvent.REVERSE}": EventKind("Letter reversed by a second person", "letter"),
    f"letter.{LetterEvent.ISSUE}": EventKind("Letter issued", "letter"),
    f"letter.{LetterEvent.SEND}": EventKind("Letter sent", "letter"),
    f"letter.{LetterEvent.COME_BACK}": EventKind("Letter came back", "letter"),
    f"letter.{LetterEvent.TRANSLATE}": EventKind("Translation of a letter attached", "letter"),
    f"letter.{LetterEvent.VOID}": EventKind("Letter withdrawn", "letter"),
}

EVENT_SOURCES = (EventSource(Letter, group=EventGroup.LETTERS),)
