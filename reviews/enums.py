from enum import StrEnum

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


class ReviewEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a review."""

    SCHEDULE = "schedule"
    HOLD = "hold"
    CANCEL = "cancel"


class AppealStatus(TextChoices):
    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PASSED_ON = "passed_on", "Passed on"


OPEN_STATUSES = (AppealStatus.RECEIVED, AppealStatus.ACKNOWLEDGED)


class PassedTo(TextChoices):
    """Where an appeal belongs that the Executive Team cannot hear. Policy §22."""

    APPEAL = "appeal", "To the appeal under way"
    COMPLAINTS = "complaints", "To the complaints process"
    OMBUDSMAN = "ombudsman", "To the ombudsman"


NO_APPEAL = (PassedTo.COMPLAINTS, PassedTo.OMBUDSMAN)
"""Places where it is not heard as an appeal."""


class AppealOutcome(TextChoices):
    """Policy §22. Upheld ends the restriction; partly upheld varies it, never harsher; not upheld leaves it."""

    UPHELD = "upheld", "Upheld: the restriction ends"
    PARTLY_UPHELD = "partly_upheld", "Partly upheld: it is eased"
    NOT_UPHELD = "not_upheld", "Not upheld: it stays as it is"


class AppealEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to an appeal."""

    LOG = "log"
    NAME_SUBSTITUTE = "name"
    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


class LatePromiseStatus(TextChoices):
    """How far it has come with a review or a hearing that is late for long. Beyond the policy: B25."""

    WITH_TEAM = "with_team", "With the Management Team"
    PUT_OFF = "put_off", "Put off once"
    SUSPENDED = "suspended", "Suspended"
    HELD = "held", "Held"
    OVER = "over", "Nothing left to hold"


OPEN_LATE = (LatePromiseStatus.WITH_TEAM, LatePromiseStatus.PUT_OFF, LatePromiseStatus.SUSPENDED)
"""The statuses in which what was promised has not been held yet."""


class LatePromiseEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a late promise."""

    PASS_UP = "pass_up"  # noqa: S105 -- no password
    PUT_OFF = "put_off"
    DECIDE = "decide"
    TELL = "tell"
    TAKE_BACK = "take_back"
    SUSPEND = "suspend"
    HOLD = "hold"
    DROP = "drop"


class LateAnswer(TextChoices):
    """What the Management Team can answer for a late promise, besides having it held. Beyond the policy: B25."""

    PUT_OFF = "put_off", "Put it off, once"
    SUSPEND = "suspend", "Suspend the restriction until it is held"


class Protection(StrEnum):
    """How much of what a late promise is about protects from violence, threats or harassment, and so is not suspended."""

    NONE = "none"
    PART = "part"
    ALL = "all"


class LetterCode(StrEnum):
    """The kinds of letter about reviews and appeals."""

    REVIEW_OUTCOME = "review_outcome"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_MEANWHILE = "appeal_meanwhile"
    APPEAL_WITHDRAWN = "appeal_withdrawn"
    APPEAL_OUTCOME = "appeal_outcome"
    LATE_PROMISE = "late_promise"


LETTER_AFTER: dict[str, LetterCode] = {
    AppealStatus.ACKNOWLEDGED: LetterCode.APPEAL_RECEIVED,
    AppealStatus.DECIDED: LetterCode.APPEAL_OUTCOME,
    AppealStatus.WITHDRAWN: LetterCode.APPEAL_WITHDRAWN,
}
"""The kind of letter that an appeal calls for, by its status. Policy §6.3."""


TRANSITIONS: dict[str, dict[str, Transition]] = {
    "Review": {
        ReviewEvent.HOLD: Transition((ReviewStatus.SCHEDULED,), ReviewStatus.HELD),
        ReviewEvent.CANCEL: Transition((ReviewStatus.SCHEDULED,), ReviewStatus.CANCELLED),
    },
    "Appeal": {
        AppealEvent.ACKNOWLEDGE: Transition((AppealStatus.RECEIVED,), AppealStatus.ACKNOWLEDGED),
        AppealEvent.DECIDE: Transition((AppealStatus.ACKNOWLEDGED,), AppealStatus.DECIDED),
        AppealEvent.WITHDRAW: Transition(OPEN_STATUSES, AppealStatus.WITHDRAWN),
    },
    "LatePromise": {
        LatePromiseEvent.PUT_OFF: Transition((LatePromiseStatus.WITH_TEAM,), LatePromiseStatus.PUT_OFF),
        LatePromiseEvent.SUSPEND: Transition(
            (LatePromiseStatus.WITH_TEAM, LatePromiseStatus.PUT_OFF), LatePromiseStatus.SUSPENDED
        ),
        LatePromiseEvent.HOLD: Transition(OPEN_LATE, LatePromiseStatus.HELD),
        LatePromiseEvent.DROP: Transition(OPEN_LATE, LatePromiseStatus.OVER),
    },
}

REVIEW_STEPS = ("review_hold", "review_check")
VERDICT_STEPS = ("appeal_decide", "appeal_check")
"""The pages on which a review is held, and an appeal decided, by the names of their addresses, in their order."""
