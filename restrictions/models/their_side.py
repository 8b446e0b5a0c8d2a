from django.db import models
from django.db.models import Q

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG
from restrictions.enums import Heard

THEIR_SIDE_HEARD = Q(heard=Heard.TOLD_US, not_heard_reason="") & ~Q(their_side="") | Q(
    heard=Heard.NOT_HEARD, their_side=""
) & ~Q(not_heard_reason="")
"""The condition of a record that says what its customer told us, or why their side was not heard."""


class TheirSide(models.Model):
    """What the customer told us before something was decided about them, or why their side was not heard. Beyond the policy: B24."""

    heard = models.CharField("did they tell us their side?", max_length=10, choices=Heard, blank=True)
    their_side = ReasonField(
        "what they told us, and what you made of it",
        max_length=LONG,
        blank=True,
        missing="Say what they told us about it, and what you made of it.",
        paragraph="B24",
    )
    not_heard_reason = ReasonField(
        "why their side was not heard",
        max_length=LONG,
        blank=True,
        missing="Say why their side was not heard.",
        paragraph="B24",
    )

    class Meta:
        abstract = True
