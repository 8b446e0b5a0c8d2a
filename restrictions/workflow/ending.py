"""A restriction ends, or pauses while an appeal is heard."""

from django.db import transaction

from cha_engagement import moves
from cha_engagement.organisation import calendar
from cha_engagement.policy import require
from cha_engagement.staff.models import StaffMember
from restrictions import completeness, policy
from restrictions.models import Restriction
from restrictions.policy import May

from .imposing import said


@transaction.atomic
def lift(
    *, restriction: Restriction, by: StaffMember, version: int | None = None, status_reason: str
) -> Restriction:
    """End it before its time. Policy §23, 54."""
    restriction.customer.locked()
    return moves.move(
        restriction,
        "lift",
        by=by,
        may=policy.may_lift,
        version=version,
        reason=said("Lifted", restriction),
        status_reason=status_reason,
    )


@transaction.atomic
def overturn(*, restriction: Restriction, by: StaffMember, status_reason: str, may: May) -> Restriction:
    """An appeal was upheld. Policy §22."""
    restriction.customer.locked()
    return moves.move(
        restriction,
        "overturn",
        by=by,
        may=may,
        reason=said("Ended on appeal", restriction),
        status_reason=status_reason,
    )


@transaction.atomic
def expire(*, restriction: Restriction) -> Restriction:
    """Its last day has passed."""
    restriction.customer.locked()
    return moves.move(restriction, "expire", by=None, reason=said("Its last day has passed", restriction))


@transaction.atomic
def end_agreement(
    *, restriction: Restriction, by: StaffMember, version: int, status_reason: str
) -> Restriction:
    """The mandate or the agreement that it rests on has ended, and so has it. Policy §21.4."""
    restriction.customer.locked()
    return moves.move(
        restriction,
        "expire",
        by=by,
        may=policy.may_end_agreement,
        version=version,
        reason=said("Its mandate or agreement has ended", restriction),
        status_reason=status_reason,
        ends_on=max(restriction.starts_on, calendar.today()),
    )


@transaction.atomic
def suspend(*, restriction: Restriction, by: StaffMember, may: May) -> Restriction:
    """Do not apply it while an appeal is heard. Policy §22."""
    restriction.customer.locked()
    return moves.move(
        restriction, "suspend", by=by, may=may, reason=said("Suspended while an appeal is heard", restriction)
    )


@transaction.atomic
def resume(*, restriction: Restriction, by: StaffMember | None, may: May | None = None) -> Restriction:
    """Apply it again after an appeal that did not change it. Policy §22; beyond the policy: B2."""
    customer = restriction.customer.locked()
    require(completeness.way_in(restriction, customer))
    return moves.move(
        restriction, "resume", by=by, may=may, reason=said("In force again after the appeal", restriction)
    )
