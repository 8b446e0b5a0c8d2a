from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition


class AgreementStatus(TextChoices):
    """Answers of a colleague who is asked to deal with a customer who harmed them."""

    ASKED = "asked", "Has been asked"
    AGREED = "agreed", "Agrees"
    REFUSED = "refused", "Does not agree"


class AgreementEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to an agreement."""

    ASK = "ask"
    AGREE = "agree"
    REFUSE = "refuse"


TRANSITIONS: dict[str, Transition] = {
    AgreementEvent.ASK: Transition((AgreementStatus.REFUSED,), AgreementStatus.ASKED),
    AgreementEvent.AGREE: Transition(
        (AgreementStatus.ASKED, AgreementStatus.REFUSED), AgreementStatus.AGREED
    ),
    AgreementEvent.REFUSE: Transition(
        (AgreementStatus.ASKED, AgreementStatus.AGREED), AgreementStatus.REFUSED
    ),
}
