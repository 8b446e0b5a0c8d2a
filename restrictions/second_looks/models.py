from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING, InterimStatus
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

from . import enums

WORKING_DAYS_TO_LOOK = 5


class SecondLookQuerySet(CaseQuerySet, models.QuerySet["SecondLook"]):
    def visible_by_role(self, user: StaffMember) -> "SecondLookQuerySet":
        """Show it to those who read decisions, and to the executive who was given it alone."""
        return self if user.has_perm(Permission.READ_MANAGEMENT_DECISIONS) else self.filter(reader=user)


class SecondLook(RecordWithStatus):
    """A second person confirms or reverses what somebody decided though they had a part in it, since nobody else was there. Policy §13.

    It is about a decision with all that the same person restricts under it while it waits, a restriction or an interim measure. `reader` is an
    executive who answers where no other manager is there. What has ended meanwhile waits for nobody.
    """

    PREFIX = "SEC"
    TRANSITIONS = enums.TRANSITIONS

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="second_looks")
    decision = models.OneToOneField(ManagementDecision, models.PROTECT, null=True, related_name="second_look")
    restriction = models.OneToOneField(Restriction, models.PROTECT, null=True, related_name="second_look")
    interim = models.OneToOneField(InterimMeasure, models.PROTECT, null=True, related_name="second_look")
    acted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    reader = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="who answers it where no other manager is there",
    )
    status = models.CharField(
        max_length=10, choices=enums.SecondLookStatus, default=enums.SecondLookStatus.WAITING
    )
    looked_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="who looked at it"
    )
    looked_at = models.DateTimeField("looked at", null=True)
    reason = ReasonField(
        "why",
        max_length=LONG,
        blank=True,
        missing="Say what you looked at, and why you confirm or reverse it.",
        paragraph="13",
    )

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status=enums.SecondLookStatus.WAITING), name="second_look_waiting"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="second_look_is_about_one",
                condition=Q(decision__isnull=False, restriction=None, interim=None)
                | Q(decision=None, restriction__isnull=False, interim=None)
                | Q(decision=None, restriction=None, interim__isnull=False),
            ),
            models.CheckConstraint(
                name="second_look_is_by_another",
                condition=Q(status=enums.SecondLookStatus.WAITING, looked_by=None, looked_at=None, reason="")
                | ~Q(status=enums.SecondLookStatus.WAITING)
                & Q(looked_by__isnull=False, looked_at__isnull=False)
                & ~Q(looked_by=F("acted_by"))
                & ~Q(reason=""),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("second_look", args=[self.reference])

    @property
    def about(self) -> ManagementDecision | Restriction | InterimMeasure:
        # One of the three, as a constraint says.
        return self.decision or self.restriction or self.interim  # type: ignore[return-value]

    @property
    def why(self) -> str:
        """Return why they decided it themselves; a new version that somebody else wrote does not say so."""
        record = self.about
        while not record.involvement_reason and isinstance(record, Restriction) and record.supersedes:
            record = record.supersedes
        return record.involvement_reason

    @property
    def title(self) -> str:
        measure = "a restriction" if self.restriction_id else "an interim measure"
        return f"Second look at {'a decision' if self.decision_id else measure}"

    @property
    def due_on(self) -> date:
        return add_working_days(localdate(self.created_at), WORKING_DAYS_TO_LOOK)

    @property
    def is_waiting(self) -> bool:
        """Return whether it waits for somebody: a decision stands for good, and a measure until it ends."""
        if self.status != enums.SecondLookStatus.WAITING:
            return False
        if self.restriction:
            return self.restriction.status in STANDING
        return self.interim is None or self.interim.status == InterimStatus.IN_FORCE
