from datetime import date
from typing import Any
from uuid import UUID

from cha_engagement.core.records import atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import StaffMember

from .. import notifications, rules
from ..enums import AdjustmentEvent
from ..models import Adjustment, Customer


@idempotent(Adjustment)
def agree_adjustment(
    *, customer: Customer, by: StaffMember, submission: UUID, what: str, **fields: Any
) -> Adjustment:
    """Policy §9, 18."""
    raise_if_refused(rules.may_change_customer(by, customer))
    raise_if_incomplete(*rules.check_card_texts({"what": what}))
    customer = customer.reload_locked()
    can_limit = rules.can_limit({"what": what})
    notifications.notify_of_change(customer, {"what": "an adjustment"}, by=by, can_limit=can_limit)
    return writing.create_record(
        Adjustment,
        by=by,
        reason=what,
        event=AdjustmentEvent.AGREE,
        submission=submission,
        customer=customer,
        agreed_by=by,
        what=what,
        **fields,
    )


@atomic_action()
def end_adjustment(*, adjustment: Adjustment, by: StaffMember, version: int, ends_on: date) -> Adjustment:
    """End an adjustment after its last day, `ends_on`, which may lie ahead."""
    raise_if_refused(rules.may_change_customer(by, adjustment.customer))
    raise_if_incomplete(*rules.check_last_day(adjustment, ends_on))
    current = lock_record(adjustment, version)
    reason = f"{current.what}: until {uk_date(ends_on)}"
    notifications.notify_of_change(current.customer, {"ends_on": "an adjustment"}, by=by)
    return writing.save_record(current, by=by, reason=reason, event=AdjustmentEvent.END, ends_on=ends_on)
