from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class AgreementStatus(TextChoices):
    """Whether a colleague agrees to deal with a customer who harmed them."""

    ASKED = "asked", "Has been asked"
    AGREED = "agreed", "Agrees"
    REFUSED = "refused", "Does not agree"


TRANSITIONS = {
    "ask": Transition(("refused",), "asked"),
    "agree": Transition(("asked", "refused"), "agreed"),
    "refuse": Transition(("asked", "agreed"), "refused"),
}
