"""Notices to staff about restrictions: no name of a customer, no category, no detail of a case."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import overseeing_manager

from .models import InterimMeasure, ManagementDecision, Restriction


def notify_of_training_need(person: StaffMember, *, by: StaffMember) -> None:
    """Tell their line manager, and nobody else, of a training need. Policy §13."""
    notify_staff(
        [person.acting_line_manager],
        text=f"{by} would like to talk with you about training for {person}.",
        path=reverse("home"),
    )


def notify_of_limited_contact(record: ManagementDecision | InterimMeasure, *, by: StaffMember) -> None:
    """Tell a manager of whoever limits contact at once: nobody does so unseen. Policy §13, 21.

    They are told once for a decision until they have read it.
    """
    notify_staff(
        [overseeing_manager(by, by)],
        text=f"{by} limits contact with {record.customer} by {record}. Please look over what staff are told to do.",
        path=record.get_absolute_url(),
        reference=record.reference,
        repeat=False,
    )


def notify_proposer(restriction: Restriction) -> None:
    """Tell the one who proposed it what became of it."""
    outcome = restriction.get_status_display()
    notify_staff(
        [restriction.proposed_by],
        text=f"Your proposal {restriction} has been decided: {outcome[:1].lower()}{outcome[1:]}.",
        path=restriction.get_absolute_url(),
        reference=restriction.reference,
    )


def notify_stand_in(restriction: Restriction) -> None:
    """Ask an executive, given that step alone, whether a customer is not told. Beyond the policy: B36."""
    notify_staff(
        [restriction.unnotified_reader],
        text=f"No other manager is there to say whether a customer is told of {restriction}: please answer it.",
        path=reverse("restriction_unnotified", args=[restriction.reference]),
        reference=restriction.reference,
        is_task=True,
    )


def warn_of_lapse(interim: InterimMeasure, recipients: Iterable[StaffMember], today: date) -> int:
    """Remind them once ahead and once on its last day; return how many were told. Beyond the policy: B21."""
    when = "today" if interim.ends_on == today else f"on {uk_date(interim.ends_on)}"
    return notify_staff(
        recipients,
        text=f"{interim} lapses {when}. Please decide what follows.",
        path=interim.get_absolute_url(),
        reference=interim.reference,
        is_task=True,
        unique_key=f"{interim} lapses on {interim.ends_on}: {when}",
    )


def notify_of_lapse(interim: InterimMeasure, recipients: Iterable[StaffMember]) -> int:
    """Tell them that it has lapsed undecided; return how many were told. Beyond the policy: B21."""
    return notify_staff(
        recipients,
        text=f"{interim} has lapsed and nobody has decided what follows. Nothing of it applies any more.",
        path=interim.get_absolute_url(),
        reference=interim.reference,
        is_task=True,
        unique_key=f"{interim} has lapsed",
    )
