from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus
from cha_engagement.core.templatetags.ui import lower_first, uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import enums


class ContactRequestQuerySet(CaseQuerySet, models.QuerySet["ContactRequest"]):
    written_by = ("by",)

    def visible_by_role(self, user: StaffMember) -> "ContactRequestQuerySet":
        """Return all to readers of incidents; to others those about them, their own and those of customers assigned to them."""
        if user.has_perm(Permission.READ_INCIDENTS):
            return self
        own = Q(colleague=user)
        if user.has_perm(Permission.RECORD_RESTORATIVE_ACTIONS):
            own |= (
                Q(by=user)
                | Q(asked_by=user)
                | Q(customer__in=Customer.objects.filter(assigned_to=user).order_by().values("pk"))
            )
        return self.filter(own)

    def standing(self) -> "ContactRequestQuerySet":
        """Return those that nobody has taken back."""
        return self.filter(status=enums.ContactRequestStatus.ASKED)


class ContactRequest(RecordWithStatus):
    """A customer was asked not to contact a colleague: it asks, and closes nothing. Policy §42.1.

    `asked_by` is who asked them, `by` who recorded it. `open_channel` is how the customer reaches us instead.
    """

    PREFIX = "ASK"
    TRANSITIONS = enums.TRANSITIONS

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_requests")
    colleague = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="whom they are asked not to contact"
    )
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+", verbose_name="who asked them")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+", verbose_name="who recorded it")
    on = models.DateField("when they were asked", default=timezone.localdate)
    how = models.CharField("how they were asked", max_length=20, choices=enums.ASKED_HOW_CHOICES)
    why = ReasonField(
        "why they were asked", max_length=LONG, missing="Say why they were asked.", paragraph="42.1"
    )
    open_channel = models.CharField(
        "how they reach us instead", max_length=20, choices=enums.OPEN_CHANNEL_CHOICES
    )
    status = models.CharField(
        max_length=10, choices=enums.ContactRequestStatus, default=enums.ContactRequestStatus.ASKED
    )
    taken_back_on = models.DateField("when it was taken back", null=True, blank=True)
    taken_back_reason = ReasonField(
        "why it was taken back",
        max_length=LONG,
        blank=True,
        missing="Say why it is taken back.",
        paragraph="42.1",
    )

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_request_taken_back_is_whole",
                condition=Q(status=enums.ContactRequestStatus.ASKED, taken_back_on=None, taken_back_reason="")
                | Q(status=enums.ContactRequestStatus.TAKEN_BACK, taken_back_on__isnull=False)
                & ~Q(taken_back_reason=""),
            ),
        ]

    @property
    def title(self) -> str:
        return f"Asked not to contact {self.colleague}"

    @property
    def page_title(self) -> str:
        return f"Asked not to contact a colleague ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("contact_request", args=[self.reference])

    @property
    def in_words(self) -> str:
        """Return what was asked and when, within a sentence: "asked on 3 March 2026 not to contact Eilidh Kerr"."""
        return f"asked on {uk_date(self.on)} not to contact {self.colleague}"

    @property
    def full_words(self) -> str:
        """Return the same with how they were asked."""
        return f"asked on {uk_date(self.on)}, {lower_first(self.get_how_display())}, not to contact {self.colleague}"

    def stood_on(self, day: date) -> bool:
        """Return whether they had been asked before a day, and nobody had taken it back by then."""
        return self.on < day and not (self.taken_back_on and self.taken_back_on < day)
