"""The only place where a review or an appeal changes. The diary of reviews follows every transition of a restriction.

Verbs that change what is in force lock the customer's row first.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, idempotent, lock_record, status_changed, writing
from cha_engagement.core.refusals import ask, require
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import upload_together
from cha_engagement.letters.actions import draft
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions import actions as restriction_actions
from restrictions.enums import STANDING
from restrictions.models import Restriction

from . import notifications, queries
from .enums import MEANWHILE, OPEN, AppealOutcome, AppealStatus, PassedTo, ReviewOutcome
from .models import Appeal, AppealedRestriction, Review
from .rules import checks, permissions

ENDS = ("lift", "overturn", "expire", "vary")


@receiver(status_changed, sender=Restriction)
def keep_the_diary(record: Restriction, transition: str, by: StaffMember | None, **kwargs: Any) -> None:
    """A restriction in force has its review, and one that ended has none to come. Policy §23."""
    if transition == "impose" and record.first_review_on:
        schedule(record, on=record.first_review_on, by=by)
    elif transition in ENDS:
        for review in Review.objects.filter(restriction=record, status="scheduled"):
            writing.change_status(review, "cancel", by=by, reason="The restriction has ended")


def schedule(restriction: Restriction, *, on: date, by: StaffMember | None) -> Review:
    return writing.create_record(
        Review,
        by=by,
        reason=f"Due on {uk_date(on)}",
        event="schedule",
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

    `changes` are those of `restrictions.actions.vary`.
    """
    review.customer.locked()
    changes = changes or {}
    require(*checks.of_review(review.restriction, outcome, next_review_on, changes))
    held = writing.change_status(
        review,
        "hold",
        by=by,
        may=permissions.may_hold,
        version=version,
        reason=f"Held: {ReviewOutcome(outcome).label.lower()}",
        held_at=timezone.now(),
        held_by=by,
        findings=findings,
        outcome=outcome,
        reasons=reasons,
        next_review_on=None if outcome == ReviewOutcome.LIFT else next_review_on,
    )
    carry_out(held, by=by, changes=changes)
    return held


def carry_out(held: Review, *, by: StaffMember, changes: Mapping[str, Any]) -> None:
    """What a review comes to: the restriction ends, has a new version, or goes on until the next."""
    restriction = held.restriction
    if held.outcome == ReviewOutcome.LIFT:
        restriction_actions.lift(restriction=restriction, by=by, status_reason=held.reasons)
    elif held.outcome == ReviewOutcome.VARY:
        with checks.beside(checks.as_next_review):
            restriction_actions.vary(
                restriction=restriction,
                by=by,
                status_reason=held.reasons,
                first_review_on=held.next_review_on,
                review_months=restriction.review_months,
                **changes,
            )
    elif held.next_review_on:
        schedule(restriction, on=held.next_review_on, by=by)


@idempotent(Appeal)
def log(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    received_on: date,
    restrictions: Collection[Restriction] = (),
    passed_to: str = "",
    added_to: Appeal | None = None,
    documents: Collection[UploadedFile] = (),
    sealed_reason: str = "",
    **facts: Any,
) -> Appeal:
    """Log an appeal for a customer, however it came. Late is not refused. Policy §22; beyond the policy: B5.

    `passed_to` is where one belongs that is against no restriction which can be appealed, `added_to` the appeal under way that it
    is heard with. `sealed_reason` is of those documents that may do harm.
    """
    ask(permissions.may_log(by))
    customer = customer.locked()
    added_to = added_to and added_to.locked()
    require(*checks.of_appeal(customer, restrictions, passed_to, received_on, added_to, by=by))
    require(check_reason(Appeal, "lodged_by", facts.get("lodged_by")))
    files = upload_together(
        files=documents,
        field="documents",
        summary="Came with an appeal",
        by=by,
        submission=submission,
        sealed_reason=sealed_reason,
    )
    organisation = Organisation.current()
    appeal = writing.create_record(
        Appeal,
        by=by,
        reason=f"Passed on: {PassedTo(passed_to).label.lower()}" if passed_to else "Appeal received",
        event="log",
        links={"documents": files},
        submission=submission,
        customer=customer,
        received_on=received_on,
        received_by=by,
        passed_to=passed_to,
        added_to=added_to,
        status=AppealStatus.PASSED_ON if passed_to else AppealStatus.RECEIVED,
        acknowledge_by=add_working_days(received_on, organisation.acknowledge_working_days),
        decide_by=add_working_days(received_on, organisation.appeal_decision_working_days),
        **facts,
    )
    put_under(appeal, restrictions, by=by)
    if restrictions:
        notifications.appeal_received(appeal)
    if added_to:
        notifications.appeal_added_to(added_to)
    elif passed_to:
        notifications.appeal_passed_on(appeal)
    return appeal


def put_under(appeal: Appeal, restrictions: Collection[Restriction], *, by: StaffMember) -> None:
    """Each with the versions that it is against, and the last day on which it could be."""
    rights, versions = queries.rights(restrictions), queries.versions(restrictions)
    for restriction in restrictions:
        writing.create_record(
            AppealedRestriction,
            by=by,
            reason="Appealed",
            links={"versions": versions[restriction.pk]},
            appeal=appeal,
            restriction=restriction,
            last_day=rights[restriction.pk].last_day,
        )


@transaction.atomic
def acknowledge(*, appeal: Appeal, by: StaffMember, version: int, acknowledged_on: date) -> Appeal:
    """The customer is told that it has arrived, who hears it and by when. Policy §6.3, 22."""
    require(
        checks.not_ahead(acknowledged_on, "acknowledged_on"),
        checks.not_before(acknowledged_on, appeal.received_on, "acknowledged_on"),
    )
    return writing.change_status(
        appeal,
        "acknowledge",
        by=by,
        may=permissions.may_acknowledge,
        version=version,
        reason="Appeal acknowledged",
        acknowledged_on=acknowledged_on,
    )


@transaction.atomic
def name_substitute(
    *, appeal: Appeal, by: StaffMember, version: int, substitute: StaffMember, substitute_reason: str
) -> Appeal:
    """Say who hears an appeal that nobody on the Executive Team can hear, and why they do. Policy §22."""
    current = open_now(appeal, version)
    ask(permissions.may_name(by, current))
    require(
        permissions.may_be_named(current, substitute),
        check_reason(current, "substitute_reason", substitute_reason),
    )
    named = writing.save_record(
        current,
        by=by,
        reason="Somebody was named to hear the appeal",
        event="name",
        substitute=substitute,
        substitute_reason=substitute_reason,
    )
    notifications.substitute_named(named)
    return named


def open_now(appeal: Appeal, version: int) -> Appeal:
    """The appeal, locked, while it waits for a decision."""
    current = lock_record(appeal, version)
    if current.status not in OPEN:
        raise Stale(current)
    return current


@transaction.atomic
def suspend(
    *, appeal: Appeal, by: StaffMember, version: int, restrictions: Collection[Restriction]
) -> Appeal:
    """Say which restrictions do not apply while the appeal is heard: these, and no others. Policy §22; beyond the policy: B2."""
    appeal.customer.locked()
    current = open_now(appeal, version)
    ask(permissions.may_hear(by, current))
    appealed = current.appealed.select_related("restriction__customer").filter(
        restriction__status__in=STANDING
    )
    for one in appealed.order_by("pk"):
        if one.suspended != (one.restriction in restrictions):
            turn(one, by=by)
    return writing.save_record(current, by=by, reason="Said what applies meanwhile")


def turn(appealed: AppealedRestriction, *, by: StaffMember) -> AppealedRestriction:
    """Suspend a restriction under appeal, or apply it again."""
    verb = restriction_actions.resume if appealed.suspended else restriction_actions.suspend
    with checks.beside(partial(checks.about, appealed.restriction)):
        verb(restriction=appealed.restriction, by=by)
    return writing.save_record(
        appealed, by=by, reason="Suspended or applied again", suspended=not appealed.suspended
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
) -> Appeal:
    """Decide on every restriction of an appeal, in one step. Policy §22; beyond the policy: B2, B4.

    `verdicts` are, by the restriction's reference, its `outcome`, the `reasons`, and for one partly upheld its `changes`:
    those of `restrictions.actions.vary`. `panel` are the others who heard it.
    """
    appeal.customer.locked()
    panel = list(dict.fromkeys([by, *panel]))
    appealed = list(appeal.appealed.select_related("restriction").order_by("pk"))
    decided = writing.change_status(
        appeal,
        "decide",
        by=by,
        may=permissions.may_hear,
        version=version,
        reason=f"Appeal decided: {in_words(appealed, verdicts)}",
        links={"panel": panel},
        heard_on=heard_on,
        decided_at=timezone.now(),
        decided_by=by,
    )
    require(
        checks.not_ahead(heard_on, "heard_on"),
        checks.not_before(heard_on, appeal.received_on, "heard_on"),
        *permissions.panel_may_hear(appeal, panel, reader=by),
        *checks.of_verdicts([one.restriction for one in appealed], verdicts),
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
        restriction_actions.overturn(restriction=restriction, by=by, status_reason=reasons)
    elif restriction.can("vary") and outcome == AppealOutcome.PARTLY_UPHELD:
        with checks.beside(partial(checks.about, restriction)):
            varied_to = restriction_actions.ease_on_appeal(
                restriction=restriction, by=by, status_reason=reasons, **changes or {}
            )
    elif restriction.can("resume"):
        restriction_actions.resume(restriction=restriction, by=by)
    return writing.save_record(
        appealed, by=by, reason="Decided", outcome=outcome, reasons=reasons, varied_to=varied_to
    )


@transaction.atomic
def withdraw(
    *, appeal: Appeal, by: StaffMember, version: int, withdrawn_on: date, withdrawn_by: str
) -> Appeal:
    """The customer takes the appeal back: what was suspended for it applies again. Policy §22; beyond the policy: B2."""
    appeal.customer.locked()
    require(
        checks.not_ahead(withdrawn_on, "withdrawn_on"),
        checks.not_before(withdrawn_on, appeal.received_on, "withdrawn_on"),
        check_reason(Appeal, "withdrawn_by", withdrawn_by),
    )
    withdrawn = writing.change_status(
        appeal,
        "withdraw",
        by=by,
        may=permissions.may_withdraw,
        version=version,
        reason="Appeal withdrawn by the customer",
        withdrawn_on=withdrawn_on,
        withdrawn_by=withdrawn_by,
    )
    for restriction in Restriction.objects.filter(appealed__appeal=withdrawn, status="suspended"):
        restriction_actions.resume(restriction=restriction, by=by)
    return withdrawn


@transaction.atomic
def write_letter(*, about: Review | Appeal, kind: str, by: StaffMember) -> Letter:
    """The letter of this kind about a review or an appeal: the one that there is, or a new draft. Policy §6.3, 22, 23; B4.

    What applies meanwhile is told again whenever it is not what the last letter says.
    """
    about = about.locked()
    ask(permissions.may_write(by, about))
    written = about.letters.filter(kind=kind).exclude(status="void").order_by("-pk").first()
    if kind == MEANWHILE and written and written.letter_kind.check_still_true(written):
        written = None
    return written or draft(customer=about.customer, kind=kind, about=about, by=by, submission=uuid4())
