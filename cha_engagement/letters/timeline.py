from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

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
    f"letter.{LetterEvent.TRANSLATE}": EventKind("Translation of a letter attached", "letter"),
    f"letter.{LetterEvent.VOID}": EventKind("Letter withdrawn", "letter"),
}


def letter_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Letter.objects.visible_to(user).filter(customer=customer))
