from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.hub import Action, CardLine
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from . import policy
from .queries import under_notice


@hub.card.add
def zero_tolerance_notice(customer: Customer) -> list[CardLine]:
    """Speak to the manager before contact, for some working days or until they have decided. Policy §24."""
    days = Organisation.current().notice_working_days
    lines = []
    for incident in under_notice().filter(customer=customer):
        manager = incident.reported_by.acting_line_manager
        whom = manager if manager and not manager.is_away else "a manager"
        last_day = add_working_days(timezone.localdate(incident.waiting_since), days)
        lines.append(CardLine("stop", f"Speak to {whom} before any contact.", until=last_day))
    return lines


@hub.customer_actions.add
def begin(customer: Customer, user: StaffMember) -> list[Action]:
    actions = []
    if not policy.may_log(user):
        actions.append(Action("Log an incident", f"{reverse('incident_new')}?customer={customer}", ""))
    if not policy.may_restore(user):
        actions.append(Action("Record restorative work", reverse("restore", args=[customer.reference])))
    return actions


@hub.flag("under_notice", "Speak to a manager first")
def zero_tolerance_flag() -> Q:
    """Whom to speak to first is on the card. Policy §24."""
    return Q(pk__in=under_notice().values("customer"))
