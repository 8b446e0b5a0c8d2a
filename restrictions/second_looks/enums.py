from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class SecondLookStatus(TextChoices):
    WAITING = "waiting", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed"
    REVERSED = "reversed", "Reversed"


class Answer(TextChoices):
    """What a second person says."""

    CONFIRM = "confirm", "Confirm it: it stays as it is"
    REVERSE = "reverse", "Reverse it: what still applies of it ends now"


class SecondLookEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a second look."""

    ASK = "ask"
    CONFIRM = "confirm"
    REVERSE = "reverse"


TRANSITIONS: dict[str, Transition] = {
    SecondLookEvent.CONFIRM: Transition((SecondLookStatus.WAITING,), SecondLookStatus.CONFIRMED),
    SecondLookEvent.REVERSE: Transition((SecondLookStatus.WAITING,), SecondLookStatus.REVERSED),
}
