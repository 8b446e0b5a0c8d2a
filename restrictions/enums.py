from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class Basis(TextChoices):
    """The reasons why restorative work alone is not enough. Policy §20."""

    TRIED_AND_FAILED = "tried_and_failed", "It was tried and did not work"
    NOT_POSSIBLE = "not_possible", "It is not possible"
    NOT_APPROPRIATE = "not_appropriate", "It is not appropriate"


class YesNoUnknown(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class Heard(TextChoices):
    """Whether the customer's side was heard before something is decided about them. Beyond the policy: B24."""

    TOLD_US = "told_us", "They told us"
    NOT_HEARD = "not_heard", "They were not asked, or have not answered"


class NormalOperation(TextChoices):
    """Whether the association could deal with the conduct if it were working normally. Policy §13."""

    STILL_TOO_MUCH = "still_too_much", "No: it would be too much with nobody away and no backlog"
    MANAGEABLE = "manageable", "Yes, and it is decided all the same"


class Explained(TextChoices):
    BY_LETTER = "by_letter", "Yes, in a letter"
    NOT_EXPLAINED = "not_explained", "No, for a reason I record"


TO_CUSTOMER = "The customer"
"""To whom a restriction was explained in a talk, where it was no representative of theirs."""


class AffectedMatter(TextChoices):
    """Matters that no restriction or interim measure in words of staff may touch. Policy §54; beyond the policy: B2, B5."""

    COMPLAINTS = "complaints", "Complaints, appeals or the ombudsman"
    EMERGENCIES = "emergencies", "Emergencies or somebody’s safety"
    REPAIRS = "repairs", "Repairs"
    HOUSEHOLD = "household", "Other people in their household"
    NONE = "none", "None of these"


class Begins(TextChoices):
    """When a restriction begins. Beyond the policy: B23."""

    WHEN_TOLD = "when_told", "When they have been told"
    FOR_SAFETY = "for_safety", "At once, for safety"
    BINDS_STAFF = "binds_staff", "At once: it binds staff and systems alone"
    GOES_ON = "goes_on", "It goes on from what applied before"


class RestrictionStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    IMPOSED = "imposed", "In force"
    SUSPENDED = "suspended", "Suspended"
    LIFTED = "lifted", "Lifted"
    OVERTURNED = "overturned", "Overturned on appeal"
    SUPERSEDED = "superseded", "Replaced by a new version"
    EXPIRED = "expired", "Expired"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class InterimStatus(TextChoices):
    IN_FORCE = "in_force", "In force"
    ENDED = "ended", "Ended"
    LAPSED = "lapsed", "Lapsed"


class LetterCode(StrEnum):
    RESTRICTION_DECIDED = "restriction_decided"
    RESTRICTION_ENDED = "restriction_ended"
    MANAGEMENT_DECIDED = "management_decided"
    INTERIM = "interim"
    BREACH_NOTICE = "breach_notice"


class RestrictionEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a restriction."""

    PROPOSE = "propose"
    IMPOSE = "impose"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"
    LIFT = "lift"
    OVERTURN = "overturn"
    VARY = "vary"
    EXPIRE = "expire"
    RENAME = "rename"
    LOOK_AGAIN = "look_again"
    ASK_READING = "ask_reading"
    TELL = "tell"
    TALK = "talk"
    UNTELL = "untell"
    ASK_UNNOTIFIED = "ask_unnotified"
    LEAVE_UNNOTIFIED = "leave_unnotified"
    REFUSE_UNNOTIFIED = "refuse_unnotified"


class InterimEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to an interim measure."""

    SET = "set"
    EXTEND = "extend"
    END = "end"
    LAPSE = "lapse"


class DecisionEvent(StrEnum):
    """Names, in its history, for whatever happens to a management decision."""

    DECIDE = "decide"
    LEAVE_UNEXPLAINED = "leave_unexplained"
    CONFIRM_UNEXPLAINED = "confirm_unexplained"
    EXPLAIN = "explain"


STANDING = (RestrictionStatus.IMPOSED, RestrictionStatus.SUSPENDED)
ENDING_TRANSITIONS = (
    RestrictionEvent.LIFT,
    RestrictionEvent.OVERTURN,
    RestrictionEvent.VARY,
    RestrictionEvent.EXPIRE,
    RestrictionEvent.DECLINE,
    RestrictionEvent.WITHDRAW,
)
"""The transitions after which a restriction does not stand, and will not."""
NEVER_IMPOSED = (RestrictionStatus.PROPOSED, RestrictionStatus.DECLINED, RestrictionStatus.WITHDRAWN)

TRANSITIONS: dict[str, dict[str, Transition]] = {
    "Restriction": {
        RestrictionEvent.IMPOSE: Transition((RestrictionStatus.PROPOSED,), RestrictionStatus.IMPOSED),
        RestrictionEvent.DECLINE: Transition((RestrictionStatus.PROPOSED,), RestrictionStatus.DECLINED),
        RestrictionEvent.WITHDRAW: Transition((RestrictionStatus.PROPOSED,), RestrictionStatus.WITHDRAWN),
        RestrictionEvent.SUSPEND: Transition((RestrictionStatus.IMPOSED,), RestrictionStatus.SUSPENDED),
        RestrictionEvent.RESUME: Transition((RestrictionStatus.SUSPENDED,), RestrictionStatus.IMPOSED),
        RestrictionEvent.LIFT: Transition(STANDING, RestrictionStatus.LIFTED),
        RestrictionEvent.OVERTURN: Transition(STANDING, RestrictionStatus.OVERTURNED),
        RestrictionEvent.VARY: Transition(STANDING, RestrictionStatus.SUPERSEDED),
        RestrictionEvent.EXPIRE: Transition(STANDING, RestrictionStatus.EXPIRED),
    },
    "InterimMeasure": {
        InterimEvent.END: Transition((InterimStatus.IN_FORCE,), InterimStatus.ENDED),
        InterimEvent.LAPSE: Transition((InterimStatus.IN_FORCE,), InterimStatus.LAPSED),
    },
}

DECISION_STEPS = ("decide", "decide_measures", "decide_check")
"""The pages of a decision, by the names of their addresses, in the order in which they are filled in."""
