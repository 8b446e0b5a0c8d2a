from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class AgreementStatus(TextChoices):
    """Answers of a colleague who is asked to deal with a customer who harmed them."""

    ASKED = "asked", "Has been asked"
    AGREED = "agreed", "Agrees"
    REFUSED = "refused", "Does not agree"


TRANSITIONS = {
    "ask": Transition((AgreementStatus.REFUSED,), AgreementStatus.ASKED),
    "agree": Transition((AgreementStatus.ASKED, AgreementStatus.REFUSED), AgreementStatus.AGREED),
    "refuse": Transition((AgreementStatus.ASKED, AgreementStatus.AGREED), AgreementStatus.REFUSED),
}
