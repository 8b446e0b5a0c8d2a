"""The only place where an agreement changes."""

from uuid import UUID

from django.utils import timezone

from cha_engagement.core.records import atomic_action, idempotent, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import notifications, rules
from .enums import AgreementEvent, AgreementStatus
from .models import Agreement


@idempotent(Agreement)
def ask_agreement(*, customer: Customer, by: StaffMember, submission: UUID, person: StaffMember) -> Agreement:
    """Ask a colleague whom it affected whether they agree to deal with a customer. Beyond the policy: B40.

    To ask again goes on with the same record.
    """
    raise_if_refused(rules.may_ask_agreement(by))
    raise_if_incomplete(*rules.check_colleague_to_ask(customer, person))
    agreement = Agreement.objects.filter(customer=customer.reload_locked(), person=person).first()
    if agreement is None:
        agreement = writing.create_record(
            Agreement,
            by=by,
            reason="Asked",
            submission=submission,
            customer=customer,
            person=person,
            asked_by=by,
        )
    elif agreement.can(AgreementEvent.ASK):
        agreement = writing.change_status(
            agreement, AgreementEvent.ASK, by=by, reason="Asked again", asked_by=by, answered_at=None
        )
    notifications.notify_colleague_asked(agreement)
    return agreement


@atomic_action()
def answer_agreement(*, agreement: Agreement, by: StaffMember, version: int, agrees: bool) -> Agreement:
    """Keep the answer of the colleague who was asked. An answer that is sent twice is kept once. Beyond the policy: B40."""
    current = agreement.reload_locked()
    raise_if_refused(rules.may_answer_agreement(by, current))
    if current.status == (AgreementStatus.AGREED if agrees else AgreementStatus.REFUSED):
        return current
    return writing.change_status(
        agreement,
        AgreementEvent.AGREE if agrees else AgreementEvent.REFUSE,
        by=by,
        version=version,
        reason="Agrees to deal with them" if agrees else "Does not agree to deal with them",
        answered_at=timezone.now(),
    )
