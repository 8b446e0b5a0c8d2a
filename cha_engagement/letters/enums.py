from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class LetterStatus(TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    VOID = "void", "Withdrawn"


class OmbudsmanStage(StrEnum):
    """The stages at which a letter finds its reader, by what comes before the ombudsman. Policy §6.3."""

    NOTHING_TO_APPEAL = "nothing_to_appeal"
    CAN_APPEAL = "can_appeal"
    APPEAL_OPEN = "appeal_open"
    APPEAL_DECIDED = "appeal_decided"


class SignedAs(TextChoices):
    PERSON = "person", "A colleague, by name"
    TEAM = "team", "The team"


class SentBy(TextChoices):
    """The channels by which a letter can reach somebody, with their codes of `Channel`."""

    LETTER = "letter", "By post"
    EMAIL = "email", "By email"
    OFFICE = "office", "Handed over at the office"
    HOME_VISIT = "home_visit", "Handed over on a home visit"


HANDED_OVER = (SentBy.OFFICE, SentBy.HOME_VISIT)
"""The channels by which somebody puts a letter into its reader's hands."""
CAN_COME_BACK = (SentBy.LETTER, SentBy.EMAIL)
"""The channels by which a letter can be returned: what was handed over reached its reader."""


class LetterEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a letter."""

    ASK_READER = "ask_reader"
    READ = "read"
    SEND_BACK = "send_back"
    ISSUE = "issue"
    CONFIRM = "confirm"
    REVERSE = "reverse"
    SEND = "send"
    COME_BACK = "come_back"
    TRANSLATE = "translate"
    VOID = "void"


TRANSITIONS: dict[str, dict[str, Transition]] = {
    "Letter": {
        LetterEvent.ISSUE: Transition((LetterStatus.DRAFT,), LetterStatus.ISSUED),
        LetterEvent.SEND: Transition((LetterStatus.ISSUED,), LetterStatus.ISSUED),
        LetterEvent.COME_BACK: Transition((LetterStatus.ISSUED,), LetterStatus.ISSUED),
        LetterEvent.VOID: Transition((LetterStatus.DRAFT, LetterStatus.ISSUED), LetterStatus.VOID),
    }
}
