from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from . import rules


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    """Show who deals with an incident, and let the reader take it or hand it over."""
    may_take = not rules.may_take_incident(user, incident)
    if not (incident.assigned_to or may_take):
        return None
    content = {
        "incident": incident,
        "may_take": may_take,
        "may_hand_over": not rules.may_hand_over_incident(user, incident),
    }
    return Box("incidents/handling/box.html", content)
