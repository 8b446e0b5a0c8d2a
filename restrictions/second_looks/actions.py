"""What somebody decides though they had a part in it is looked at by a second person. Policy §13."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from restrictions.actions import contact_limited
from restrictions.actions.ending import change_what_applies
from restrictions.actions.interim import take_out_of_force
from restrictions.enums import RestrictionEvent
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

from . import notifications, queries, rules
from .enums import Answer, SecondLookEvent
from .models import SecondLook

FIELDS: dict[type, str] = {
    ManagementDecision: "decision",
    Restriction: "restriction",
    InterimMeasure: "interim",
}


@receiver(contact_limited)
def ask_second_person(record: Any, by: StaffMember, **kwargs: Any) -> None:
    """Have a second person look where somebody says why they decide though they had a part in it.

    What they restrict under their decision while that waits is looked at with it, and so is a new version, whoever wrote it.
    """
    if isinstance(record, Restriction) and add_to_what_waits(record, by):
        return
    if not record.involvement_reason:
        return
    about = {FIELDS[type(record)]: record}
    look = writing.create_record(
        SecondLook,
        by=by,
        reason=record.involvement_reason,
        event=SecondLookEvent.ASK,
        customer=record.customer,
        acted_by=by,
        reader=queries.find_reader(SecondLook(acted_by=by, **about)),
        **about,
    )
    notifications.notify_reader(look)


def add_to_what_waits(restriction: Restriction, by: StaffMember) -> bool:
    """Have what was just restricted looked at with what waits already, and return whether anything does.

    Each look that waits becomes another version, as whoever has its page open has not seen this. A restriction may need another reader than its decision.
    """
    looks = queries.looks_to_add_to(restriction)
    for waiting in looks:
        look = waiting.reload_locked()
        if look.restriction_id:
            look.restriction = restriction
        before, reader = look.reader, queries.find_reader(look) or look.reader
        reason = f"{restriction} is looked at with it"
        writing.save_record(look, by=by, reason=reason, restriction=look.restriction, reader=reader)
        if reader != before:
            notifications.notify_reader(look)
    return bool(looks)


@atomic_action()
def answer_second_look(
    *, look: SecondLook, by: StaffMember, version: int, answer: str, reason: str
) -> SecondLook:
    """Confirm or reverse, in words, what somebody decided though they had a part in it; a reversal ends what still applies of it. Policy §13."""
    look.customer.reload_locked()
    current = lock_record(look, version)
    raise_if_refused(rules.may_look(by, current))
    if not current.is_waiting:
        raise Stale(current)
    raise_if_incomplete(*rules.check_answer(answer), *check_reason(SecondLook, "reason", reason))
    if answer == Answer.REVERSE:
        for restriction in queries.restrictions_in_question(current):
            change_what_applies(restriction, RestrictionEvent.LIFT, "Lifted", by=by, status_reason=reason)
        if current.interim:
            take_out_of_force(current.interim, by=by, status_reason=reason)
    is_reversed = answer == Answer.REVERSE
    answered = writing.change_status(
        current,
        SecondLookEvent.REVERSE if is_reversed else SecondLookEvent.CONFIRM,
        by=by,
        looked_by=by,
        looked_at=timezone.now(),
        reason=f"{'Reversed' if is_reversed else 'Confirmed'}: {current.about}",
        values={"reason": reason},
    )
    notifications.notify_of_answer(answered)
    return answered


def follow_unmerge(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Give a customer back the second looks at what is theirs, asked for while their record was one with another. Beyond the policy: B16."""
    is_theirs = Q(decision__customer=other) | Q(restriction__customer=other) | Q(interim__customer=other)
    for look in SecondLook.objects.filter(is_theirs, customer=kept).order_by("pk"):
        reason = f"About {other}, as what was decided is"
        writing.save_record(look.reload_locked(), by=by, reason=reason, customer=other)


@atomic_action()
def ask_another_reader(*, look: SecondLook) -> SecondLook:
    """Ask another executive, where the one who was asked is away or none any more. Nobody is asked while another manager is at work."""
    current = look.reload_locked()
    if not current.is_waiting:
        raise Stale(current)
    reader = queries.find_reader(current)
    if reader is None or reader == current.reader:
        return current
    asked = writing.save_record(current, by=None, reason=f"{reader} is asked to look at it", reader=reader)
    notifications.notify_reader(asked)
    return asked
