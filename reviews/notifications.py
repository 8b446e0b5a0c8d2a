"""Notices to staff about reviews and appeals: what an email says holds no customer's name and no detail of a case."""

from collections.abc import Iterable

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission
from incidents.models import Incident
from restrictions.models import Restriction

from . import queries, rules
from .enums import Protection
from .models import Appeal, LatePromise, Review


def notify_appeal_received(appeal: Appeal) -> None:
    """Ask those who may hear it to acknowledge it or, where nobody is left, those who name somebody. Policy §22."""
    hearing = rules.hearing_of_appeal(appeal)
    please = f"Please acknowledge it by {uk_date(appeal.acknowledge_by)}."
    notify_about(hearing.impartial, appeal, f"{appeal} has been logged. {please}", is_task=True)
    nobody = f"{appeal} has been logged. Nobody on the Executive Team can hear it: please name who does."
    notify_about(hearing.namers, appeal, nobody, is_task=True)


def notify_appeal_added_to(appeal: Appeal) -> None:
    """Let those who hear it weigh what has come since. Policy §22."""
    hearers = rules.hearing_of_appeal(appeal).hearers
    notify_about(hearers, appeal, f"The customer has added something to {appeal}: please read it.")


def notify_appeal_passed_on(appeal: Appeal) -> None:
    """Let those who would hear it see that nothing is kept from them. Policy §22."""
    hearing = rules.hearing_of_appeal(appeal)
    where = appeal.get_passed_to_display().lower()
    text = f"{appeal} was logged as against no restriction, and goes {where}. Please look whether it is one for you."
    notify_about([*hearing.impartial, *hearing.namers], appeal, text)


def notify_substitute(appeal: Appeal) -> None:
    """Policy §22."""
    text = f"You were named to hear {appeal}. Please decide it by {uk_date(appeal.decide_by)}."
    notify_about([appeal.substitute], appeal, text, is_task=True)


def notify_appeal_decided(appeal: Appeal) -> None:
    """Notify whoever logged it, and those who imposed what it was about. Beyond the policy: B22."""
    all_appealed = appeal.appealed.select_related("restriction__imposed_by")
    imposers = [appealed.restriction.imposed_by for appealed in all_appealed]
    notify_about([appeal.received_by, *imposers], appeal, f"{appeal} has been decided.")


def notify_of_revised_incident(
    record: Review | Appeal, incident: Incident, recipients: Iterable[StaffMember]
) -> None:
    """Policy §22, 23."""
    text = f"{incident}, on which {record} rests, was changed or reopened. Please read what it says now."
    notify_about(recipients, record, text, repeat=False)


def notify_passed_up(promise: LatePromise) -> int:
    """Ask the Management Team, once. Beyond the policy: B25."""
    text = f"{promise.about} is late since {uk_date(promise.promised_on)}. Please have it held or answer for it by {uk_date(promise.answer_by)}."
    return ask_management_team(promise, text, "passed up")


def suspended_part(promise: LatePromise) -> str:
    is_part = rules.protection_of(promise) == Protection.PART
    return "part of what it is about" if is_part else "what it is about"


def ask_management_team(promise: LatePromise, text: str, when: str) -> int:
    return notify_staff(
        staff_with_permission(Permission.RECEIVE_ESCALATIONS),
        text=text,
        path=promise.get_absolute_url(),
        reference=promise.reference,
        is_task=True,
        unique_key=f"{promise} {when}",
    )


def notify_staff_of_suspension(
    promise: LatePromise, restrictions: Iterable[Restriction], what_happens: str
) -> None:
    """Tell those whom the customer reaches or has harmed that something of theirs `is suspended from …`, or is not. Beyond the policy: B25."""
    customer = promise.customer
    text = f"Part of what applies to {customer} {what_happens}. Please read their card."
    notify_staff(
        queries.staff_concerned(restrictions),
        text=text,
        shown_text=text.replace(str(customer), customer.name, 1),
        path=customer.get_absolute_url(),
        reference=customer.reference,
        tells_all=True,
    )


def notify_suspended(promise: LatePromise) -> None:
    """Tell those who can have it held that it is suspended until then. Beyond the policy: B25."""
    text = f"{promise.about} is late: {suspended_part(promise)} is suspended until it is held."
    ask_management_team(promise, text, "suspended")
    notify_about(
        {restriction.imposed_by for restriction in promise.suspended.select_related("imposed_by")},
        promise.about,
        text,
    )


def notify_about(
    recipients: Iterable[StaffMember | None],
    record: Review | Appeal,
    text: str,
    *,
    is_task: bool = False,
    repeat: bool = True,
) -> None:
    notify_staff(
        recipients,
        text=text,
        shown_text=text.replace(str(record), f"{record} about {record.customer.name}", 1),
        path=record.get_absolute_url(),
        reference=record.reference,
        is_task=is_task,
        repeat=repeat,
    )
