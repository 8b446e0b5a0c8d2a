from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Incident

EVENT_KINDS = {
    "incident.log": EventKind("Incident logged", "incident"),
    "incident.assess": EventKind("Incident assessed", "incident"),
    "incident.close": EventKind("Incident closed", "incident"),
    "incident.reopen": EventKind("Incident reopened", "incident"),
}


def incident_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Incident.objects.visible_to(user).filter(customer=customer)).exclude(event="send")
