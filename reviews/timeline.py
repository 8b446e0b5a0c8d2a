from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .enums import AppealEvent, ReviewEvent
from .models import Appeal, Review

EVENT_KINDS = {
    f"review.{ReviewEvent.HOLD}": EventKind("Review held", "review"),
    f"appeal.{AppealEvent.LOG}": EventKind("Appeal received", "appeal"),
    f"appeal.{AppealEvent.NAME_SUBSTITUTE}": EventKind("Somebody named to hear the appeal", "appeal"),
    f"appeal.{AppealEvent.ACKNOWLEDGE}": EventKind("Appeal acknowledged", "appeal"),
    f"appeal.{AppealEvent.DECIDE}": EventKind("Appeal decided", "appeal"),
    f"appeal.{AppealEvent.WITHDRAW}": EventKind("Appeal withdrawn", "appeal"),
}


def review_events(customer: Customer, user: StaffMember) -> QuerySet:
    """Return those of reviews that were held: the rest is in the diary."""
    reviews = Review.objects.visible_to(user).filter(customer=customer)
    return event_rows(reviews).filter(event=ReviewEvent.HOLD)


def appeal_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Appeal.objects.visible_to(user).filter(customer=customer))
