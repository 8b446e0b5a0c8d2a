from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonLine
from cha_engagement.core.records import SHORT, CaseQuerySet, CaseRecord
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import AlwaysOpen, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.enums import YesNo


class ContactQuerySet(CaseQuerySet, models.QuerySet["Contact"]):
    written_by = ("by",)

    def visible_by_role(self, user: StaffMember) -> "ContactQuerySet":
        """Return all to whoever deals with customers: what was said last time is needed to do so. Policy §65."""
        return self if user.has_perm(Permission.READ_CUSTOMERS) else self.none()

    def exclude_never_counting(self) -> "ContactQuerySet":
        """Return those that use up an allowance, can breach a restriction and make up a level of contact.

        Beyond the policy: B8.
        """
        return self.filter(about="")


class Contact(CaseRecord):
    """A contact of a customer with us, logged in seconds by whoever had it. Policy §49, 50; beyond the policy: B8.

    `about` says why it never counts against the customer; empty where it is of the ordinary kind. A contact by somebody who speaks
    for them is not their own doing.
    """

    PREFIX = "CON"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="contacts")
    occurred_at = models.DateTimeField("when it was", default=timezone.now)
    channel = models.CharField("how they were in contact", max_length=20, choices=Channel)
    minutes = models.PositiveSmallIntegerField("minutes it took")
    subject = ReasonLine(
        "what they wanted", max_length=SHORT, missing="Say what they wanted, in a few words.", paragraph="49"
    )
    same_issue = models.CharField("the same issue as before?", max_length=3, choices=YesNo)
    about = models.CharField("what kind of contact it was", max_length=20, choices=AlwaysOpen, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "-occurred_at", "-id"], name="contact_customer")]
        constraints = [
            models.CheckConstraint(name="contact_has_subject", condition=~Q(subject="")),
            models.CheckConstraint(name="contact_took_time", condition=Q(minutes__gte=1)),
        ]

    @property
    def title(self) -> str:
        return self.subject

    @property
    def page_title(self) -> str:
        return f"Contact of {uk_date(self.occurred_at)} ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("contact", args=[self.reference])

    @property
    def counts(self) -> bool:
        return not self.about
