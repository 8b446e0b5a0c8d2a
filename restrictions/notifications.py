"""What staff are told about restrictions: no name of a customer, no category, no detail of a case."""

from django.urls import reverse

from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.workflow import notify

from .models import Restriction


def training_wanted(person: StaffMember, *, by: StaffMember) -> None:
    """Their line manager alone hears of a training need. Policy §13."""
    notify(
        [person.acting_line_manager],
        text=f"{by} would like to talk with you about training for {person}.",
        path=reverse("home"),
    )


def proposal_settled(restriction: Restriction) -> None:
    """Whoever proposed it hears what became of it."""
    outcome = restriction.get_status_display()
    notify(
        [restriction.proposed_by],
        text=f"Your proposal {restriction} has been decided: {outcome[:1].lower()}{outcome[1:]}.",
        path=restriction.get_absolute_url(),
        reference=restriction.reference,
    )
