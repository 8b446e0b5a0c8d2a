"""Restrictions are proposed, declined, withdrawn and imposed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from cha_engagement.core.records import Stale, atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions import notifications, rules
from restrictions.contact_plan import standing_restrictions
from restrictions.enums import RestrictionEvent
from restrictions.models import ManagementDecision, Restriction

from .beginning import days_counted_from, settle_beginning
from .decision import contact_limited, require_unchanged


@idempotent(Restriction)
def propose_restriction(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    **facts: Any,
) -> Restriction:
    """Propose a restriction to the managers. `facts` are fields of `Restriction`, its `kind` and `terms` among them."""
    raise_if_refused(rules.may_propose(by))
    facts |= settle_beginning(Restriction(**facts)) | {"starts_on": None}
    facts |= complete_restriction(Restriction(customer=customer, **facts), incidents, evidence, proposer=by)
    return writing.create_record(
        Restriction,
        by=by,
        reason=describe_event("Proposed", Restriction(customer=customer, **facts)),
        event=RestrictionEvent.PROPOSE,
        links={"incidents": incidents, "evidence": evidence},
        submission=submission,
        customer=customer,
        proposed_by=by,
        values=facts,
    )


@idempotent(Restriction)
def impose_restriction(
    *,
    decision: ManagementDecision,
    by: StaffMember,
    submission: UUID,
    kind: str,
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    known: int | None = None,
    closing: Collection[str] | None = None,
    **facts: Any,
) -> Restriction:
    """Propose and impose in one step, under a decision. Policy §21 to 23, 54; beyond the policy: B2.

    `known` is how many of this kind the customer had for whoever restricts. Raises `Stale` where another has come.
    `closing` are the channels that they know it closes though another left them open; None where nobody is there to look.
    """
    raise_if_refused(rules.may_restrict(by, kind))
    customer = decision.customer.reload_locked()
    require_unchanged(customer.restrictions.filter(kind=kind).ever_imposed(), known, submission)
    facts |= {"customer": customer, "kind": kind, "decision": decision}
    reason = facts.get("involvement_reason", "")
    facts["involvement_reason"] = rules.reason_for_part(by, incidents, reason, evidence)
    facts |= complete_new_restriction(facts, incidents, evidence, by=by)
    if closing is not None:
        raise_if_incomplete(*rules.check_channels_left_open(Restriction(**facts), customer, closing))
    restriction = writing.create_record(
        Restriction,
        by=by,
        reason="Restriction written",
        links={"incidents": incidents, "evidence": evidence},
        submission=submission,
        proposed_by=by,
        values=facts,
    )
    notifications.notify_of_limited_contact(decision, by=by)
    raise_if_refused(rules.may_impose(by, restriction))
    return put_in_force(restriction, by=by)


@atomic_action()
def impose_proposal(
    *,
    restriction: Restriction,
    decision: ManagementDecision,
    by: StaffMember,
    version: int,
    incidents: Collection[Incident] | None = None,
    evidence: Collection[Evidence] | None = None,
    closing: Collection[str] | None = None,
    **facts: Any,
) -> Restriction:
    """Impose what was proposed, under a decision. `facts` are what the manager puts right. Policy §21 to 23, 54; B2."""
    customer = restriction.customer.reload_locked()
    restriction = lock_record(restriction, version)
    restriction.customer = customer
    if not restriction.can(RestrictionEvent.IMPOSE):
        raise Stale(restriction)
    raise_if_refused(rules.may_impose(by, restriction))
    incidents = list(restriction.incidents.all()) if incidents is None else incidents
    evidence = list(restriction.evidence.all()) if evidence is None else evidence
    reason = facts.get("involvement_reason", "")
    facts["involvement_reason"] = rules.reason_for_part(by, incidents, reason, evidence)
    refused = [
        *rules.check_involvement(by, incidents, facts["involvement_reason"], evidence),
        *rules.check_assessed(incidents, evidence),
        *rules.check_chosen_records(customer, [decision], "decision", "decision", "22"),
        *rules.check_complaints(by, incidents, evidence, decision),
    ]
    for name, value in facts.items():
        setattr(restriction, name, value)
    facts |= settle_beginning(restriction)
    facts |= complete_restriction(restriction, incidents, evidence, refused=refused, decision=decision)
    if closing is not None:
        raise_if_incomplete(*rules.check_channels_left_open(restriction, customer, closing))
    imposed = put_in_force(
        restriction,
        by=by,
        links={"incidents": incidents, "evidence": evidence},
        decision=decision,
        values=facts,
    )
    notifications.notify_proposer(imposed)
    notifications.notify_of_limited_contact(decision, by=by)
    return imposed


def complete_new_restriction(
    facts: Mapping[str, Any],
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    *,
    by: StaffMember,
) -> dict[str, Any]:
    """Check what is to be imposed, and return what it says where nobody wrote it. Its `facts` hold its decision, where that is taken already.

    Raises `Incomplete` with all that is refused of it.
    """
    decision = facts.get("decision")
    refused = [
        *rules.check_involvement(by, incidents, facts.get("involvement_reason", ""), evidence),
        *rules.check_assessed(incidents, evidence),
        *rules.check_complaints(by, incidents, evidence, decision),
    ]
    beginning = settle_beginning(Restriction(**facts))
    restriction = Restriction(**{**facts, **beginning})
    return beginning | complete_restriction(restriction, incidents, evidence, refused=refused)


def complete_restriction(
    restriction: Restriction,
    incidents: Collection[Incident],
    evidence: Collection[Evidence],
    before: Restriction | None = None,
    proposer: StaffMember | None = None,
    refused: Iterable[Refusal] = (),
    decision: ManagementDecision | None = None,
) -> dict[str, Any]:
    """Check a restriction, and return what it says where nobody wrote it: what staff should do, and the days that follow from others.

    `before` is the version it replaces, `proposer` whoever only proposes it, `decision` what it is imposed under. Raises `Incomplete` with
    all that is wrong, and with what was `refused` of it already. What its terms come to is checked once they are whole.
    """
    restriction.ends_on = restriction.last_day
    refusals = [*refused, *rules.check_restriction(restriction, incidents, evidence, before, proposer)]
    if restriction.kind_rules.check_terms(restriction):
        raise_if_incomplete(*refusals)
    days = days_counted_from(restriction, restriction.starts_on)
    for name, day in days.items():
        setattr(restriction, name, day)
    refusals += rules.check_restriction_words(restriction, before)
    refusals += rules.check_ways_in(restriction, before)
    if before is None:
        others = [other for other in standing_restrictions(restriction.customer) if other != restriction]
        refusals += rules.check_adds_something(restriction, others, decision)
    if not (before or proposer):
        restriction.decision = decision or restriction.decision
        refusals += rules.check_bindings(restriction, incidents, evidence)
    raise_if_incomplete(*refusals)
    instruction = restriction.staff_instruction or restriction.kind_rules.usual_instruction(restriction)
    return {"staff_instruction": instruction, **days}


def put_in_force(restriction: Restriction, *, by: StaffMember, **changes: Any) -> Restriction:
    """Impose a restriction; its callers have asked who may."""
    event_text = "Imposed as they asked" if restriction.customer_request else "Imposed"
    imposed = writing.change_status(
        restriction,
        RestrictionEvent.IMPOSE,
        by=by,
        reason=describe_event(event_text, restriction),
        imposed_by=by,
        imposed_at=timezone.now(),
        look_again_on=None if restriction.review_months else annual_look_date(),
        **changes,
    )
    contact_limited.send(sender=Restriction, record=imposed, by=by)
    return imposed


def annual_look_date() -> date:
    """Return the day on which what has no reviews is looked at again. Policy §23."""
    return calendar.add_months(calendar.today(), 12)


@atomic_action()
def decline_proposal(
    *, restriction: Restriction, by: StaffMember, version: int, status_reason: str
) -> Restriction:
    """Do not impose what was proposed, for a reason that its proposer reads."""
    raise_if_refused(rules.may_decline(by, restriction.reload_locked()))
    declined = writing.change_status(
        restriction,
        RestrictionEvent.DECLINE,
        by=by,
        version=version,
        reason=describe_event("Proposal declined", restriction),
        status_reason=status_reason,
    )
    notifications.notify_proposer(declined)
    return declined


@atomic_action()
def withdraw_proposal(*, restriction: Restriction, by: StaffMember, version: int) -> Restriction:
    """Take one's own proposal back."""
    raise_if_refused(rules.may_withdraw(by, restriction.reload_locked()))
    return writing.change_status(
        restriction,
        RestrictionEvent.WITHDRAW,
        by=by,
        version=version,
        reason=describe_event("Proposal withdrawn", restriction),
    )


def describe_event(event_text: str, restriction: Restriction) -> str:
    """Return what happened, and to which restriction, for the timeline: a customer may have several."""
    return f"{event_text}: {restriction.title_in_sentence}"
