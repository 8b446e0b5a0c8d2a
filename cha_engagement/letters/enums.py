from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class LetterStatus(TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    VOID = "void", "Withdrawn"


class SignedAs(TextChoices):
    PERSON = "person", "A person"
    TEAM = "team", "The team"


class SentBy(TextChoices):
    """The channels by which a letter can reach somebody, with their codes of `Channel`."""

    LETTER = "letter", "By post"
    EMAIL = "email", "By email"
    OFFICE = "office", "Handed over at the office"
    HOME_VISIT = "home_visit", "Handed over on a home visit"


TRANSITIONS = {
    "Letter": {
        "issue": Transition((LetterStatus.DRAFT,), LetterStatus.ISSUED),
        "send": Transition((LetterStatus.ISSUED,), LetterStatus.ISSUED),
        "void": Transition((LetterStatus.DRAFT, LetterStatus.ISSUED), LetterStatus.VOID),
    }
}
