"""Notices to staff about incidents: what an email says names no customer, no category and no detail of a case."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils.text import Truncator

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.actions import drop_fallback_emails, notify_staff
from cha_engagement.staff.interfaces import keep_readers
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission

from . import queries
from .enums import OTHER_MANAGERS_AFTER, Outcome
from .models import Incident
from .queries import ManagersToTell

MAX_NAME = 60  # characters of who it was that a notice shows


def notify_logged(incident: Incident, *, by: StaffMember) -> None:
    """Tell those who are to decide what follows and, of what may be zero tolerance, every other manager where they do not open it. Policy §25, 57."""
    managers = queries.managers_to_tell(incident)
    notify_of_task(incident, managers.at_once, f"{incident} was logged and waits for you.")
    notify_others_later(incident, managers, by=by)


def notify_others_later(incident: Incident, managers: ManagersToTell, *, by: StaffMember) -> None:
    """Tell every other manager of what may be zero tolerance, where nobody who was told of it opens it soon. Policy §25, 57.

    Whoever has just changed it knows of it. Where that is one of those who decide, nobody else is told.
    """
    is_urgent = incident.may_be_zero_tolerance or incident.is_zero_tolerance
    if is_urgent and by not in managers.at_once:
        text = f"{incident} waits for any manager: nobody who was told has opened it yet."
        others = [manager for manager in managers.later if manager != by]
        notify_of_task(incident, others, text, fallback_after=OTHER_MANAGERS_AFTER)


def notify_urgent(incident: Incident, *, by: StaffMember) -> None:
    """Tell those who are to decide that an incident that waits for them cannot wait any more. Policy §24, 25."""
    notify_again(incident, f"{incident} cannot wait any more: more is known of it.", by=by)


def notify_again(incident: Incident, text: str, *, by: StaffMember) -> None:
    """Tell those who are to decide, but not the one who did it, and the others later anew: what waited to be sent to these is sent no more."""
    managers = queries.managers_to_tell(incident)
    notify_of_task(incident, [manager for manager in managers.at_once if manager != by], text)
    drop_fallback_emails(incident.get_absolute_url())
    notify_others_later(incident, managers, by=by)


def notify_of_task(
    incident: Incident,
    managers: Iterable[StaffMember],
    text: str,
    *,
    fallback_after: timedelta | None = None,
) -> None:
    notify_staff(
        managers,
        text=text,
        path=incident.get_absolute_url(),
        reference=incident.reference,
        is_task=True,
        fallback_after=fallback_after,
    )


def notify_of_warned_customer(incident: Incident, *, by: StaffMember) -> None:
    """Tell whoever looks after a customer that their card warns from now on, unless they know of it. Policy §24."""
    if incident.customer is None or not incident.is_possible_threat or incident.is_assessed:
        return
    if people := {incident.customer.assigned_to} - {None, by, incident.reported_by}:
        notify_staff(
            people.difference(queries.managers_to_tell(incident).at_once),
            text=f"{incident} was logged about a customer you look after. Read their card before any contact.",
            shown_text=f"{incident} was logged about {incident.person_name}, whom you look after. Read their card before any contact.",
            path=incident.customer.get_absolute_url(),
            reference=incident.reference,
            tells_all=True,
        )


def notify_reporter_of_log(incident: Incident, *, by: StaffMember) -> None:
    """Tell the reporter that somebody else entered it in their name. Policy §62."""
    if incident.reported_by != by:
        notify_staff(
            [incident.reported_by],
            text=f"{by} logged {incident} for you. Tell a manager if that is not how it was.",
            shown_text=f"{by} logged {name_and_reference(incident)} for you. Tell a manager if that is not how it was.",
            path=incident.get_absolute_url(),
            reference=incident.reference,
        )


def notify_named(incident: Incident, people: Iterable[StaffMember], *, by: StaffMember) -> None:
    """Tell colleagues that somebody said that it affected them: they know best whether it did. Policy §13, 22."""
    notify_staff(
        set(people) - {by},
        text=f"{by} named you in {incident} as affected by it. Say so on its page where it did not affect you.",
        shown_text=f"{by} named you as affected by {name_and_reference(incident)}. Say so on its page where it did not affect you.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
    )


def notify_of_contested_part(incident: Incident, *, by: StaffMember) -> None:
    """Ask the managers whether a colleague was named in error. Policy §13, 22."""
    notify_staff(
        set(staff_with_permission(Permission.ASSESS_INCIDENTS)) - {by},
        text=f"{by} says that they had no part in {incident}. Confirm it, or say that they had.",
        path=reverse("incident_parts", args=[incident.reference]),
        reference=incident.reference,
        is_task=True,
    )


def notify_of_settled_part(
    incident: Incident, person: StaffMember, *, by: StaffMember, was_error: bool
) -> None:
    answer = (
        "confirmed that you were named in error" if was_error else "found that you had a part, as was said,"
    )
    notify_staff(
        [person],
        text=f"{by} {answer} in {incident}.",
        path=reverse("home") if was_error else incident.get_absolute_url(),
        reference=incident.reference,
    )


def notify_reporters_of_change(incident: Incident, *, reporters: set[StaffMember], by: StaffMember) -> None:
    """Tell reporters that somebody else changed it, once until they have read so. Policy §62."""
    notify_staff(
        reporters - {by},
        text=f"{by} changed {incident}, which you reported. Tell a manager if that is not how it was.",
        shown_text=f"{by} changed what you reported: {name_and_reference(incident)}. Tell a manager if that is not how it was.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
        repeat=False,
    )


def notify_reopened(incident: Incident, *, by: StaffMember) -> None:
    """Tell those who are to decide again, but not the one who reopened it. Policy §24, 25."""
    notify_again(incident, f"{incident} was reopened and waits for you.", by=by)


def notify_assigned(incident: Incident) -> None:
    notify_staff(
        [incident.assigned_to],
        text=f"{incident} is now assigned to you.",
        shown_text=f"You deal with {name_and_reference(incident)} from now on.",
        path=incident.get_absolute_url(),
        reference=incident.reference,
    )


def notify_assessed(incident: Incident, *, by: StaffMember, outcome: str) -> None:
    """Tell the reporter and those affected that something came of it, and what. Beyond the policy: B22."""
    thanks = "Thank you for recording it."
    notify_staff(
        people_told_of_assessment(incident),
        text=f"{by} has decided what follows from {incident}. {thanks}",
        shown_text=f"{by} has decided what follows from {name_and_reference(incident)}: {Outcome(outcome).label.lower()}. {thanks}",
        path=incident.get_absolute_url(),
        reference=incident.reference,
    )


def people_told_of_assessment(incident: Incident) -> dict[StaffMember, str]:
    """Return who is told what a manager decided, each with the part by which it is theirs to know. Beyond the policy: B22."""
    affected = dict.fromkeys(incident.affected_staff.all(), "whom it affected")
    parts = affected | {incident.entered_by: "who entered it"} | {incident.reported_by: "who reported it"}
    active = [person for person in parts if person.is_active]
    return {person: parts[person] for person in keep_readers(incident.reference, active, is_task=False)}


def name_and_reference(incident: Incident) -> str:
    """Return how a notice names an incident to whoever reads it anyhow."""
    return f"the incident with {Truncator(incident.person_name).chars(MAX_NAME)} ({incident})"
