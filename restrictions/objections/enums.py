from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class ObjectedTo(TextChoices):
    """What letters say that a customer can object to, or tell us is wrong. Policy §65; beyond the policy: B26."""

    NOTE = "note", "The note for staff"
    COUNTED = "counted", "Contact that we count against them"


class ObjectionOutcome(TextChoices):
    CHANGED = "changed", "They are right: we have put it right"
    PARTLY = "partly", "They are right in part, and we have changed that"
    STAYS = "stays", "It stays as it is"


class ObjectionStatus(TextChoices):
    OPEN = "open", "To be answered"
    ANSWERED = "answered", "Answered"


class ObjectionEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to an objection."""

    LOG = "log"
    ANSWER = "answer"


TRANSITIONS: dict[str, Transition] = {
    ObjectionEvent.ANSWER: Transition((ObjectionStatus.OPEN,), ObjectionStatus.ANSWERED),
}
