from django.db import models
from django.db.models import Q
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import CaseQuerySet, RecordWithStatus
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import enums


class AgreementQuerySet(CaseQuerySet, models.QuerySet["Agreement"]):
    written_by = ("person",)

    def visible_by_role(self, user: StaffMember) -> "AgreementQuerySet":
        """Return those that a user is asked for; all for managers, who name people and need the answer."""
        return self if user.has_perm(Permission.ASSESS_INCIDENTS) else self.filter(person=user)


class Agreement(RecordWithStatus):
    """A colleague whom a customer's conduct affected says whether they agree to deal with them all the same. Beyond the policy: B40.

    Nobody else can say it for them, and they can take it back. `answered_at` is when they said so last.
    """

    PREFIX = "AGR"
    TRANSITIONS = enums.TRANSITIONS

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="agreements")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="agreements")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=10, choices=enums.AgreementStatus, default=enums.AgreementStatus.ASKED
    )
    answered_at = models.DateTimeField(null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "customer"], name="agreement_once"),
            models.CheckConstraint(
                name="agreement_answered_is_dated",
                condition=Q(status=enums.AgreementStatus.ASKED, answered_at=None)
                | ~Q(status=enums.AgreementStatus.ASKED) & Q(answered_at__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.reference])
