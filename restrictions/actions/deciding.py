"""A decision to manage engagement actively."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, idempotent, lock_record, writing
from cha_engagement.core.refusals import Refusal, ask, require
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions import notifications
from restrictions.enums import Explained
from restrictions.models import InterimMeasure, ManagementDecision
from restrictions.rules import checks, permissions

from .interim import withdraw_drafts


@idempotent(ManagementDecision)
def decide(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    restorative_actions: Collection[RestorativeAction],
    training_for: StaffMember | None = None,
    involvement_reason: str = "",
    known: int | None = None,
    **answers: Any,
) -> ManagementDecision:
    """Decide to manage engagement actively. Final. Policy §9 to 14, 18, 20, 22. `answers` are fields of `ManagementDecision`.

    `known` is how many decisions about the customer there were for whoever decides. Raises `Stale` where another has come.
    """
    ask(permissions.may_decide(by))
    nothing_new(ManagementDecision.objects.filter(customer=customer.locked()), known, submission)
    decision = ManagementDecision(customer=customer, **answers)
    require(
        *checks.of_decision(decision, incidents, restorative_actions),
        checks.of_training(training_for),
        *checks.of_involvement(by, incidents, involvement_reason),
        *checks.check_assessed(incidents),
        *checks.check_complaints(by, incidents),
    )
    decision = writing.create_record(
        ManagementDecision,
        by=by,
        values={"by": by},
        reason="Decided to manage engagement actively",
        event="decide",
        links={"incidents": incidents, "restorative_actions": restorative_actions},
        submission=submission,
        customer=customer,
        involvement_reason=involvement_reason,
        **answers,
    )
    for interim in InterimMeasure.objects.filter(incidents__in=incidents).distinct():
        withdraw_drafts(interim, by=by, reason=f"It was decided what follows: {decision}.")
    if training_for:
        notifications.training_wanted(training_for, by=by)
    return decision


def nothing_new(of_customer: QuerySet[Any], known: int | None, submission: UUID) -> None:
    """Raise `Stale` where a colleague has added one since somebody looked. What was sent twice at once is not news.

    There may be fewer as well: a merge was taken back, or the number was made up.
    """
    others = of_customer.exclude(submission=submission)
    if known is None or (count := others.count()) == known:
        return
    if count > known >= 0:
        raise Stale(others.latest("pk"))
    require(Refusal("This form is out of date. Copy what you typed, and open it again.", field="known"))


@transaction.atomic
def leave_unexplained(
    *, decision: ManagementDecision, by: StaffMember, version: int, not_explained_reason: str
) -> ManagementDecision:
    """Record why a decision that was to be explained in a letter is not. Policy §12."""
    current = lock_record(decision, version)
    ask(permissions.may_decide(by))
    require(
        checks.leaving_unexplained(current)
        or check_reason(current, "not_explained_reason", not_explained_reason)
    )
    return writing.save_record(
        current,
        by=by,
        reason="It is recorded why the decision is not explained",
        event="leave_unexplained",
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason=not_explained_reason,
    )
