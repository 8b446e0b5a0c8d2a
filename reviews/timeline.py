from django.db.models import QuerySet

from cha_engagement.core import hub
from cha_engagement.core.hub import EventKind
from cha_engagement.core.records import event_rows
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Appeal, Review

hub.event_kinds |= {
    "review.hold": EventKind("Review held", "review"),
    "appeal.log": EventKind("Appeal received", "appeal"),
    "appeal.name": EventKind("Somebody named to hear the appeal", "appeal"),
    "appeal.acknowledge": EventKind("Appeal acknowledged", "appeal"),
    "appeal.decide": EventKind("Appeal decided", "appeal"),
    "appeal.withdraw": EventKind("Appeal withdrawn", "appeal"),
}


@hub.timeline.add
def reviews(customer: Customer, user: StaffMember) -> QuerySet:
    """Those that were held: the rest is in the diary."""
    return event_rows(Review.objects.visible_to(user).filter(customer=customer)).filter(event="hold")


@hub.timeline.add
def appeals(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Appeal.objects.visible_to(user).filter(customer=customer))
