from django.db import models

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG


class NewSince(models.Model):
    """What has happened, or come to light, since the incidents that something rests on were decided on. Policy §22; beyond the policy: B21."""

    new_since = ReasonField(
        "what is new since it was decided on",
        max_length=LONG,
        blank=True,
        missing="Say what is new since this was decided on.",
        paragraph="22",
    )

    class Meta:
        abstract = True
