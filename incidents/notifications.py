"""What staff are told about incidents: no name of a customer, no category, no detail of a case."""

from cha_engagement.staff.workflow import notify

from .models import Incident, Talk


def incident_logged(incident: Incident) -> None:
    """The line manager of whoever reported it, or who stands in for them. Policy §25."""
    notify(
        [incident.reported_by.acting_line_manager],
        text=f"{incident} was logged and waits for you.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
        is_task=True,
    )


def talk_wanted(talk: Talk) -> None:
    """Policy §57."""
    notify(
        [talk.staff_member.acting_line_manager],
        text=f"A colleague ended a contact ({talk.incident}). Please talk with them as soon as you can.",
        path=talk.get_absolute_url(),
        reference=talk.incident.reference,
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
