from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class RestorativeKind(TextChoices):
    """Steps to recover a relationship. Policy §8, 16 to 19."""

    BREAK_SUGGESTED = "break_suggested", "Suggested a break"
    EARLY_INTERVENTION = "early_intervention", "Stepped in early"
    PROACTIVE_ADJUSTMENT = "proactive_adjustment", "Offered an adjustment"
    EXPECTATIONS_SET = "expectations_set", "Set expectations"
    COLLEAGUES_INVOLVED = "colleagues_involved", "Involved other colleagues"
    OUTSIDE_ORGANISATION = "outside_organisation", "Asked an outside organisation to help"
    SIGNPOSTED = "signposted", "Told them of independent advice"
    CONTACT_PAUSED = "contact_paused", "Paused contact, to take it up again"


class RestorativeOutcome(TextChoices):
    RESTORED = "restored", "Restored"
    PARTLY = "partly", "Partly restored"
    NOT_RESTORED = "not_restored", "Not restored"
    TOO_EARLY = "too_early", "Too early to say"


class RestorativeStatus(TextChoices):
    RECORDED = "recorded", "Recorded"
    TO_DO = "to_do", "To be taken up again"
    DONE = "done", "Taken up again"
    DROPPED = "dropped", "Not taken up again"


class RestorativeEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a restorative action."""

    RECORD = "record"
    COMPLETE = "complete"
    DROP = "drop"


TRANSITIONS: dict[str, Transition] = {
    RestorativeEvent.COMPLETE: Transition((RestorativeStatus.TO_DO,), RestorativeStatus.DONE),
    RestorativeEvent.DROP: Transition((RestorativeStatus.TO_DO,), RestorativeStatus.DROPPED),
}
