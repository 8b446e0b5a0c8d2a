"""Rules of taking an incident and handing it over: nobody comes to read more by either. Policy §65; beyond the policy: B32."""

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from incidents.enums import IncidentStatus
from incidents.models import Incident
from incidents.rules import check_handler

CLOSED = Refusal("This incident is closed.", "65")


def is_lasting_reader(person: StaffMember, incident: Incident) -> bool:
    """Return whether somebody who deals with customers reads an incident by their role or their part in it, whoever looks after the customer."""
    if not person.has_perm(Permission.LOG_INCIDENTS) or incident.customer_id in person.closed_customers:
        return False
    return person.has_perm(Permission.READ_INCIDENTS) or person in incident.named_readers


def may_take_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if incident.status == IncidentStatus.CLOSED:
        return CLOSED
    if incident.is_assessed:
        return Refusal("What follows from it is decided already.", "65")
    if incident.assigned_to:
        return Refusal(f"{incident.assigned_to} deals with it.", "65")
    if not is_lasting_reader(user, incident):
        return Refusal("Ask a manager to assign it to you.", "65")
    return next(iter(check_handler(user, incident)), None)


def may_hand_over_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if incident.status == IncidentStatus.CLOSED:
        return CLOSED
    if incident.assigned_to != user:
        return Refusal("Only the person dealing with it can hand it over.", "65")
    return None


def check_handed_to(person: StaffMember, incident: Incident) -> list[Refusal]:
    """Refuse to hand it to whoever does not read it anyhow, as a manager assigns it to them, and to those whom it harmed. Policy §13, 58, 65."""
    if is_lasting_reader(person, incident):
        return check_handler(person, incident)
    return [
        Refusal(
            f"{person} cannot read this incident. Only a manager can assign it to them.",
            "65",
            "assigned_to",
        )
    ]
