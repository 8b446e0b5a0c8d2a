from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident

from . import enums


class RestorativeActionQuerySet(CaseQuerySet, models.QuerySet["RestorativeAction"]):
    written_by = ("by",)

    def visible_by_role(self, user: StaffMember) -> "RestorativeActionQuerySet":
        """Return all to readers of incidents; to officers their own and those of customers assigned to them."""
        if user.has_perm(Permission.READ_INCIDENTS):
            return self
        if not user.has_perm(Permission.RECORD_RESTORATIVE_ACTIONS):
            return self.none()
        own = (
            Q(by=user)
            | Q(owner=user)
            | Q(customer__in=Customer.objects.filter(assigned_to=user).order_by().values("pk"))
        )
        return self.filter(own | readable_through_others(RestorativeAction, user))


class RestorativeAction(RecordWithStatus):
    """A step to recover the relationship. Policy §8, 11, 16 to 19, 62.1.

    A pause has a date to take contact up again and an owner, and stays to do until done or dropped with a reason.
    """

    PREFIX = "RST"
    TRANSITIONS = enums.TRANSITIONS

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="restorative_actions")
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="restorative_actions"
    )
    kind = models.CharField("what you did", max_length=30, choices=enums.RestorativeKind)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    on = models.DateField("when", default=timezone.localdate)
    what = ReasonField("what was done", max_length=LONG, missing="Say what was done.", paragraph="62.1")
    outcome = models.CharField("how it went", max_length=20, choices=enums.RestorativeOutcome)
    organisation = models.ForeignKey(
        AdviceOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="advice organisation you suggested",
    )
    reengage_on = models.DateField("when to take contact up again", null=True, blank=True)
    owner = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who takes it up"
    )
    status = models.CharField(
        max_length=10, choices=enums.RestorativeStatus, default=enums.RestorativeStatus.RECORDED
    )
    dropped_reason = ReasonField(
        "why not",
        max_length=LONG,
        blank=True,
        missing="Say why contact will not be taken up again.",
        paragraph="19",
    )

    objects = RestorativeActionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-on"], name="restorative_customer"),
            models.Index(fields=["on"], name="restorative_day"),
            models.Index(
                fields=["owner", "reengage_on"],
                condition=Q(status=enums.RestorativeStatus.TO_DO),
                name="restorative_to_do",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="restorative_pause_is_whole",
                condition=Q(
                    kind=enums.RestorativeKind.CONTACT_PAUSED, reengage_on__isnull=False, owner__isnull=False
                )
                & ~Q(status=enums.RestorativeStatus.RECORDED)
                | ~Q(kind=enums.RestorativeKind.CONTACT_PAUSED)
                & Q(reengage_on=None, owner=None, status=enums.RestorativeStatus.RECORDED),
            ),
            models.CheckConstraint(
                name="restorative_dropped_has_reason",
                condition=Q(status=enums.RestorativeStatus.DROPPED) & ~Q(dropped_reason="")
                | ~Q(status=enums.RestorativeStatus.DROPPED) & Q(dropped_reason=""),
            ),
            models.CheckConstraint(
                name="restorative_reengage_after", condition=Q(reengage_on=None) | Q(reengage_on__gte=F("on"))
            ),
        ]

    @property
    def title(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("restorative_action", args=[self.reference])
