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
    """The channels, by their codes, on which a letter can reach somebody."""

    LETTER = "letter", "By post"
    EMAIL = "email", "By email"
    OFFICE = "office", "Handed over at the office"
    HOME_VISIT = "home_visit", "Handed over on a home visit"


TRANSITIONS = {
    "Letter": {
        "issue": Transition(("draft",), "issued"),
        "send": Transition(("issued",), "issued"),
        "void": Transition(("draft", "issued"), "void"),
    }
}
