"""The only place where a contact request changes."""

from typing import Any
from uuid import UUID

from cha_engagement.core.records import atomic_action, idempotent, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember

from . import notifications, rules
from .enums import ContactRequestEvent
from .models import ContactRequest


@idempotent(ContactRequest)
def record_contact_request(
    *, customer: Customer, by: StaffMember, submission: UUID, **facts: Any
) -> ContactRequest:
    """Record that a customer was asked not to contact a colleague, who is told. It closes nothing. Policy §42.1."""
    raise_if_refused(rules.may_record_contact_request(by))
    customer = customer.reload_locked()
    raise_if_incomplete(*rules.check_contact_request(customer, facts))
    request = writing.create_record(
        ContactRequest,
        by=by,
        values={"by": by},
        reason="Asked not to contact a colleague",
        event=ContactRequestEvent.RECORD,
        submission=submission,
        customer=customer,
        **facts,
    )
    notifications.notify_colleague(request, by=by)
    return request


@atomic_action()
def take_back_contact_request(
    *, request: ContactRequest, by: StaffMember, version: int, taken_back_reason: str
) -> ContactRequest:
    """Record that a customer is no longer asked not to contact a colleague, for a reason. Nothing is deleted. Policy §42.1."""
    raise_if_refused(rules.may_take_back(by, request))
    request = writing.change_status(
        request,
        ContactRequestEvent.TAKE_BACK,
        by=by,
        version=version,
        reason="Taken back",
        taken_back_on=today(),
        taken_back_reason=taken_back_reason,
    )
    notifications.notify_colleague(request, by=by)
    return request
