from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel

ASKED_HOW = {
    Channel.PHONE: "In a talk on the phone",
    Channel.OFFICE: "In a talk at the office",
    Channel.HOME_VISIT: "In a talk at their home",
    Channel.LETTER: "By letter",
    Channel.EMAIL: "By email",
    Channel.MESSAGE: "By text or message",
    Channel.EVENT: "In a talk at an event",
    Channel.ELSEWHERE: "In a talk outside the office",
}
"""The ways in which we ask somebody."""
ASKED_HOW_CHOICES = [(channel.value, words) for channel, words in ASKED_HOW.items()]
OPEN_CHANNEL_CHOICES = [(channel.value, channel.label) for channel in INBOUND_CHANNELS]


class ContactRequestStatus(TextChoices):
    ASKED = "asked", "Asked"
    TAKEN_BACK = "taken_back", "Taken back"


class ContactRequestEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a contact request."""

    RECORD = "record"
    TAKE_BACK = "take_back"


TRANSITIONS: dict[str, Transition] = {
    ContactRequestEvent.TAKE_BACK: Transition((ContactRequestStatus.ASKED,), ContactRequestStatus.TAKEN_BACK),
}
