"""The only place where a decision is made and a restriction changes.

Verbs that change what is in force lock the customer's row first, so that each sees what the one before it left.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone

from cha_engagement import moves, records
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.moves import Stale
from cha_engagement.organisation import calendar
from cha_engagement.policy import Refusal, ask, require
from cha_engagement.staff.models import StaffMember
from incidents.models import Contact, Incident, RestorativeAction
from incidents.workflow import contact_logged

from . import completeness, contacts, notifications, policy
from .enums import Explained
from .kinds import KINDS
from .models import Block, Breach, InterimMeasure, ManagementDecision, Reading, Restriction

INTERIM_WORKING_DAYS = 5
"""How long an interim measure stands, the day it is set not counted. Beyond the policy: B21."""

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
    known: int | None = None,
    **answers: Any,
) -> ManagementDecision:
    """Decide to manage engagement actively. Final. Policy §9 to 14, 18, 20, 22. `answers` are fields of `ManagementDecision`.

    `known` is how many decisions about the customer there were for whoever decides. Raises `Stale` where another has come.
    """
    ask(policy.may_decide(by))
    nothing_new(ManagementDecision.objects.filter(customer=customer.locked()), known, submission)
    decision = ManagementDecision(customer=customer, **answers)
    require(
        *completeness.of_decision(decision, incidents, restorative_actions),
        completeness.of_training(training_for),
        *completeness.of_involvement(by, incidents, involvement_reason),
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


def nothing_new(of_customer: QuerySet[Any], known: int | None, submission: UUID) -> None:
    """Raise `Stale` where a colleague has added one since somebody looked. What was sent twice at once is not news."""
    others = of_customer.exclude(submission=submission)
    if known is not None and others.count() != known:
        raise Stale(others.latest("pk"))


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
    facts |= complete(Restriction(customer=customer, **facts), incidents, evidence)
    return records.create(
        Restriction,
        by=by,
        reason=f"Proposed: {KINDS[facts['kind']].title.lower()}",
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
    known: int | None = None,
    **facts: Any,
) -> Restriction:
    """Propose and impose in one step, under a decision. Policy §21 to 23, 54; beyond the policy: B2.

    `known` is how many of this kind the customer had for whoever restricts. Raises `Stale` where another has come.
    """
    ask(policy.may_restrict(by, kind))
    customer = decision.customer.locked()
    nothing_new(customer.restrictions.ever_imposed(kind), known, submission)
    require(*completeness.of_involvement(by, incidents, facts.get("involvement_reason", ""), evidence))
    facts |= {"customer": customer, "kind": kind, "decision": decision}
    written = Restriction(**facts)
    facts |= complete(written, incidents, evidence)
    require(completeness.way_in(written, customer))
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
        *completeness.of_involvement(by, incidents, facts.get("involvement_reason", ""), evidence),
        *completeness.about(customer, [decision], "decision", "decision", "22"),
    )
    for name, value in facts.items():
        setattr(restriction, name, value)
    facts |= complete(restriction, incidents, evidence)
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
) -> dict[str, Any]:
    """What it says where nobody wrote it: what staff should do, and the day on which its terms end. Raises `Incomplete`."""
    restriction.ends_on = restriction.last_day
    require(*completeness.of_restriction(restriction, incidents, evidence))
    instruction = restriction.staff_instruction or restriction.measure.instruction(restriction)
    return {"staff_instruction": instruction, "ends_on": restriction.ends_on}


def a_year_on() -> date:
    """When what has no reviews is looked at again. Policy §23."""
    return calendar.add_months(calendar.today(), 12)


def said(what: str, restriction: Restriction) -> str:
    """What happened, and to which restriction, for the timeline: a customer may have several."""
    return f"{what}: {restriction.title.lower()}"


def put_in_force(
    restriction: Restriction, *, by: StaffMember, may: May | None, **changes: Any
) -> Restriction:
    imposed = moves.move(
        restriction,
        "impose",
        by=by,
        may=may,
        reason=said("Imposed", restriction),
        imposed_by=by,
        imposed_at=timezone.now(),
        look_again_on=None if restriction.first_review_on else a_year_on(),
        **changes,
    )
    for what in imposed.measure.blocks(imposed):
        to_block(imposed, what, by=by)
    return imposed


def to_block(restriction: Restriction, what: str, *, by: StaffMember) -> Block:
    """Somebody's step to block it, or that of the version before, which may be done already."""
    before = Block.objects.filter(restriction=restriction.supersedes_id, what=what).first()
    if before:
        return records.write(before, by=by, reason="Taken over by a new version", restriction=restriction)
    return records.create(Block, by=by, reason="To be blocked", restriction=restriction, what=what)


@transaction.atomic
def block(*, block: Block, by: StaffMember, version: int) -> Block:
    """It has been blocked where it reached us. Policy §31, 32.1."""
    return moves.move(
        block,
        "block",
        by=by,
        may=policy.may_block,
        version=version,
        reason=f"Blocked: {block.what}",
        blocked_by=by,
        blocked_at=timezone.now(),
        unblocked_by=None,
        unblocked_at=None,
    )


@transaction.atomic
def unblock(*, block: Block, by: StaffMember, version: int) -> Block:
    """It reaches us again. Policy §31, 32.1."""
    return moves.move(
        block,
        "unblock",
        by=by,
        may=policy.may_unblock,
        version=version,
        reason=f"Unblocked: {block.what}",
        unblocked_by=by,
        unblocked_at=timezone.now(),
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
        reason=said("Proposal declined", restriction),
        status_reason=status_reason,
    )
    notifications.proposal_settled(declined)
    return declined


def withdraw(*, restriction: Restriction, by: StaffMember, version: int) -> Restriction:
    """Take one's own proposal back."""
    return moves.move(
        restriction,
        "withdraw",
        by=by,
        may=policy.may_withdraw,
        version=version,
        reason=said("Proposal withdrawn", restriction),
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
        reason=said("Lifted", restriction),
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
        reason=said("Replaced by a new version", restriction),
        status_reason=status_reason,
    )
    kept = (
        "kind",
        "decision",
        "reason",
        "review_circumstances",
        "easing_conditions",
        "other_route",
        "reading_asked",
    )
    facts = {name: getattr(old, name) for name in kept} | {
        name: value for name, value in changes.items() if value is not None
    }
    if not facts.get("first_review_on"):
        facts.setdefault("no_review_reason", old.no_review_reason)
    facts |= {"customer": customer, "terms": terms, "starts_on": max(calendar.today(), old.starts_on)}
    incidents, evidence = list(old.incidents.all()), list(old.evidence.all())
    written = Restriction(**facts)
    facts |= complete(written, incidents, evidence)
    require(completeness.way_in(written, customer))
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
def rename(
    *,
    restriction: Restriction,
    by: StaffMember,
    version: int,
    status_reason: str,
    **people: StaffMember | None,
) -> Restriction:
    """Name others in the place of those whom its terms name; the customer is told anew. Policy §21.1; beyond the policy: B2.

    Nothing else changes, so that it stays the restriction that is reviewed, suspended or under appeal.
    """
    restriction.customer.locked()
    current = moves.current(restriction, version)
    ask(policy.may_rename(by, current))
    if not current.can("vary"):
        raise Stale(current)
    for name, person in people.items():
        setattr(current, name, person)
    require(*current.measure.faults(current))
    return records.write(
        current,
        by=by,
        reason=said("Somebody else is named", current),
        move="rename",
        status_reason=status_reason,
        told_on=None,
    )


@transaction.atomic
def look_again(*, restriction: Restriction, by: StaffMember, version: int, stays_reason: str) -> Restriction:
    """Looked at once a year, one without reviews stays. Policy §23."""
    current = moves.current(restriction, version)
    ask(policy.may_look_again(by, current))
    if not (current.can("lift") and current.look_again_on):
        raise Stale(current)
    return records.write(
        current,
        by=by,
        reason=said("Looked at, and it stays", current),
        move="look_again",
        stays_reason=stays_reason,
        look_again_on=a_year_on(),
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
        reason=said("Told", restriction),
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
        reason=said("Not told, for a recorded reason", restriction),
        move="leave_untold",
        not_told_reason=not_told_reason,
    )


@transaction.atomic
def ask_reading(*, restriction: Restriction, by: StaffMember, version: int) -> Restriction:
    """Have each member of staff confirm that they have read it, the next time they see the card. Beyond the policy: B1."""
    current = moves.current(restriction, version)
    ask(policy.may_ask_reading(by, current))
    if current.reading_asked or not current.can("lift"):
        raise Stale(current)
    return records.write(
        current,
        by=by,
        reason=said("Staff are asked to confirm that they have read it", current),
        move="ask_reading",
        reading_asked=True,
    )


@transaction.atomic
def confirm_reading(*, customer: Customer, by: StaffMember, shown: Collection[str]) -> None:
    """They have read what is asked of them, once; of that, what was `shown`, by reference. Beyond the policy: B1."""
    ask(policy.may_confirm_reading(by))
    customer.locked()
    for restriction in customer.restrictions.unread_by(by).filter(reference__in=shown):
        records.create(Reading, by=by, reason="Read", restriction=restriction)


@records.once(InterimMeasure)
def set_interim(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    **facts: Any,
) -> InterimMeasure:
    """Set a measure at once, for a few working days. Beyond the policy: B21.

    Also by a manager whom it affected: it cannot wait, and the decision that follows is not theirs.
    """
    ask(policy.may_set_interim(by))
    customer = customer.locked()
    facts["ends_on"] = calendar.add_working_days(calendar.today(), INTERIM_WORKING_DAYS)
    require(*completeness.of_interim(InterimMeasure(customer=customer, **facts), incidents))
    return records.create(
        InterimMeasure,
        by=by,
        reason=facts["what"],
        move="set",
        links={"incidents": incidents},
        submission=submission,
        customer=customer,
        values=facts,
    )


def end_interim(
    *, interim: InterimMeasure, by: StaffMember, version: int, status_reason: str
) -> InterimMeasure:
    return moves.move(
        interim,
        "end",
        by=by,
        may=policy.may_end_interim,
        version=version,
        reason=status_reason,
        status_reason=status_reason,
    )


def lapse_interim(*, interim: InterimMeasure) -> InterimMeasure:
    """Its last day has passed, whatever was decided meanwhile."""
    return moves.move(interim, "lapse", by=None, reason="Its last day has passed")


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


CORRECTED = "The contact was corrected"


@receiver(contact_logged, sender=Contact)
def suggest_breaches(contact: Contact, by: StaffMember, **kwargs: Any) -> None:
    """What a contact seems to go against is asked of whoever logged it; a correction asks anew. Beyond the policy: B8."""
    known = {breach.restriction_id: breach for breach in contact.breaches.all()}
    for restriction, why in contacts.against(contact).items():
        breach = known.pop(restriction.pk, None)
        if breach is None:
            records.create(
                Breach, by=by, reason="Suggested", restriction=restriction, contact=contact, why=why
            )
        elif breach.why != why and breach.can("suggest"):
            moves.move(breach, "suggest", by=by, reason=CORRECTED, why=why, settled_by=None, settled_at=None)
        elif breach.why != why:
            records.write(breach, by=by, reason=CORRECTED, why=why)
    for breach in known.values():
        if breach.can("dismiss"):
            settle(breach, "dismiss", by=by, reason=CORRECTED, why="")


def confirm_breach(*, breach: Breach, by: StaffMember) -> Breach:
    """It went against the restriction: it counts as evidence at the review. Beyond the policy: B8."""
    reason = f"Against the restriction: {breach.restriction.title.lower()}"
    return settle(breach, "confirm", by=by, reason=reason, may=policy.may_settle)


def dismiss_breach(*, breach: Breach, by: StaffMember) -> Breach:
    """It did not, whatever it seemed. Beyond the policy: B8."""
    return settle(breach, "dismiss", by=by, reason="Not against the restriction", may=policy.may_settle)


def settle(breach: Breach, move: str, *, by: StaffMember, **how: Any) -> Breach:
    return moves.move(breach, move, by=by, settled_by=by, settled_at=timezone.now(), **how)
