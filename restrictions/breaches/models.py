from enum import StrEnum

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cha_engagement.core.records import (
    SHORT,
    ReadOnlyQuerySet,
    RecordWithStatus,
    Transition,
    leaves_nothing_out,
)
from cha_engagement.staff.models import StaffMember
from incidents.contacts.models import Contact
from restrictions.models import Restriction


class BreachStatus(models.TextChoices):
    """Answers to whether a contact went against a restriction. Beyond the policy: B8."""

    SUGGESTED = "suggested", "To be said"
    CONFIRMED = "confirmed", "Against it"
    DISMISSED = "dismissed", "Not against it"


class BreachEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a breach."""

    SUGGEST = "suggest"
    CONFIRM = "confirm"
    DISMISS = "dismiss"


class BreachQuerySet(ReadOnlyQuerySet, models.QuerySet["Breach"]):
    def visible_to(self, user: StaffMember) -> "BreachQuerySet":
        """Show it to those who see the contact: that there is a restriction, and what it asks, stands on the card.

        Who sees every contact sees every breach, without a question to the database.
        """
        contacts = Contact.objects.visible_to(user)
        if leaves_nothing_out(contacts):
            return self
        return self.filter(Exists(contacts.filter(pk=OuterRef("contact"))))

    def confirmed(self) -> "BreachQuerySet":
        return (
            self.filter(status=BreachStatus.CONFIRMED)
            .select_related("contact", "restriction")
            .order_by("-contact__occurred_at", "-pk")
        )


class Breach(RecordWithStatus):
    """A contact that seems to go against a restriction in force, until whoever logged it says whether it did. Beyond the policy: B8.

    `why` says what seems to be against it, empty where a correction of the contact took that away.
    """

    PREFIX = "BRE"
    TRANSITIONS = {
        BreachEvent.SUGGEST: Transition(
            (BreachStatus.CONFIRMED, BreachStatus.DISMISSED), BreachStatus.SUGGESTED
        ),
        BreachEvent.CONFIRM: Transition((BreachStatus.SUGGESTED,), BreachStatus.CONFIRMED),
        BreachEvent.DISMISS: Transition(
            (BreachStatus.SUGGESTED, BreachStatus.CONFIRMED), BreachStatus.DISMISSED
        ),
    }

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="breaches")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="breaches")
    why = models.CharField(max_length=SHORT, blank=True)
    status = models.CharField(max_length=10, choices=BreachStatus, default=BreachStatus.SUGGESTED)
    settled_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "breaches"
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status=BreachStatus.SUGGESTED), name="breach_suggested"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["restriction", "contact"], name="breach_once"),
            models.CheckConstraint(
                name="breach_settled_is_whole",
                condition=Q(status=BreachStatus.SUGGESTED, settled_by=None, settled_at=None)
                | ~Q(status=BreachStatus.SUGGESTED) & Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.contact.get_absolute_url()
