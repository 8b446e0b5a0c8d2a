from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.hub import CardLine
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from django.utils import timezone

from .queries import under_notice


@hub.card.add
def zero_tolerance_notice(customer: Customer) -> list[CardLine]:
    """Speak to the manager before contact, for some working days or until they have decided. Policy §24."""
    lines = []
    for incident in under_notice([customer.pk]):
        manager = incident.reported_by.acting_line_manager or "a manager"
        last_day = add_working_days(timezone.localdate(incident.created_at), Organisation.current().notice_working_days)
        lines.append(CardLine("stop", f"Speak to {manager} before any contact.", until=last_day))
    return lines
