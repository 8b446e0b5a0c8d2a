"""What staff are told about incidents: no name of a customer, no category, no detail of a case."""

from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.workflow import notify

from . import queries
from .models import Incident, Talk


def incident_logged(incident: Incident) -> None:
    """Whoever is to decide what follows. Policy §25."""
    notify(
        queries.who_decide(incident),
        text=f"{incident} was logged and waits for you.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
        is_task=True,
    )


def incident_reopened(incident: Incident, *, by: StaffMember) -> None:
    """Whoever is to decide again, but for the one who reopened it. Policy §24, 25."""
    notify(
        [manager for manager in queries.who_decide(incident) if manager != by],
        text=f"{incident} was reopened and waits for you.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
        is_task=True,
    )


def incident_assigned(incident: Incident) -> None:
    """Whoever deals with it now."""
    notify(
        [incident.assigned_to],
        text=f"{incident} is now assigned to you.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
    )


def talk_wanted(talk: Talk) -> None:
    """Policy §57."""
    notify(
        queries.who_talk(talk),
        text=f"{talk.staff_member} ended a contact. Please talk with them as soon as you can.",
        path=talk.get_absolute_url(),
        reference=talk.reference,
        is_task=True,
    )


def incident_assessed(incident: Incident) -> None:
    """Whoever reported it and whoever it affected hear that something came of it. Beyond the policy: B22."""
    notify(
        [incident.reported_by, incident.entered_by, *incident.affected_staff.all()],
        text=f"A manager has decided what follows from {incident}. Thank you for recording it.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
    )
