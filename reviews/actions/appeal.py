"""An appeal is logged, heard and decided, and what was decided is carried out."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.few.actions import add_hearers
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import upload_evidence_files
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions import actions as restriction_actions
from restrictions.enums import STANDING, RestrictionEvent, RestrictionStatus
from restrictions.models import Restriction

from .. import notifications, queries, rules
from ..enums import OPEN_STATUSES, AppealEvent, AppealOutcome, AppealStatus, PassedTo
from ..models import Appeal, AppealedRestriction


@idempotent(Appeal)
def log_appeal(
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
    raise_if_refused(rules.may_log_appeal(by))
    customer = customer.reload_locked()
    added_to = added_to and added_to.reload_locked()
    raise_if_incomplete(*rules.check_appeal(customer, restrictions, passed_to, received_on, added_to, by=by))
    raise_if_incomplete(*check_reason(Appeal, "lodged_by", facts.get("lodged_by")))
    evidence = upload_evidence_files(
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
        event=AppealEvent.LOG,
        links={"documents": evidence},
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
    record_appealed(appeal, restrictions, by=by)
    notify_hearers(appeal)
    return appeal


def record_appealed(appeal: Appeal, restrictions: Collection[Restriction], *, by: StaffMember) -> None:
    """Record each restriction with the versions that the appeal is against, and the last day on which it could be."""
    rights, versions = queries.rights_to_appeal(restrictions), queries.version_chains(restrictions)
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


def notify_hearers(appeal: Appeal) -> None:
    if appeal.status == AppealStatus.RECEIVED:
        notifications.notify_appeal_received(appeal)
    elif appeal.added_to:
        notifications.notify_appeal_added_to(appeal.added_to)
    else:
        notifications.notify_appeal_passed_on(appeal)


@atomic_action()
def acknowledge_appeal(*, appeal: Appeal, by: StaffMember, version: int, acknowledged_on: date) -> Appeal:
    """Record that the customer is told that it has arrived, who hears it and by when. Policy §6.3, 22."""
    raise_if_incomplete(*rules.check_day_of_appeal(appeal, acknowledged_on, "acknowledged_on"))
    raise_if_refused(rules.may_acknowledge_appeal(by, appeal.reload_locked()))
    return writing.change_status(
        appeal,
        AppealEvent.ACKNOWLEDGE,
        by=by,
        version=version,
        reason="Appeal acknowledged",
        acknowledged_on=acknowledged_on,
    )


@atomic_action()
def name_substitute(
    *, appeal: Appeal, by: StaffMember, version: int, substitute: StaffMember, substitute_reason: str
) -> Appeal:
    """Say who hears an appeal that nobody on the Executive Team can hear, and why they do. Policy §22."""
    appeal = lock_open_appeal(appeal, version)
    raise_if_refused(rules.may_name_substitute(by, appeal))
    raise_if_incomplete(
        *rules.check_substitute(appeal, substitute),
        *check_reason(appeal, "substitute_reason", substitute_reason),
    )
    appeal = writing.save_record(
        appeal,
        by=by,
        reason="Somebody was named to hear the appeal",
        event=AppealEvent.NAME_SUBSTITUTE,
        substitute=substitute,
        substitute_reason=substitute_reason,
    )
    add_hearers(appeal.customer, [substitute], by=by)
    notifications.notify_substitute(appeal)
    return appeal


def lock_open_appeal(appeal: Appeal, version: int) -> Appeal:
    """Return the appeal, locked. Raises `Stale` where it does not wait for a decision any more, or has changed."""
    locked = lock_record(appeal, version)
    if locked.status not in OPEN_STATUSES:
        raise Stale(locked)
    return locked


@atomic_action()
def suspend_restrictions(
    *, appeal: Appeal, by: StaffMember, version: int, restrictions: Collection[Restriction]
) -> Appeal:
    """Suspend these restrictions while the appeal is heard, and apply the others under it. Policy §22; beyond the policy: B2."""
    appeal.customer.reload_locked()
    appeal = lock_open_appeal(appeal, version)
    raise_if_refused(rules.may_hear_appeal(by, appeal))
    all_appealed = appeal.appealed.select_related("restriction__customer").filter(
        restriction__status__in=STANDING
    )
    for appealed in all_appealed.order_by("pk"):
        if appealed.suspended != (appealed.restriction in restrictions):
            toggle_suspension(appealed, by=by)
    return writing.save_record(appeal, by=by, reason="Said what applies meanwhile")


def toggle_suspension(appealed: AppealedRestriction, *, by: StaffMember) -> AppealedRestriction:
    """Suspend a restriction under appeal, or apply it again. What is suspended already since its review is late stays so."""
    if not appealed.suspended and queries.is_suspended_for_lateness(appealed.restriction):
        return writing.save_record(appealed, by=by, reason="Suspended", suspended=True)
    change = (
        restriction_actions.resume_restriction
        if appealed.suspended
        else restriction_actions.suspend_restriction
    )
    with rules.name_refused_restriction(appealed.restriction):
        change(restriction=appealed.restriction, by=by)
    return writing.save_record(
        appealed, by=by, reason="Suspended or applied again", suspended=not appealed.suspended
    )


@atomic_action()
def decide_appeal(
    *,
    appeal: Appeal,
    by: StaffMember,
    version: int,
    heard_on: date,
    verdicts: Mapping[str, Mapping[str, Any]],
    panel: Collection[StaffMember] = (),
    attended_by: str = "",
) -> Appeal:
    """Decide on every restriction of an appeal, in one step. Policy §22; beyond the policy: B2, B4.

    `verdicts` are, by the restriction's reference, its `outcome`, the `reasons`, and for one partly upheld its `changes`:
    those of `restrictions.actions.ease_on_appeal`. `panel` are the others who heard it, `attended_by` who else was there.
    """
    appeal.customer.reload_locked()
    panel = list(dict.fromkeys([by, *panel]))
    all_appealed = list(appeal.appealed.select_related("restriction").order_by("pk"))
    raise_if_refused(rules.may_hear_appeal(by, appeal.reload_locked()))
    decided = writing.change_status(
        appeal,
        AppealEvent.DECIDE,
        by=by,
        version=version,
        reason=f"Appeal decided: {describe_verdicts(all_appealed, verdicts)}",
        links={"panel": panel},
        heard_on=heard_on,
        attended_by=attended_by,
        decided_at=timezone.now(),
        decided_by=by,
    )
    raise_if_incomplete(
        *rules.check_day_of_appeal(appeal, heard_on, "heard_on"),
        *rules.check_panel(appeal, panel, reader=by),
        *rules.check_verdicts([appealed.restriction for appealed in all_appealed], verdicts),
    )
    for appealed in all_appealed:
        carry_out_verdict(appealed, by=by, **verdicts[appealed.restriction.reference])
    notifications.notify_appeal_decided(decided)
    return decided


def describe_verdicts(
    all_appealed: Collection[AppealedRestriction], verdicts: Mapping[str, Mapping[str, Any]]
) -> str:
    """Return such as "RES-2026-0001 not upheld, RES-2026-0002 partly upheld"."""
    references = [appealed.restriction.reference for appealed in all_appealed]
    return ", ".join(
        f"{reference} {verdicts[reference]['outcome'].replace('_', ' ')}" for reference in references
    )


def carry_out_verdict(
    appealed: AppealedRestriction,
    *,
    by: StaffMember,
    outcome: str,
    reasons: str,
    changes: Mapping[str, Any] | None = None,
) -> AppealedRestriction:
    """Write down what was decided on one restriction and carry it out. One that ended meanwhile stays as it ended."""
    restriction, varied_to = appealed.restriction.reload_locked(), None
    if restriction.can(RestrictionEvent.OVERTURN) and outcome == AppealOutcome.UPHELD:
        restriction_actions.overturn_restriction(restriction=restriction, by=by, status_reason=reasons)
    elif restriction.can(RestrictionEvent.VARY) and outcome == AppealOutcome.PARTLY_UPHELD:
        with rules.name_refused_restriction(restriction):
            varied_to = restriction_actions.ease_on_appeal(
                restriction=restriction, by=by, status_reason=reasons, **changes or {}
            )
    elif restriction.can(RestrictionEvent.RESUME) and not queries.is_suspended_for_lateness(restriction):
        restriction_actions.resume_restriction(restriction=restriction, by=by)
    return writing.save_record(
        appealed, by=by, reason="Decided", outcome=outcome, reasons=reasons, varied_to=varied_to
    )


@atomic_action()
def withdraw_appeal(
    *, appeal: Appeal, by: StaffMember, version: int, withdrawn_on: date, withdrawn_by: str
) -> Appeal:
    """Record that the customer takes the appeal back: what was suspended for it applies again. Policy §22; beyond the policy: B2."""
    appeal.customer.reload_locked()
    raise_if_incomplete(
        *rules.check_day_of_appeal(appeal, withdrawn_on, "withdrawn_on"),
        *check_reason(Appeal, "withdrawn_by", withdrawn_by),
    )
    raise_if_refused(rules.may_withdraw_appeal(by, appeal.reload_locked()))
    withdrawn = writing.change_status(
        appeal,
        AppealEvent.WITHDRAW,
        by=by,
        version=version,
        reason="Appeal withdrawn by the customer",
        withdrawn_on=withdrawn_on,
        withdrawn_by=withdrawn_by,
    )
    suspended = Restriction.objects.filter(appealed__appeal=withdrawn, status=RestrictionStatus.SUSPENDED)
    for restriction in suspended:
        if not queries.is_suspended_for_lateness(restriction):
            restriction_actions.resume_restriction(restriction=restriction, by=by)
    return withdrawn
