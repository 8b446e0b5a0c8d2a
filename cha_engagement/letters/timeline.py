from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Letter

EVENT_KINDS = {
    "letter.ask_reader": EventKind("Second reader asked for a letter", "letter"),
    "letter.read": EventKind("Letter read by a second person", "letter"),
    "letter.send_back": EventKind("Letter sent back by its second reader", "letter"),
    "letter.confirm": EventKind("Letter confirmed by a second person", "letter"),
    "letter.reverse": EventKind("Letter reversed by a second person", "letter"),
    "letter.issue": EventKind("Letter issued", "letter"),
    "letter.send": EventKind("Letter sent", "letter"),
    "letter.translate": EventKind("Translation of a letter attached", "letter"),
    "letter.void": EventKind("Letter withdrawn", "letter"),
}


def letter_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Letter.objects.visible_to(user).filter(customer=customer))
