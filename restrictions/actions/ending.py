"""A restriction ends, or pauses while an appeal is heard."""

from typing import Any

from django.db import transaction

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import require
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction
from restrictions.rules import appeal, checks, permissions

from .imposing import said


@transaction.atomic
def step(restriction: Restriction, transition: str, what: str, **how: Any) -> Restriction:
    """A transition after which something else is in force. `what` is said of it; the rest as in `writing.change_status`."""
    restriction.customer.locked()
    return writing.change_status(restriction, transition, reason=said(what, restriction), **how)


def lift(
    *, restriction: Restriction, by: StaffMember, version: int | None = None, status_reason: str
) -> Restriction:
    """End it before its time. Policy §23, 54."""
    how = {"may": permissions.may_lift, "version": version, "status_reason": status_reason}
    return step(restriction, "lift", "Lifted", by=by, **how)


def overturn(*, restriction: Restriction, by: StaffMember, status_reason: str) -> Restriction:
    """An appeal was upheld. Policy §22."""
    how = {"may": appeal.may_change_on_appeal, "status_reason": status_reason}
    return step(restriction, "overturn", "Ended on appeal", by=by, **how)


def expire(*, restriction: Restriction) -> Restriction:
    """Its last day has passed."""
    return step(restriction, "expire", "Its last day has passed", by=None)


def end_agreement(
    *, restriction: Restriction, by: StaffMember, version: int, status_reason: str
) -> Restriction:
    """The mandate or the agreement that it rests on has ended, and so has it. Policy §21.4."""
    return step(
        restriction,
        "expire",
        "Its mandate or agreement has ended",
        by=by,
        may=permissions.may_end_agreement,
        version=version,
        status_reason=status_reason,
        ends_on=max(restriction.starts_on, calendar.today()),
    )


def suspend(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Do not apply it while an appeal is heard. Policy §22."""
    return step(restriction, "suspend", "Suspended while an appeal is heard", by=by, may=appeal.may_suspend)


@transaction.atomic
def resume(*, restriction: Restriction, by: StaffMember) -> Restriction:
    """Apply it again after an appeal that did not change it. Policy §22; beyond the policy: B2."""
    customer = restriction.customer.locked()
    require(checks.way_in(restriction, customer))
    reason = said("In force again after the appeal", restriction)
    return writing.change_status(restriction, "resume", by=by, may=appeal.may_resume, reason=reason)
