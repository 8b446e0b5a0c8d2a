"""A restriction ends, or pauses while an appeal is heard."""

from typing import Any
from uuid import uuid4

from django.db import transaction

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from restrictions import rules
from restrictions.models import Restriction
from restrictions.queries import unnotified_ends
from restrictions.rules import appeal, may_write_end_letter

from .imposing import describe_event


@transaction.atomic
def change_what_applies(restriction: Restriction, transition: str, what: str, **how: Any) -> Restriction:
    """A transition after which something else is in force. `what` is said of it; the rest as in `writing.change_status`."""
    restriction.customer.locked()
    return writing.change_status(restriction, transition, reason=describe_event(what, restriction), **how)


def lock_with_customer(restriction: Restriction) -> Restriction:
    """Return a restriction, locked after its customer, as whoever restricts them locks the two."""
    restriction.customer.locked()
    return restriction.locked()


@transaction.atomic
def lift_restriction(
    *, restriction: Restriction, by: StaffMember, version: int | None = None, status_reason: str
) -> Restriction:
    """End it before its time. Policy §23, 54."""
    raise_if_refused(rules.may_lift(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction, "lift", "Lifted", by=by, version=version, status_reason=status_reason
    )


@transaction.atomic
def overturn_restriction(*, restriction: Restriction, by: StaffMember, status_reason: str) -> Restriction:
    """An appeal was upheld. Policy §22."""
    raise_if_refused(appeal.may_change_on_appeal(by, lock_with_customer(restriction)))
    return change_what_applies(restriction, "overturn", "Ended on appeal", by=by, status_reason=status_reason)


def expire_restriction(*, restriction: Restriction) -> Restriction:
    """Its last day has passed."""
    return change_what_applies(restriction, "expire", "Its last day has passed", by=None)


@transaction.atomic
def end_agreement(
    *, restriction: Restriction, by: StaffMember, version: int, status_reason: str
) -> Restriction:
    """The mandate or the agreement that it rests on has ended, and so has it. Policy §21.4."""
    raise_if_refused(rules.may_end_agreement(by, lock_with_customer(restriction)))
    return change_what_applies(
        restriction,
        "expire",
        "Its mandate or agreement has ended",
        by=by,
        version=version,
        status_reason=status_reason,
        ends_on=max(restriction.starts_on, calendar.today()),
    )


@transaction.atomic
def suspend_restriction(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Do not apply it while an appeal is heard. Policy §22."""
    raise_if_refused(appeal.may_suspend(by, lock_with_customer(restriction)))
    return change_what_applies(restriction, "suspend", "Suspended while an appeal is heard", by=by)


@transaction.atomic
def resume_restriction(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Apply it again after an appeal that did not change it. Policy §22; beyond the policy: B2."""
    customer = restriction.customer.locked()
    raise_if_incomplete(rules.check_open_channel(restriction, customer))
    reason = describe_event("In force again after the appeal", restriction)
    raise_if_refused(appeal.may_resume(by, restriction.locked()))
    return writing.change_status(restriction, "resume", by=by, reason=reason)


@transaction.atomic
def draft_end_letter(*, restriction: Restriction, by: StaffMember) -> Letter:
    """The letter that a restriction has ended: the one that there is, or a new draft. Policy §12, 54."""
    restriction = restriction.locked()
    raise_if_refused(may_write_end_letter(by, restriction))
    written = restriction.letters.filter(kind="restriction_ended").exclude(status="void").first()
    if not written and not unnotified_ends(Letter.objects.all()).filter(pk=restriction.pk).exists():
        raise_if_refused(
            Refusal("There is no end to tell of: it stands, or another letter tells of it.", "12")
        )
    return written or draft_letter(
        customer=restriction.customer,
        kind="restriction_ended",
        about=restriction,
        by=by,
        submission=uuid4(),
    )
