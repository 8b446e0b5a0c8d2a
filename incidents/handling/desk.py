from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box, IncidentPage
from incidents.models import Incident

from . import card


class Desk(IncidentPage):
    def incident_box(self, incident: Incident, user: StaffMember) -> Box | None:
        return card.incident_box(incident, user)
