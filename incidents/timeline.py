from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .enums import IncidentEvent
from .models import Incident

EVENT_KINDS = {
    f"incident.{IncidentEvent.LOG}": EventKind("Incident logged", "incident"),
    f"incident.{IncidentEvent.ASSESS}": EventKind("Incident assessed", "incident"),
    f"incident.{IncidentEvent.CLOSE}": EventKind("Incident closed", "incident"),
    f"incident.{IncidentEvent.REOPEN}": EventKind("Incident reopened", "incident"),
}


def incident_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Incident.objects.visible_to(user).filter(customer=customer)).exclude(
        event=IncidentEvent.SEND
    )
