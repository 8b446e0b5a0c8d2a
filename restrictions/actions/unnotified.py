"""A customer is not told of a restriction, or why something was decided about them: one person asks, another answers."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.staff.models import StaffMember
from restrictions import notifications, queries, rules
from restrictions.enums import DecisionEvent, Explained, RestrictionEvent
from restrictions.models import ManagementDecision, Restriction

from .beginning import days_when_withheld, first_day_changed
from .imposing import describe_event

NOT_ASKED: dict[str, Any] = {
    "unnotified_request": "",
    "unnotified_requested_by": None,
    "unnotified_requested_at": None,
    "unnotified_reader": None,
}
"""Fields of a record of which nobody asks that its customer is not told."""
NOT_CONFIRMED = NOT_ASKED | {"unnotified_confirmed_by": None, "unnotified_answer": ""}
"""Nor has anybody answered."""


def request_values(
    record: Restriction | ManagementDecision, incidents: Iterable[int], request: str, *, by: StaffMember
) -> dict[str, Any]:
    """Return what a record says once somebody asks that its customer is not told; `incidents` are what it rests on, by their keys."""
    barred = {by.pk, *rules.people_who_asked_or_decided(record)}
    return {
        "unnotified_request": request,
        "unnotified_requested_by": by,
        "unnotified_requested_at": timezone.now(),
        "unnotified_reader": queries.stand_in_executive(
            queries.permissions_to_answer(record), incidents, customer=record.customer_id, barred=barred
        ),
    }


@atomic_action()
def ask_not_to_notify(
    *, restriction: Restriction, by: StaffMember, version: int, unnotified_request: str
) -> Restriction:
    """Ask a second person to confirm that the customer is not told. Until one does nothing changes. Policy §12, 23; beyond the policy: B23, B36."""
    current = lock_record(restriction, version)
    raise_if_refused(rules.may_ask_not_to_notify(by, current))
    if (
        current.is_notification_settled
        or current.unnotified_request
        or not current.can(RestrictionEvent.LIFT)
    ):
        raise Stale(current)
    raise_if_incomplete(*check_reason(current, "unnotified_request", unnotified_request))
    asked = writing.save_record(
        current,
        by=by,
        reason=describe_event("Asked that they are not told", restriction),
        event=RestrictionEvent.ASK_UNNOTIFIED,
        **request_values(current, incident_keys(current), unnotified_request, by=by),
    )
    notifications.notify_stand_in(asked)
    return asked


def incident_keys(record: Restriction | ManagementDecision) -> list[int]:
    return list(record.incidents.values_list("pk", flat=True))


@atomic_action()
def leave_decision_unexplained(
    *, decision: ManagementDecision, by: StaffMember, version: int, not_explained_reason: str
) -> ManagementDecision:
    """Record why a decision that was to be explained in a letter is not; a second person confirms or reverses it. Policy §12; beyond the policy: B36."""
    current = lock_record(decision, version)
    raise_if_refused(rules.may_decide(by))
    raise_if_incomplete(*rules.check_leaving_unexplained(current))
    raise_if_incomplete(*check_reason(current, "not_explained_reason", not_explained_reason))
    unexplained = writing.save_record(
        current,
        by=by,
        reason="It is recorded why the decision is not explained",
        event=DecisionEvent.LEAVE_UNEXPLAINED,
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason=not_explained_reason,
        **request_values(current, incident_keys(current), not_explained_reason, by=by),
    )
    notifications.notify_stand_in(unexplained)
    return unexplained


@atomic_action()
def explain_decision_after_all(
    *, decision: ManagementDecision, by: StaffMember, version: int
) -> ManagementDecision:
    """Take back that a decision is not explained: a letter about it can be written. Policy §12."""
    current = lock_record(decision, version)
    raise_if_refused(rules.may_decide(by))
    if rules.check_explaining_after_all(current):
        raise Stale(current)
    return writing.save_record(
        current,
        by=by,
        reason="It is to be explained after all",
        event=DecisionEvent.EXPLAIN,
        explained=Explained.BY_LETTER,
        not_explained_reason="",
        **NOT_CONFIRMED,
    )


@atomic_action()
def ask_another_stand_in(*, record: Restriction | ManagementDecision) -> Any:
    """Ask another executive whether a customer is told, where the one who was asked is away or none any more. Beyond the policy: B36.

    Nobody is asked while another manager is at work, who is asked anyhow.
    """
    current = record.reload_locked()
    if not current.is_answer_awaited:
        raise Stale(current)
    barred = rules.people_who_asked_or_decided(current)
    reader = queries.stand_in_executive(
        queries.permissions_to_answer(current),
        incident_keys(current),
        customer=current.customer_id,
        barred=barred,
    )
    if reader is None or reader == current.unnotified_reader:
        return current
    asked = writing.save_record(
        current, by=None, reason=f"{reader} is asked whether they are told", unnotified_reader=reader
    )
    notifications.notify_stand_in(asked)
    return asked


@atomic_action()
def leave_customer_unnotified(
    *, record: Restriction | ManagementDecision, by: StaffMember, version: int, unnotified_answer: str
) -> Any:
    """Confirm, as a second person and in words, that the customer is not told. Policy §12, 23; beyond the policy: B23, B36.

    A restriction binds staff and systems alone then, from its imposition on.
    """
    record.customer.reload_locked()
    current = lock_record(record, version)
    raise_if_refused(rules.may_leave_unnotified(by, current))
    if not current.is_answer_awaited:
        raise Stale(current)
    raise_if_incomplete(*check_reason(current, "unnotified_answer", unnotified_answer))
    answer: dict[str, Any] = {
        "unnotified_request": "",
        "unnotified_confirmed_by": by,
        "unnotified_answer": unnotified_answer,
    }
    if isinstance(current, ManagementDecision):
        return writing.save_record(
            current,
            by=by,
            reason="It is confirmed that the decision is not explained",
            event=DecisionEvent.CONFIRM_UNEXPLAINED,
            **answer,
        )
    untold = writing.save_record(
        current,
        by=by,
        reason=describe_event("Not told, for a recorded reason", current),
        event=RestrictionEvent.LEAVE_UNNOTIFIED,
        not_notified_reason=current.unnotified_request,
        values=answer | days_when_withheld(current),
    )
    first_day_changed.send(sender=Restriction, restriction=untold, by=by)
    return untold


@atomic_action()
def refuse_not_to_notify(
    *, record: Restriction | ManagementDecision, by: StaffMember, version: int, unnotified_answer: str
) -> Any:
    """Answer in words that the customer is to be told, as a second person or as the one who asked. Policy §12, 23; beyond the policy: B36."""
    current = lock_record(record, version)
    raise_if_refused(rules.may_refuse_not_to_notify(by, current))
    if not current.is_answer_awaited:
        raise Stale(current)
    raise_if_incomplete(*check_reason(current, "unnotified_answer", unnotified_answer))
    answer = NOT_ASKED | {"unnotified_answer": unnotified_answer}
    if isinstance(current, ManagementDecision):
        return writing.save_record(
            current,
            by=by,
            reason="It is to be explained after all",
            event=DecisionEvent.EXPLAIN,
            explained=Explained.BY_LETTER,
            not_explained_reason="",
            **answer,
        )
    return writing.save_record(
        current,
        by=by,
        reason=describe_event("They are to be told", current),
        event=RestrictionEvent.REFUSE_UNNOTIFIED,
        **answer,
    )
