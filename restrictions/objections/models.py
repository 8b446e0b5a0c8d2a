from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus, leaves_nothing_out
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from restrictions.breaches.models import Breach

from . import enums


class ObjectionQuerySet(CaseQuerySet, models.QuerySet["Objection"]):
    written_by = ("received_by",)

    def visible_by_role(self, user: StaffMember) -> "ObjectionQuerySet":
        """Show it to those who see the customer: what they object to is on the card or in the contact log."""
        customers = Customer.objects.visible_to(user)
        if leaves_nothing_out(customers):
            return self
        return self.filter(Exists(customers.filter(pk=OuterRef("customer"))))


class Objection(RecordWithStatus):
    """What a customer says is wrong with the note for staff, or with contact that we count, and what we answered. Policy §65; B26.

    It waits for a manager until it is answered: letters promise that we look at it and write to them. `not_counted` are the contacts
    that do not count any more since they are right.
    """

    PREFIX = "OBJ"
    _history_m2m_fields = ("not_counted",)
    TRANSITIONS = enums.TRANSITIONS

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="objections")
    about = models.CharField("what they object to", max_length=10, choices=enums.ObjectedTo)
    received_on = models.DateField("when they told us", default=timezone.localdate)
    received_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    objection = ReasonField(
        "what they say is wrong",
        max_length=LONG,
        missing="Write down what they say is wrong.",
        paragraph="65",
    )
    outcome = models.CharField("what follows", max_length=10, choices=enums.ObjectionOutcome, blank=True)
    answer = ReasonField(
        "what you found, and how you told them",
        max_length=LONG,
        blank=True,
        missing="Say what you found, and how you told them.",
        paragraph="65",
    )
    not_counted = models.ManyToManyField(
        Breach, blank=True, related_name="objections", verbose_name="contacts that do not count any more"
    )
    answered_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField("answered on", null=True)
    status = models.CharField(
        max_length=10, choices=enums.ObjectionStatus, default=enums.ObjectionStatus.OPEN
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-received_on"], name="objection_customer"),
            models.Index(
                fields=["received_on"], condition=Q(status=enums.ObjectionStatus.OPEN), name="objection_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="objection_answered_is_whole",
                condition=Q(
                    status=enums.ObjectionStatus.OPEN,
                    outcome="",
                    answer="",
                    answered_by=None,
                    answered_on=None,
                )
                | Q(
                    status=enums.ObjectionStatus.ANSWERED,
                    answered_by__isnull=False,
                    answered_on__gte=F("received_on"),
                )
                & ~Q(outcome="")
                & ~Q(answer=""),
            ),
        ]

    @property
    def title(self) -> str:
        return self.get_about_display()

    def get_absolute_url(self) -> str:
        return reverse("objection", args=[self.reference])
