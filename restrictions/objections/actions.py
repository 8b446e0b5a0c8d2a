"""What customers object to is recorded and answered. Policy §65; beyond the policy: B26."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import atomic_action, idempotent, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from restrictions.breaches import actions as breaches
from restrictions.breaches.models import Breach

from . import notifications, rules
from .enums import ObjectedTo, ObjectionEvent
from .models import Objection


@idempotent(Objection)
def log_objection(
    *, customer: Customer, by: StaffMember, submission: UUID, about: str, received_on: date, objection: str
) -> Objection:
    """Record what a customer says is wrong: a manager is asked for the answer."""
    raise_if_refused(rules.may_log_objection(by))
    raise_if_incomplete(
        *rules.check_received_on(received_on), *check_reason(Objection, "objection", objection)
    )
    return writing.create_record(
        Objection,
        by=by,
        values={"received_by": by},
        reason=ObjectedTo(about).label,
        event=ObjectionEvent.LOG,
        submission=submission,
        customer=customer,
        about=about,
        received_on=received_on,
        objection=objection,
    )


@atomic_action()
def answer_objection(
    *,
    objection: Objection,
    by: StaffMember,
    version: int,
    outcome: str,
    answer: str,
    not_counted: Collection[Breach] = (),
) -> Objection:
    """Record what was found, and how the customer was told; where they are right about contacts, these do not count any more."""
    raise_if_refused(rules.may_answer_objection(by, objection))
    raise_if_incomplete(
        *rules.check_outcome(outcome),
        *check_reason(Objection, "answer", answer),
        *rules.check_not_counted(objection, outcome, not_counted),
    )
    answered = writing.change_status(
        objection,
        ObjectionEvent.ANSWER,
        by=by,
        version=version,
        reason=f"{objection.get_about_display()}: answered",
        links={"not_counted": not_counted},
        outcome=outcome,
        answer=answer,
        answered_by=by,
        answered_on=calendar.today(),
    )
    for breach in not_counted:
        breaches.answer_objection(
            breach=breach,
            by=by,
            version=breach.version,
            objection=objection.objection,
            answer=answer,
            counts=False,
        )
    if by != answered.received_by:
        notifications.notify_of_answer(answered)
    return answered
