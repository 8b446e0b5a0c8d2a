"""The only place where a review or an appeal changes. The diary of reviews follows every move of a restriction.

Verbs that change what is in force lock the customer's row first.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.dispatch import receiver

from cha_engagement import moves, records
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.workflow import upload
from cha_engagement.letters.models import Letter
from cha_engagement.letters.workflow import draft
from cha_engagement.moves import moved
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import ask, require
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date
from restrictions import workflow as restrictions
from restrictions.models import Restriction

from . import completeness, notifications, policy, queries
from .enums import AppealOutcome, ReviewOutcome
from .models import Appeal, AppealedRestriction, Review

ENDS = ("lift", "overturn", "expire", "vary")


@receiver(moved, sender=Restriction)
def keep_the_diary(record: Restriction, move: str, by: StaffMember | None, **kwargs: Any) -> None:
    """A restriction in force has its review, and one that ended has none to come. Policy §23."""
    if move == "impose" and record.first_review_on:
        schedule(record, on=record.first_review_on, by=by)
    elif move in ENDS:
        for review in Review.objects.filter(restriction=record, status="scheduled"):
            moves.move(review, "cancel", by=by, reason="The restriction has ended")


def schedule(restriction: Restriction, *, on: date, by: StaffMember | None) -> Review:
    return records.create(
        Review,
        by=by,
        reason=f"Due on {uk_date(on)}",
        move="schedule",
        restriction=restriction,
        customer=restriction.customer,
        due_on=on,
    )


@transaction.atomic
def hold(
    *,
    review: Review,
    by: StaffMember,
    version: int,
    findings: str,
    outcome: str,
    reasons: str,
    next_review_on: date | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Review:
    """Look again at a restriction: it goes on, is varied or is lifted. Policy §23; beyond the policy: B4.

    `changes` are those of `restrictions.workflow.vary`.
    """
    review.customer.locked()
    require(*completeness.of_review(review.restriction, outcome, next_review_on))
    held = moves.move(
        review,
        "hold",
        by=by,
        may=policy.may_hold,
        version=version,
        reason=f"Held: {ReviewOutcome(outcome).label.lower()}",
        held_on=today(),
        held_by=by,
        findings=findings,
        outcome=outcome,
        reasons=reasons,
        next_review_on=None if outcome == ReviewOutcome.LIFT else next_review_on,
    )
    restriction = held.restriction
    if outcome == ReviewOutcome.LIFT:
        restrictions.lift(restriction=restriction, by=by, status_reason=reasons)
    elif outcome == ReviewOutcome.VARY:
        with completeness.beside(lambda field: "next_review_on" if field == "first_review_on" else field):
            restrictions.vary(
                restriction=restriction,
                by=by,
                status_reason=reasons,
                first_review_on=next_review_on,
                review_months=restriction.review_months,
                **changes or {},
            )
    elif next_review_on:
        schedule(restriction, on=next_review_on, by=by)
    return held


@records.once(Appeal)
def log(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    received_on: date,
    restrictions: Collection[Restriction],
    documents: Collection[UploadedFile] = (),
    **facts: Any,
) -> Appeal:
    """Log an appeal for a customer, however it came. Late is not refused. Policy §22; beyond the policy: B5."""
    ask(policy.may_log(by))
    customer = customer.locked()
    require(
        completeness.not_ahead(received_on, "received_on"), *completeness.appealable(customer, restrictions)
    )
    files = [
        upload(file=file, summary="Came with an appeal", by=by, submission=uuid5(submission, str(number)))
        for number, file in enumerate(documents)
    ]
    organisation = Organisation.current()
    appeal = records.create(
        Appeal,
        by=by,
        reason="Appeal received",
        move="log",
        links={"documents": files},
        submission=submission,
        customer=customer,
        received_on=received_on,
        received_by=by,
        acknowledge_by=add_working_days(received_on, organisation.acknowledge_working_days),
        decide_by=add_working_days(received_on, organisation.appeal_decision_working_days),
        **facts,
    )
    for restriction in restrictions:
        last_day = queries.last_day_to_appeal(restriction)
        records.create(
            AppealedRestriction,
            by=by,
            reason="Appealed",
            appeal=appeal,
            restriction=restriction,
            last_day=last_day,
        )
    notifications.appeal_received(appeal)
    return appeal


@transaction.atomic
def acknowledge(*, appeal: Appeal, by: StaffMember, version: int, acknowledged_on: date) -> Appeal:
    """The customer is told that it has arrived, who hears it and by when. Policy §6.3, 22."""
    require(
        completeness.not_ahead(acknowledged_on, "acknowledged_on"),
        completeness.not_before(acknowledged_on, appeal.received_on, "acknowledged_on"),
    )
    return moves.move(
        appeal,
        "acknowledge",
        by=by,
        may=policy.may_acknowledge,
        version=version,
        reason="Appeal acknowledged",
        acknowledged_on=acknowledged_on,
    )


@transaction.atomic
def decide(
    *,
    appeal: Appeal,
    by: StaffMember,
    version: int,
    heard_on: date,
    verdicts: Mapping[str, Mapping[str, Any]],
    panel: Collection[StaffMember] = (),
    substitute_reason: str = "",
) -> Appeal:
    """Decide on every restriction of an appeal, in one step. Policy §22; beyond the policy: B2, B4.

    `verdicts` are, by the restriction's reference, its `outcome`, the `reasons`, and for one partly upheld its `changes`:
    those of `restrictions.workflow.vary`. `panel` are the others who heard it.
    """
    appeal.customer.locked()
    panel = list(dict.fromkeys([by, *panel]))
    appealed = list(appeal.appealed.select_related("restriction").order_by("pk"))
    decided = moves.move(
        appeal,
        "decide",
        by=by,
        may=policy.may_hear,
        version=version,
        reason=f"Appeal decided: {in_words(appealed, verdicts)}",
        links={"panel": panel},
        heard_on=heard_on,
        decided_by=by,
        substitute_reason=substitute_reason,
    )
    require(
        completeness.not_ahead(heard_on, "heard_on"),
        completeness.not_before(heard_on, appeal.received_on, "heard_on"),
        *policy.panel_may_hear(appeal, panel, substitute_reason),
        *completeness.of_verdicts([one.restriction for one in appealed], verdicts),
    )
    for one in appealed:
        give(one, by=by, **verdicts[one.restriction.reference])
    notifications.appeal_decided(decided)
    return decided


def in_words(appealed: Collection[AppealedRestriction], verdicts: Mapping[str, Mapping[str, Any]]) -> str:
    """Each with its outcome, such as "RES-2026-0001 not upheld, RES-2026-0002 partly upheld"."""
    references = [one.restriction.reference for one in appealed]
    return ", ".join(
        f"{reference} {verdicts[reference]['outcome'].replace('_', ' ')}" for reference in references
    )


def give(
    appealed: AppealedRestriction,
    *,
    by: StaffMember,
    outcome: str,
    reasons: str,
    changes: Mapping[str, Any] | None = None,
) -> AppealedRestriction:
    """Write down what was decided on one restriction and carry it out; one that ended meanwhile stays as it ended."""
    restriction, varied_to = appealed.restriction.locked(), None
    if restriction.can("overturn") and outcome == AppealOutcome.UPHELD:
        restrictions.overturn(restriction=restriction, by=by, status_reason=reasons, may=policy.may_ease)
    elif restriction.can("vary") and outcome == AppealOutcome.PARTLY_UPHELD:
        with completeness.beside(partial(completeness.field_of, restriction.reference)):
            varied_to = restrictions.vary(
                restriction=restriction, by=by, status_reason=reasons, may=policy.may_ease, **changes or {}
            )
    elif restriction.can("resume"):
        restrictions.resume(restriction=restriction, by=by, may=policy.may_ease)
    return records.write(
        appealed, by=by, reason="Decided", outcome=outcome, reasons=reasons, varied_to=varied_to
    )


@transaction.atomic
def withdraw(*, appeal: Appeal, by: StaffMember, version: int) -> Appeal:
    """The customer takes the appeal back: what was suspended for it applies again."""
    appeal.customer.locked()
    withdrawn = moves.move(
        appeal, "withdraw", by=by, may=policy.may_withdraw, version=version, reason="Appeal withdrawn"
    )
    for restriction in Restriction.objects.filter(appealed__appeal=withdrawn, status="suspended"):
        restrictions.resume(restriction=restriction, by=by)
    return withdrawn


@transaction.atomic
def write_letter(*, about: Review | Appeal, kind: str, by: StaffMember) -> Letter:
    """The letter of this kind about a review or an appeal: the one that there is, or a new draft. Policy §6.3, 22, 23; B4."""
    about = about.locked()
    ask(policy.may_write(by, about))
    written = about.letters.filter(kind=kind).exclude(status="void").first()
    return written or draft(customer=about.customer, kind=kind, about=about, by=by, submission=uuid4())
