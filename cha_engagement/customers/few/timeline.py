from cha_engagement.customers.interfaces import EventKind, EventSource

from .enums import FewEvent
from .models import CaseForFew, CaseOpening

EVENT_KINDS = {
    f"caseforfew.{FewEvent.CLOSE}": EventKind("Only named colleagues can read this case", "few"),
    f"caseforfew.{FewEvent.READERS}": EventKind("Who can read this case changed", "few"),
    f"caseforfew.{FewEvent.END}": EventKind("Everybody can read this case again", "few"),
    f"caseopening.{FewEvent.OPEN_IN_DANGER}": EventKind("Opened because somebody is in danger", ""),
}

EVENT_SOURCES = (
    EventSource(
        CaseForFew, words={FewEvent.CLOSE: lambda case: case.why, FewEvent.END: lambda case: case.ended_why}
    ),
    EventSource(
        CaseOpening, customer="case__customer", words={FewEvent.OPEN_IN_DANGER: lambda opening: opening.why}
    ),
)
