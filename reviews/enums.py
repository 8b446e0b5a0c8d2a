from django.db.models import TextChoices

from cha_engagement.moves import Transition


class ReviewStatus(TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class ReviewOutcome(TextChoices):
    CONTINUE = "continue", "Continue as it is"
    VARY = "vary", "Vary it"
    LIFT = "lift", "Lift it"


class AppealStatus(TextChoices):
    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AppealOutcome(TextChoices):
    """Policy §22. Upheld ends the restriction; partly upheld varies it, never harsher; not upheld leaves it."""

    UPHELD = "upheld", "Upheld: the restriction ends"
    PARTLY_UPHELD = "partly_upheld", "Partly upheld: it is eased"
    NOT_UPHELD = "not_upheld", "Not upheld: it stands"


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
