from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class ReviewStatus(TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class ReviewOutcome(TextChoices):
    CONTINUE = "continue", "Continue as it is"
    VARY = "vary", "Vary it"
    LIFT = "lift", "Lift it"


class ReminderStage(TextChoices):
    AHEAD = "ahead", "Coming up"
    DUE = "due", "Due"
    OVERDUE = "overdue", "Overdue"
    PASSED_UP = "passed_up", "Passed up to the Management Team"


class AppealStatus(TextChoices):
    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PASSED_ON = "passed_on", "Passed on"


class PassedTo(TextChoices):
    """Where an appeal belongs that the Executive Team cannot hear. Policy §22."""

    APPEAL = "appeal", "To the appeal under way"
    COMPLAINTS = "complaints", "To the complaints process"
    OMBUDSMAN = "ombudsman", "To the ombudsman"


ELSEWHERE = (PassedTo.COMPLAINTS, PassedTo.OMBUDSMAN)
"""Where no appeal is heard."""


class AppealOutcome(TextChoices):
    """Policy §22. Upheld ends the restriction; partly upheld varies it, never harsher; not upheld leaves it."""

    UPHELD = "upheld", "Upheld: the restriction ends"
    PARTLY_UPHELD = "partly_upheld", "Partly upheld: it is eased"
    NOT_UPHELD = "not_upheld", "Not upheld: it stands"


LETTER_AFTER: dict[str, str] = {
    AppealStatus.ACKNOWLEDGED: "appeal_received",
    AppealStatus.DECIDED: "appeal_outcome",
    AppealStatus.WITHDRAWN: "appeal_withdrawn",
}
"""The kind of letter that an appeal calls for once it has come so far. Policy §6.3."""

MEANWHILE = "appeal_meanwhile"
"""The kind of letter that says anew what applies while an appeal is heard."""

OPEN = (AppealStatus.RECEIVED, AppealStatus.ACKNOWLEDGED)

TRANSITIONS = {
    "Review": {
        "hold": Transition(("scheduled",), "held"),
        "cancel": Transition(("scheduled",), "cancelled"),
    },
    "Appeal": {
        "acknowledge": Transition(("received",), "acknowledged"),
        "decide": Transition(("acknowledged",), "decided"),
        "withdraw": Transition(("received", "acknowledged"), "withdrawn"),
    },
}
