from django.db.models import Q

from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .models import Breach, BreachEvent, BreachStatus

EVENT_KINDS = {
    f"breach.{BreachEvent.CONFIRM}": EventKind("Contact against a restriction", ""),
    f"breach.{BreachEvent.AGREE}": EventKind("Agreed that a contact was against a restriction", ""),
    f"breach.{BreachEvent.WITHHOLD}": EventKind("Not told for now that a contact counts", ""),
    f"breach.{BreachEvent.STOP_WITHHOLDING}": EventKind("To be told that a contact counts", ""),
    f"breach.{BreachEvent.ANSWER}": EventKind("Answered that it is wrong to count a contact", ""),
}

EVENT_SOURCES = (
    # One that was confirmed and is dismissed after all was none. Beyond the policy: B8.
    EventSource(
        Breach,
        "contact__customer",
        Q(status=BreachStatus.CONFIRMED),
        group=EventGroup.RESTRICTIONS,
        # Whoever sees the customer sees their contacts, and so these.
        visible_to=lambda user: Breach.objects.all(),
    ),
)
