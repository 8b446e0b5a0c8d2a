from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class ConversationStatus(TextChoices):
    OPEN = "open", "Waiting"
    TAKEN = "taken", "Somebody will talk to them"
    HELD = "held", "Talked"


TRANSITIONS = {
    "take": Transition((ConversationStatus.OPEN,), ConversationStatus.TAKEN),
    "hold": Transition((ConversationStatus.OPEN, ConversationStatus.TAKEN), ConversationStatus.HELD),
}
