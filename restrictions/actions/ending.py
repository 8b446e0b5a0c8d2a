"""A restriction ends, or pauses: while an appeal is heard, or until what is late was held."""

from typing import Any
from uuid import uuid4

from cha_engagement.core.records import atomic_action, writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from restrictions import rules
from restrictions.enums import LetterCode, RestrictionEvent
from restrictions.models import Restriction
from restrictions.queries import unnotified_ends

from .imposing import describe_event


@atomic_action()
def change_what_applies(
    restriction: Restriction, transition: str, event_text: str, **changes: Any
) -> Restriction:
    """Take a restriction along a transition after which something else is in force.

    `event_text` is said of it; the rest is as in `writing.change_status`.
    """
    restriction.customer.reload_locked()
    return writing.change_status(
        restriction, transition, reason=describe_event(event_text, restriction), **changes
    )


def lock_with_customer(restriction: Restriction) -> Restriction:
    """Return a restriction, locked after its customer, as whoever restricts them locks the two."""
    restriction.customer.reload_locked()
    return restriction.reload_locked()


@atomic_action()
def lift_restriction(
    *, restriction: Restriction, by: StaffMember, version: int | None = None, status_reason: str
) -> Restriction:
    """End it before its time. Policy §23, 54."""
    raise_if_refused(rules.may_lift(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction, RestrictionEvent.LIFT, "Lifted", by=by, version=version, status_reason=status_reason
    )


@atomic_action()
def overturn_restriction(*, restriction: Restriction, by: StaffMember, status_reason: str) -> Restriction:
    """End it because an appeal was upheld. Policy §22."""
    raise_if_refused(rules.may_change_on_appeal(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction, RestrictionEvent.OVERTURN, "Ended on appeal", by=by, status_reason=status_reason
    )


def expire_restriction(*, restriction: Restriction) -> Restriction:
    """End it because its last day has passed."""
    return change_what_applies(restriction, RestrictionEvent.EXPIRE, "Its last day has passed", by=None)


@atomic_action()
def end_agreement(
    *, restriction: Restriction, by: StaffMember, version: int, status_reason: str
) -> Restriction:
    """End it with the mandate or the agreement that it rests on. Policy §21.4."""
    raise_if_refused(rules.may_end_agreement(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction,
        RestrictionEvent.EXPIRE,
        "Its mandate or agreement has ended",
        by=by,
        version=version,
        status_reason=status_reason,
        ends_on=max(restriction.earliest_first_day, calendar.today()),
    )


@atomic_action()
def suspend_restriction(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Do not apply it while an appeal is heard. Policy §22."""
    raise_if_refused(rules.may_suspend(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction, RestrictionEvent.SUSPEND, "Suspended while an appeal is heard", by=by
    )


def suspend_late_restriction(*, restriction: Restriction) -> Restriction:
    """Do not apply it until its late review or hearing was held: the calendar does it, or the Management Team. Beyond the policy: B25."""
    return change_what_applies(
        restriction,
        RestrictionEvent.SUSPEND,
        "Suspended because its review or hearing is late",
        by=None,
    )


@atomic_action()
def resume_restriction(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Apply it again after an appeal that did not change it, or a review that was late. Policy §22; beyond the policy: B2, B25."""
    customer = restriction.customer.reload_locked()
    raise_if_incomplete(*rules.check_ways_in_again(restriction, customer))
    reason = describe_event("In force again", restriction)
    raise_if_refused(rules.may_resume(by, restriction.reload_locked()))
    return writing.change_status(restriction, RestrictionEvent.RESUME, by=by, reason=reason)


@atomic_action()
def draft_end_letter(*, restriction: Restriction, by: StaffMember) -> Letter:
    """Return the letter that a restriction has ended: the one that there is, or a new draft. Policy §12, 54."""
    restriction = restriction.reload_locked()
    raise_if_refused(rules.may_write_end_letter(by, restriction))
    kind = LetterCode.RESTRICTION_ENDED
    letter = restriction.letters.filter(kind=kind).exclude(status=LetterStatus.VOID).first()
    if not letter and not unnotified_ends(Letter.objects.all()).filter(pk=restriction.pk).exists():
        raise_if_refused(
            Refusal("There is no end to tell of: it still applies, or another letter tells of it.", "12")
        )
    return letter or draft_letter(
        customer=restriction.customer, kind=kind, about=restriction, by=by, submission=uuid4()
    )
