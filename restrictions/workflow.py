"""The only place where a decision is made and a restriction changes.

Verbs that change what is in force lock the customer's row first, so that each sees what the one before it left.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cha_engagement import moves, records
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.moves import Stale
from cha_engagement.organisation import calendar
from cha_engagement.policy import Refusal, ask, require
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident, RestorativeAction
from incidents.policy import may_decide_on, must_explain_involvement

from . import completeness, notifications, policy
from .enums import Explained
from .models import ManagementDecision, Restriction

May = Callable[[StaffMember, Restriction], Refusal | None]


@records.once(ManagementDecision)
def decide(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    restorative_actions: Collection[RestorativeAction],
    training_for: StaffMember | None = None,
    involvement_reason: str = "",
    **answers: Any,
) -> ManagementDecision:
    """Decide to manage engagement actively. Final. Policy §9 to 14, 18, 20, 22. `answers` are fields of `ManagementDecision`."""
    ask(policy.may_decide(by))
    ask(may_decide_on(by, incidents))
    decision = ManagementDecision(customer=customer, **answers)
    require(
        *completeness.of_decision(decision, incidents, restorative_actions),
        completeness.of_training(training_for),
        must_explain_involvement(by, incidents, involvement_reason),
    )
    decision = records.create(
        ManagementDecision,
        by=by,
        reason="Decided to manage engagement actively",
        move="decide",
        links={"incidents": incidents, "restorative_actions": restorative_actions},
        submission=submission,
        customer=customer,
        involvement_reason=involvement_reason,
        **answers,
    )
    if training_for:
        notifications.training_wanted(training_for, by=by)
    return decision


@records.once(Restriction)
def propose(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    **facts: Any,
) -> Restriction:
    """Propose a restriction to the managers. `facts` are fields of `Restriction`, its `kind` and `terms` among them."""
    ask(policy.may_propose(by))
    facts["staff_instruction"] = complete(Restriction(customer=customer, **facts), incidents, evidence)
    return records.create(
        Restriction,
        by=by,
        reason="Restriction proposed",
        move="propose",
        links={"incidents": incidents, "evidence": evidence},
        submission=submission,
        customer=customer,
        proposed_by=by,
        values=facts,
    )


@records.once(Restriction)
def restrict(
    *,
    decision: ManagementDecision,
    by: StaffMember,
    submission: UUID,
    kind: str,
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    **facts: Any,
) -> Restriction:
    """Propose and impose in one step, under a decision. Policy §21 to 23, 54; beyond the policy: B2."""
    ask(policy.may_restrict(by, kind))
    ask(may_decide_on(by, incidents))
    require(must_explain_involvement(by, incidents, facts.get("involvement_reason", "")))
    customer = decision.customer.locked()
    facts |= {"customer": customer, "kind": kind, "decision": decision}
    draft = Restriction(**facts)
    facts["staff_instruction"] = complete(draft, incidents, evidence)
    require(completeness.way_in(draft, customer))
    restriction = records.create(
        Restriction,
        by=by,
        reason="Restriction written",
        links={"incidents": incidents, "evidence": evidence},
        submission=submission,
        proposed_by=by,
        values=facts,
    )
    return put_in_force(restriction, by=by, may=policy.may_impose)


@transaction.atomic
def impose(
    *,
    restriction: Restriction,
    decision: ManagementDecision,
    by: StaffMember,
    version: int,
    incidents: Collection[Incident] | None = None,
    evidence: Collection[Evidence] | None = None,
    **facts: Any,
) -> Restriction:
    """Impose what was proposed, under a decision. `facts` are what the manager puts right. Policy §21 to 23, 54; B2."""
    customer = restriction.customer.locked()
    restriction = moves.current(restriction, version)
    if not restriction.can("impose"):
        raise Stale(restriction)
    ask(policy.may_impose(by, restriction))
    incidents = list(restriction.incidents.all()) if incidents is None else incidents
    evidence = list(restriction.evidence.all()) if evidence is None else evidence
    require(
        must_explain_involvement(by, incidents, facts.get("involvement_reason", "")),
        *completeness.about(customer, [decision], "decision", "decision", "22"),
    )
    for name, value in facts.items():
        setattr(restriction, name, value)
    facts["staff_instruction"] = complete(restriction, incidents, evidence)
    require(completeness.way_in(restriction, customer))
    imposed = put_in_force(
        restriction,
        by=by,
        may=policy.may_impose,
        links={"incidents": incidents, "evidence": evidence},
        decision=decision,
        values=facts,
    )
    notifications.proposal_settled(imposed)
    return imposed


def complete(
    restriction: Restriction, incidents: Collection[Incident], evidence: Collection[Evidence]
) -> str:
    """What staff should do, said for them where nobody wrote it; raises `Incomplete` when anything else is missing."""
    require(*completeness.of_restriction(restriction, incidents, evidence))
    return restriction.staff_instruction or restriction.measure.instruction(restriction)


def put_in_force(
    restriction: Restriction, *, by: StaffMember, may: May | None, **changes: Any
) -> Restriction:
    return moves.move(
        restriction,
        "impose",
        by=by,
        may=may,
        reason=f"Imposed: {restriction.title.lower()}",
        imposed_by=by,
        imposed_at=timezone.now(),
        **changes,
    )


@transaction.atomic
def decline(*, restriction: Restriction, by: StaffMember, version: int, status_reason: str) -> Restriction:
    """Do not impose what was proposed, for a reason that its proposer reads."""
    declined = moves.move(
        restriction,
        "decline",
        by=by,
        may=policy.may_decline,
        version=version,
        reason="Proposal declined",
        status_reason=status_reason,
    )
    notifications.proposal_settled(declined)
    return declined


def withdraw(*, restriction: Restriction, by: StaffMember, version: int) -> Restriction:
    """Take one's own proposal back."""
    return moves.move(
        restriction, "withdraw", by=by, may=policy.may_withdraw, version=version, reason="Proposal withdrawn"
    )


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
        reason="Lifted",
        status_reason=status_reason,
    )


@transaction.atomic
def vary(
    *,
    restriction: Restriction,
    by: StaffMember,
    terms: dict[str, Any],
    status_reason: str,
    may: May = policy.may_vary,
    version: int | None = None,
    **changes: Any,
) -> Restriction:
    """Replace it by a new version, which must be told anew. Policy §22, 23; beyond the policy: B2, B4.

    `changes` are fields of `Restriction`; what they leave out is as before, its last day and its people excepted.
    """
    customer = restriction.customer.locked()
    old = moves.move(
        restriction,
        "vary",
        by=by,
        may=may,
        version=version,
        reason="Replaced by a new version",
        status_reason=status_reason,
    )
    kept = ("kind", "decision", "reason", "review_circumstances", "easing_conditions", "other_route")
    facts = {name: getattr(old, name) for name in kept} | {
        name: value for name, value in changes.items() if value is not None
    }
    if not facts.get("first_review_on"):
        facts.setdefault("no_review_reason", old.no_review_reason)
    facts |= {"customer": customer, "terms": terms, "starts_on": max(calendar.today(), old.starts_on)}
    incidents, evidence = list(old.incidents.all()), list(old.evidence.all())
    draft = Restriction(**facts)
    facts["staff_instruction"] = complete(draft, incidents, evidence)
    require(completeness.way_in(draft, customer))
    new = records.create(
        Restriction,
        by=by,
        reason="New version written",
        links={"incidents": incidents, "evidence": evidence},
        supersedes=old,
        proposed_by=by,
        values=facts,
    )
    # Who may vary has been asked: a panel may, and imposes nothing else.
    return put_in_force(new, by=by, may=None)


@transaction.atomic
def suspend(*, restriction: Restriction, by: StaffMember, may: May) -> Restriction:
    """Do not apply it while an appeal is heard. Policy §22."""
    restriction.customer.locked()
    return moves.move(restriction, "suspend", by=by, may=may, reason="Suspended while an appeal is heard")


@transaction.atomic
def resume(*, restriction: Restriction, by: StaffMember | None, may: May | None = None) -> Restriction:
    """Apply it again after an appeal that did not change it. Policy §22; beyond the policy: B2."""
    customer = restriction.customer.locked()
    require(completeness.way_in(restriction, customer))
    return moves.move(restriction, "resume", by=by, may=may, reason="In force again after the appeal")


@transaction.atomic
def overturn(*, restriction: Restriction, by: StaffMember, status_reason: str, may: May) -> Restriction:
    """An appeal was upheld. Policy §22."""
    restriction.customer.locked()
    return moves.move(
        restriction, "overturn", by=by, may=may, reason="Ended on appeal", status_reason=status_reason
    )


@transaction.atomic
def expire(*, restriction: Restriction) -> Restriction:
    """Its last day has passed."""
    restriction.customer.locked()
    return moves.move(restriction, "expire", by=None, reason="Its last day has passed")


@transaction.atomic
def tell(*, restriction: Restriction, on: date, by: StaffMember, letter: Letter | None = None) -> Restriction:
    """The customer was told of it on a day, by a letter or otherwise. Told once, it stays so. Policy §12, 23."""
    current = restriction.locked()
    if current.told_on and not letter:
        return current
    links = {"letters": [*current.letters.all(), letter]} if letter else {}
    if current.told_on:
        return records.write(current, by=by, reason="The customer was written to again", links=links)
    return records.write(
        current,
        by=by,
        reason="The customer was told",
        move="tell",
        links=links,
        told_on=on,
        not_told_reason="",
    )


@transaction.atomic
def leave_untold(
    *, restriction: Restriction, by: StaffMember, version: int, not_told_reason: str
) -> Restriction:
    """Record why the customer is not told. Policy §12, 23."""
    current = moves.current(restriction, version)
    ask(policy.may_leave_untold(by, current))
    if current.told_on or not current.can("lift"):
        raise Stale(current)
    return records.write(
        current,
        by=by,
        reason="It is recorded why the customer is not told",
        move="leave_untold",
        not_told_reason=not_told_reason,
    )


@transaction.atomic
def leave_unexplained(
    *, decision: ManagementDecision, by: StaffMember, version: int, not_explained_reason: str
) -> ManagementDecision:
    """Record why a decision that was to be explained in a letter is not. Policy §12."""
    current = moves.current(decision, version)
    ask(policy.may_decide(by))
    require(completeness.leaving_unexplained(current))
    return records.write(
        current,
        by=by,
        reason="It is recorded why the decision is not explained",
        move="leave_unexplained",
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason=not_explained_reason,
    )
