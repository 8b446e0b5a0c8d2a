from django.db.models import TextChoices

from cha_engagement.moves import Transition


class LetterStatus(TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    VOID = "void", "Void"


class SignedAs(TextChoices):
    PERSON = "person", "A person"
    TEAM = "team", "The team"


TRANSITIONS = {
    "Letter": {
        "issue": Transition(("draft",), "issued"),
        "send": Transition(("issued",), "issued"),
        "void": Transition(("draft", "issued"), "void"),
    }
}
