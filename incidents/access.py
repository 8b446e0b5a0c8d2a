from cha_engagement.core import hub
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember

from .models import Incident, IncidentQuerySet


@hub.holders.add
def incidents_with_evidence(evidence: Evidence, user: StaffMember) -> IncidentQuerySet:
    return Incident.objects.visible_to(user).filter(evidence=evidence)
