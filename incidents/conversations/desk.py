from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box, IncidentPage
from incidents.models import Incident

from . import card, worklist


class Desk(IncidentPage, Tasks):
    task_kinds = worklist.TASK_KINDS

    def tasks(self, user: StaffMember, today: date) -> Iterable[QuerySet]:
        return (worklist.conversations_to_hold(user, today),)

    def incident_box(self, incident: Incident, user: StaffMember) -> Box | None:
        return card.incident_box(incident, user)
