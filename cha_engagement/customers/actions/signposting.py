from datetime import date
from uuid import UUID

from cha_engagement.core.records import idempotent, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from .. import rules
from ..enums import SignpostingEvent
from ..models import Customer, Signposting


@idempotent(Signposting)
def record_signposting(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    organisation: AdviceOrganisation,
    on: date,
    event: str = SignpostingEvent.SIGNPOST,
) -> Signposting:
    """Record that somebody told the customer of an independent organisation that can help. Policy §8.

    An empty `event` keeps it out of the timeline, where what told them, such as a letter, stands already.
    """
    raise_if_refused(rules.may_change_customer(by, customer))
    customer = customer.reload_locked()
    return writing.create_record(
        Signposting,
        by=by,
        values={"by": by},
        reason=f"Told of {organisation} on {uk_date(on)}",
        event=event,
        submission=submission,
        customer=customer,
        organisation=organisation,
        on=on,
    )


def undo_signposting(*, signposting: Signposting, by: StaffMember, came_back_on: date) -> Signposting:
    """Record that they were not told of it after all, since the letter that told them came back. Policy §8; beyond the policy: B23."""
    current = signposting.reload_locked()
    return writing.save_record(
        current,
        by=by,
        reason=f"Not told of {current.organisation}: the letter came back",
        came_back_on=came_back_on,
    )
