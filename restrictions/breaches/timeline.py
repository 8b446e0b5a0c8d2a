from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Breach, BreachEvent, BreachStatus

EVENT_KINDS = {f"breach.{BreachEvent.CONFIRM}": EventKind("Contact against a restriction", "")}


def breach_events(customer: Customer, user: StaffMember) -> QuerySet:
    """Show those that still stand, when they were confirmed. Beyond the policy: B8."""
    visible = Breach.objects.visible_to(user)
    return event_rows(visible.filter(contact__customer=customer, status=BreachStatus.CONFIRMED)).filter(
        event=BreachEvent.CONFIRM
    )
