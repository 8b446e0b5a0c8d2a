from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .enums import ContactEvent
from .models import Contact

EVENT_KINDS = {
    f"contact.{ContactEvent.LOG}": EventKind("Contact", "contact"),
    f"contact.{ContactEvent.CORRECT}": EventKind("Contact corrected", "contact"),
}


def contact_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Contact.objects.visible_to(user).filter(customer=customer))
