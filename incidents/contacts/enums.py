from enum import StrEnum

from django.db.models import TextChoices


class NeverCounts(TextChoices):
    """Kinds of contact that never count against a customer. Beyond the policy: B8."""

    EMERGENCY = "emergency", "An emergency"
    SAFETY = "safety", "Somebody’s safety"
    APPEAL = "appeal", "An appeal"
    ADJUSTMENT = "adjustment", "An adjustment, or another format"
    INFORMATION = "information", "Information we hold, or other information"
    OMBUDSMAN = "ombudsman", "Going to the ombudsman"
    SPOKEN_FOR = "spoken_for", "From somebody who speaks for them, such as an advocate"


class ContactEvent(StrEnum):
    """Names, in its history, for whatever happens to a contact."""

    LOG = "log"
    CORRECT = "correct"
