"""The only place where a restorative step changes."""

from typing import Any
from uuid import UUID, uuid4

from cha_engagement.core.records import atomic_action, idempotent, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.actions import record_signposting
from cha_engagement.customers.interfaces import check_people
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import RestorativeEvent, RestorativeKind, RestorativeStatus
from .models import RestorativeAction


@idempotent(RestorativeAction)
def record_restorative_action(
    *, customer: Customer, by: StaffMember, submission: UUID, kind: str, **facts: Any
) -> RestorativeAction:
    """Record a step to recover the relationship. Policy §8, 16 to 19, 62.1.

    A pause stays to do until contact is taken up again, or will not be, for a reason.
    """
    raise_if_refused(rules.may_record_restorative_action(by))
    raise_if_incomplete(*rules.check_pause(kind, facts), *rules.check_restorative_words(facts["what"]))
    if facts.get("owner") != by:
        raise_if_incomplete(*check_people(customer, {"owner": facts.get("owner")}, by=by))
    if kind == RestorativeKind.CONTACT_PAUSED:
        facts["status"] = RestorativeStatus.TO_DO
    else:
        facts |= {"reengage_on": None, "owner": None}
    action = writing.create_record(
        RestorativeAction,
        by=by,
        values={"by": by},
        reason=RestorativeKind(kind).label,
        event=RestorativeEvent.RECORD,
        submission=submission,
        customer=customer,
        kind=kind,
        **facts,
    )
    if action.organisation:
        record_signposting(
            customer=customer, by=by, submission=uuid4(), organisation=action.organisation, on=action.on
        )
    return action


@atomic_action()
def complete_pause(
    *, pause: RestorativeAction, by: StaffMember, version: int, outcome: str
) -> RestorativeAction:
    """Record that contact was taken up again. Policy §19."""
    raise_if_refused(rules.may_end_pause(by, pause))
    return writing.change_status(
        pause,
        RestorativeEvent.COMPLETE,
        by=by,
        version=version,
        reason="Contact taken up again",
        outcome=outcome,
    )


@atomic_action()
def drop_pause(
    *, pause: RestorativeAction, by: StaffMember, version: int, dropped_reason: str
) -> RestorativeAction:
    """Record that contact will not be taken up again, for a reason. Policy §19."""
    raise_if_refused(rules.may_end_pause(by, pause))
    return writing.change_status(
        pause,
        RestorativeEvent.DROP,
        by=by,
        version=version,
        reason="Contact not taken up again",
        dropped_reason=dropped_reason,
    )
