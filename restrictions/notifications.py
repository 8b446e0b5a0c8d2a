"""Notices to staff about restrictions: what an email says holds no name of a customer, no category, no detail of a case."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff, warn_of_last_day
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import overseeing_manager, staff_with_permission

from .enums import RestrictionStatus
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

    They are told once for a decision until they have read it. Where whoever decides had a part in what happened, the Management Team is told so too.
    """
    overseers, why = {overseeing_manager(by, by)}, ""
    if record.involvement_reason:
        overseers |= set(staff_with_permission(Permission.RECEIVE_ESCALATIONS)) - {by}
        why = " They decided though they had a part in what happened, as nobody else was there."
    notify_staff(
        overseers,
        text=f"{by} limits contact with {record.customer} by {record}.{why} Please look over what staff are told to do.",
        shown_text=f"{by} limits contact with {record.customer.name}: {record.full_title}.{why} Please look over what staff are told to do.",
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
        shown_text=f"Your proposal {restriction} about {restriction.customer.name} has been decided: {outcome[:1].lower()}{outcome[1:]}.",
        path=restriction.get_absolute_url(),
        reference=restriction.reference,
    )


def notify_named_person(restriction: Restriction, person: StaffMember, role: str, *, is_new: bool) -> None:
    """Tell the named contact, or their deputy, that they are, or that something about it has changed. Policy §21.1."""
    customer = restriction.customer
    text = f"What you do as the {role} of {customer} has changed. Please read their card."
    if is_new:
        begins = " It begins once the customer has been told." if restriction.is_waiting_to_begin else ""
        text = f"You are named as the {role} of {customer}.{begins} Please read their card."
    notify_to_read_card(restriction, [person], text)


def notify_no_longer_named(restriction: Restriction, person: StaffMember, role: str) -> None:
    """Tell whoever was the named contact, or their deputy, that they are not any more. Policy §21.1."""
    text = f"You are no longer the {role} of {restriction.customer}. Please read their card for what applies now."
    notify_to_read_card(restriction, [person], text)


def notify_of_first_day(restriction: Restriction, *, by: StaffMember | None) -> None:
    """Tell those whom it names from when it applies, or that the letter came back and it does not yet. Policy §21.1; B23."""
    for person, role in restriction.people.items():
        when = f"You are the {role} of {restriction.customer} from {uk_date(restriction.starts_on)}."
        if not restriction.starts_on:
            when = f"You are not the {role} of {restriction.customer} yet: they have not been told."
        if person != by:
            notify_to_read_card(restriction, [person], f"{when} Please read their card.")


def notify_of_pause(restriction: Restriction, *, by: StaffMember | None) -> None:
    """Tell those whom it names that it is suspended, or applies again. Policy §21.1, 22; beyond the policy: B25."""
    for person, role in restriction.people.items():
        how = f"You are the {role} of {restriction.customer} again: it is no longer suspended."
        if restriction.status == RestrictionStatus.SUSPENDED:
            how = f"You are not the {role} of {restriction.customer} for now: it is suspended."
        if person != by:
            notify_to_read_card(restriction, [person], f"{how} Please read their card.")


def notify_to_read_card(restriction: Restriction, recipients: Iterable[StaffMember], text: str) -> None:
    notify_staff(
        recipients,
        text=text,
        shown_text=text.replace(str(restriction.customer), restriction.customer.name, 1),
        path=restriction.customer.get_absolute_url(),
        reference=restriction.reference,
        tells_all=True,
    )


def notify_stand_in(record: Restriction | ManagementDecision) -> None:
    """Ask the executive who was given that step alone, where one was, whether a customer is told. Beyond the policy: B36."""
    address = "restriction_unnotified" if isinstance(record, Restriction) else "decision_unnotified"
    notify_staff(
        filter(None, [record.unnotified_reader]),
        text=f"No other manager is there to say whether a customer is told of {record}: please answer it.",
        path=reverse(address, args=[record.reference]),
        reference=record.reference,
        is_task=True,
    )


def warn_of_end(restriction: Restriction, recipients: Iterable[StaffMember], today: date) -> int:
    """Tell them ahead and on its last day that a restriction ends. Policy §23."""
    return warn_of_last_day(
        recipients,
        of=restriction.reference,
        ends_on=restriction.ends_on,
        today=today,
        text=f"{restriction} ends {{when}}, and nothing has to be done for that. Only a new decision can go further.",
        path=restriction.get_absolute_url(),
        reference=restriction.reference,
    )
