from django.db import models
from django.db.models import F, Q

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG
from cha_engagement.staff.models import StaffMember

CONFIRMED_BY_ANOTHER = (
    Q(
        unnotified_request="",
        unnotified_requested_by__isnull=False,
        unnotified_confirmed_by__isnull=False,
    )
    & ~Q(unnotified_requested_by=F("unnotified_confirmed_by"))
    & ~Q(unnotified_answer="")
)
"""The condition of a record of which a second person confirmed, in words, that its customer is not told. Beyond the policy: B36."""

ASKED_OF_ANOTHER = Q(
    unnotified_requested_by__isnull=False,
    unnotified_requested_at__isnull=False,
    unnotified_confirmed_by=None,
) & ~Q(unnotified_request="")
"""The condition of a record of which somebody asks a second person that its customer is not told. Beyond the policy: B36."""


class UnnotifiedRequest(models.Model):
    """That a customer is not told of something, which takes two people. Beyond the policy: B36.

    `unnotified_request` is why, while it waits for a second person: another manager or, where none was there, the
    `unnotified_reader`, an executive. `unnotified_answer` is what the last second person said, whichever way they answered.
    """

    unnotified_request = ReasonField(
        "why the customer should not be told",
        max_length=LONG,
        blank=True,
        missing="Say why the customer should not be told.",
        paragraph="12",
    )
    unnotified_requested_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, editable=False, related_name="+"
    )
    unnotified_requested_at = models.DateTimeField(null=True, editable=False)
    unnotified_reader = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="who answers it where no other manager is there",
    )
    unnotified_confirmed_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, editable=False, related_name="+"
    )
    unnotified_answer = ReasonField(
        "what you read, and why you agree or not",
        max_length=LONG,
        blank=True,
        missing="Say what you read, and why you agree or not.",
        paragraph="B36",
    )

    class Meta:
        abstract = True

    @property
    def is_answer_awaited(self) -> bool:
        """Return whether somebody waits for a second person to say whether the customer is told."""
        return bool(self.unnotified_request)
