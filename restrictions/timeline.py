from operator import attrgetter

from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import DecisionEvent, InterimEvent, RestrictionEvent
from .models import InterimMeasure, ManagementDecision, Restriction

TITLES = {
    RestrictionEvent.PROPOSE: "Restriction proposed",
    RestrictionEvent.IMPOSE: "Restriction imposed",
    RestrictionEvent.DECLINE: "Proposal declined",
    RestrictionEvent.WITHDRAW: "Proposal withdrawn",
    RestrictionEvent.SUSPEND: "Restriction suspended",
    RestrictionEvent.RESUME: "Restriction in force again",
    RestrictionEvent.LIFT: "Restriction lifted",
    RestrictionEvent.OVERTURN: "Restriction ended on appeal",
    RestrictionEvent.VARY: "Restriction replaced by a new version",
    RestrictionEvent.EXPIRE: "Restriction expired",
    RestrictionEvent.RENAME: "Somebody else named in a restriction",
    RestrictionEvent.LOOK_AGAIN: "Restriction without reviews looked at",
    RestrictionEvent.ASK_READING: "Staff asked to confirm that they have read a restriction",
    RestrictionEvent.TELL: "Customer told of a restriction",
    RestrictionEvent.TALK: "Restriction explained to the customer in a talk",
    RestrictionEvent.UNTELL: "Customer not told of a restriction after all",
    RestrictionEvent.ASK_UNNOTIFIED: "A colleague asks that the customer is not told of a restriction",
    RestrictionEvent.LEAVE_UNNOTIFIED: "Customer not told of a restriction",
    RestrictionEvent.REFUSE_UNNOTIFIED: "Customer is to be told of a restriction",
}

EVENT_KINDS = {
    f"interimmeasure.{InterimEvent.SET}": EventKind("Interim measure set", "interim"),
    f"interimmeasure.{InterimEvent.EXTEND}": EventKind("Interim measure made longer", "interim"),
    f"interimmeasure.{InterimEvent.END}": EventKind("Interim measure ended", "interim"),
    f"interimmeasure.{InterimEvent.LAPSE}": EventKind("Interim measure lapsed", "interim"),
    f"managementdecision.{DecisionEvent.DECIDE}": EventKind("Active management decided", "decision"),
    f"managementdecision.{DecisionEvent.LEAVE_UNEXPLAINED}": EventKind("Decision not explained", "decision"),
    f"managementdecision.{DecisionEvent.CONFIRM_UNEXPLAINED}": EventKind(
        "Confirmed that a decision is not explained", "decision"
    ),
    f"managementdecision.{DecisionEvent.EXPLAIN}": EventKind("Decision is to be explained", "decision"),
    **{f"restriction.{event}": EventKind(title, "restriction") for event, title in TITLES.items()},
}

EVENT_SOURCES = (
    EventSource(ManagementDecision, group=EventGroup.RESTRICTIONS),
    EventSource(
        Restriction,
        group=EventGroup.RESTRICTIONS,
        words=dict.fromkeys((RestrictionEvent.PROPOSE, RestrictionEvent.IMPOSE), attrgetter("summary")),
        related=("named_contact", "deputy"),
    ),
    EventSource(InterimMeasure, group=EventGroup.RESTRICTIONS),
)
