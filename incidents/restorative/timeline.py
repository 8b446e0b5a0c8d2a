from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

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


def restorative_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(RestorativeAction.objects.visible_to(user).filter(customer=customer))
