from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

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

EVENT_SOURCES = (
    EventSource(Review, group=EventGroup.REVIEWS),
    EventSource(Appeal, group=EventGroup.REVIEWS, words={AppealEvent.LOG: lambda appeal: appeal.grounds}),
)
