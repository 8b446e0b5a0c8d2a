from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import IncidentEvent
from .models import Incident

EVENT_KINDS = {
    f"incident.{IncidentEvent.LOG}": EventKind("Incident logged", "incident"),
    f"incident.{IncidentEvent.ASSESS}": EventKind("Incident assessed", "incident"),
    f"incident.{IncidentEvent.CLOSE}": EventKind("Incident closed", "incident"),
    f"incident.{IncidentEvent.CONFIRM_DANGER}": EventKind(
        "What it was, confirmed by another manager", "incident"
    ),
    f"incident.{IncidentEvent.REOPEN}": EventKind("Incident reopened", "incident"),
}

EVENT_SOURCES = (
    EventSource(
        Incident, group=EventGroup.INCIDENTS, words={IncidentEvent.LOG: lambda incident: incident.facts}
    ),
)
