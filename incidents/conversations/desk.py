from collections.abc import Collection, Iterator

from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box, IncidentPage
from incidents.models import Incident

from . import card, tasks


class Desk(IncidentPage, Tasks):
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS

    def incident_box(self, incident: Incident, user: StaffMember) -> Box | None:
        return card.incident_box(incident, user)

    def assessment_effects(self, incident: Incident, codes: Collection[str]) -> Iterator[str]:
        return card.assessment_effects(incident, codes)
