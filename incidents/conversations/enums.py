from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class ConversationStatus(TextChoices):
    OPEN = "open", "Waiting"
    TAKEN = "taken", "Somebody will talk to them"
    HELD = "held", "Talked"


class ConversationEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a conversation with staff."""

    TAKE = "take"
    HOLD = "hold"


TRANSITIONS: dict[str, Transition] = {
    ConversationEvent.TAKE: Transition((ConversationStatus.OPEN,), ConversationStatus.TAKEN),
    ConversationEvent.HOLD: Transition(
        (ConversationStatus.OPEN, ConversationStatus.TAKEN), ConversationStatus.HELD
    ),
}
