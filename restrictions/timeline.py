from django.db.models import QuerySet

from cha_engagement.core.records import event_rows
from cha_engagement.customers.interfaces import EventKind
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import InterimMeasure, ManagementDecision, Restriction

TITLES = {
    "propose": "Restriction proposed",
    "impose": "Restriction imposed",
    "decline": "Proposal declined",
    "withdraw": "Proposal withdrawn",
    "suspend": "Restriction suspended",
    "resume": "Restriction in force again",
    "lift": "Restriction lifted",
    "overturn": "Restriction ended on appeal",
    "vary": "Restriction replaced by a new version",
    "expire": "Restriction expired",
    "rename": "Somebody else named in a restriction",
    "look_again": "Restriction without reviews looked at",
    "ask_reading": "Staff asked to confirm that they have read a restriction",
    "tell": "Customer told of a restriction",
    "leave_untold": "Customer not told of a restriction",
}

EVENT_KINDS = {
    "interimmeasure.set": EventKind("Interim measure set", "interim"),
    "interimmeasure.extend": EventKind("Interim measure made longer", "interim"),
    "interimmeasure.end": EventKind("Interim measure ended", "interim"),
    "interimmeasure.lapse": EventKind("Interim measure lapsed", "interim"),
    "managementdecision.decide": EventKind("Active management decided", "decision"),
    "managementdecision.leave_unexplained": EventKind("Decision not explained", "decision"),
    **{f"restriction.{event}": EventKind(title, "restriction") for event, title in TITLES.items()},
}


def decision_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(ManagementDecision.objects.visible_to(user).filter(customer=customer))


def restriction_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(Restriction.objects.visible_to(user).filter(customer=customer))


def interim_measure_events(customer: Customer, user: StaffMember) -> QuerySet:
    return event_rows(InterimMeasure.objects.visible_to(user).filter(customer=customer))
