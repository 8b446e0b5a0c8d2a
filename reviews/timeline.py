from cha_engagement.customers.enums import EventGroup
from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import AppealEvent, LatePromiseEvent, ReviewEvent
from .models import Appeal, LatePromise, Review

EVENT_KINDS = {
    f"review.{ReviewEvent.HOLD}": EventKind("Review held", "review"),
    f"appeal.{AppealEvent.LOG}": EventKind("Appeal received", "appeal"),
    f"appeal.{AppealEvent.NAME_SUBSTITUTE}": EventKind("Somebody named to hear the appeal", "appeal"),
    f"appeal.{AppealEvent.ACKNOWLEDGE}": EventKind("Appeal acknowledged", "appeal"),
    f"appeal.{AppealEvent.DECIDE}": EventKind("Appeal decided", "appeal"),
    f"appeal.{AppealEvent.WITHDRAW}": EventKind("Appeal withdrawn", "appeal"),
    f"latepromise.{LatePromiseEvent.PASS_UP}": EventKind(
        "Late: passed up to the Management Team", "late_promise"
    ),
    f"latepromise.{LatePromiseEvent.PUT_OFF}": EventKind("Late: put off once", "late_promise"),
    f"latepromise.{LatePromiseEvent.DECIDE}": EventKind(
        "Late: the Management Team suspends it", "late_promise"
    ),
    f"latepromise.{LatePromiseEvent.TELL}": EventKind(
        "Late: staff told that it is suspended", "late_promise"
    ),
    f"latepromise.{LatePromiseEvent.TAKE_BACK}": EventKind(
        "Late: staff told that it is not suspended", "late_promise"
    ),
    f"latepromise.{LatePromiseEvent.SUSPEND}": EventKind("Late: suspended until it is held", "late_promise"),
    f"latepromise.{LatePromiseEvent.HOLD}": EventKind("What was late is held", "late_promise"),
    f"latepromise.{LatePromiseEvent.DROP}": EventKind("Late: nothing left to hold", "late_promise"),
}

EVENT_SOURCES = (
    EventSource(Review, group=EventGroup.REVIEWS),
    EventSource(Appeal, group=EventGroup.REVIEWS, words={AppealEvent.LOG: lambda appeal: appeal.grounds}),
    EventSource(LatePromise, group=EventGroup.REVIEWS),
)
