from enum import StrEnum

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import (
    LONG,
    SHORT,
    CaseQuerySet,
    RecordWithStatus,
    Transition,
    leaves_nothing_out,
)
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.contacts.models import Contact
from restrictions.models import Restriction


class BreachStatus(models.TextChoices):
    """Answers to whether a contact went against a restriction. Beyond the policy: B8."""

    SUGGESTED = "suggested", "Not answered yet"
    CONFIRMED = "confirmed", "Against it"
    DISMISSED = "dismissed", "Not against it"


class BreachEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a breach."""

    SUGGEST = "suggest"
    CONFIRM = "confirm"
    AGREE = "agree"
    DISMISS = "dismiss"
    WITHHOLD = "withhold"
    STOP_WITHHOLDING = "stop_withholding"
    ANSWER = "answer"


class BreachQuerySet(CaseQuerySet, models.QuerySet["Breach"]):
    customer_paths = ("contact__customer",)

    def visible_by_role(self, user: StaffMember) -> "BreachQuerySet":
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
            .select_related("contact__by", "restriction")
            .order_by("-contact__occurred_at", "-pk")
        )

    def unnotified(self) -> "BreachQuerySet":
        """Leave those that count, and of which no letter tells or is about to. Beyond the policy: B26."""
        telling = Letter.objects.exclude_withdrawn().filter(breaches=OuterRef("pk"))
        return self.confirmed().filter(~Exists(telling))


class Breach(RecordWithStatus):
    """A contact that seems to go against a restriction in force, until whoever logged it says whether it did. Beyond the policy: B8.

    `why` says what seems to be against it, empty where a correction of the contact took that away. `letters` tell the customer of it,
    unless there is a `not_told_reason`: then it is told at the next review. `objection` is what they say is wrong with it, `answer` what
    was found. Beyond the policy: B26.
    """

    PREFIX = "BRE"
    _history_m2m_fields = ("letters",)
    TRANSITIONS = {
        BreachEvent.SUGGEST: Transition(
            (BreachStatus.CONFIRMED, BreachStatus.DISMISSED), BreachStatus.SUGGESTED
        ),
        BreachEvent.CONFIRM: Transition((BreachStatus.SUGGESTED,), BreachStatus.CONFIRMED),
        BreachEvent.AGREE: Transition((BreachStatus.CONFIRMED,), BreachStatus.CONFIRMED),
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
    not_told_reason = ReasonField(
        "why the customer is not told now",
        max_length=LONG,
        blank=True,
        missing="Say whom it would put at risk to tell them now.",
        paragraph="B26",
    )
    objection = ReasonField(
        "what the customer says is wrong",
        max_length=LONG,
        blank=True,
        missing="Write down what they say is wrong.",
        paragraph="B26",
    )
    answer = ReasonField(
        "what you found, and why",
        max_length=LONG,
        blank=True,
        missing="Say what you found, and why.",
        paragraph="B26",
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="breaches")

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

    @property
    def rests_on_one_word(self) -> bool:
        """Return whether nobody but the one who logged the contact has said that it counts: it says so wherever it does. Beyond the policy: B8."""
        return self.status == BreachStatus.CONFIRMED and self.settled_by_id == self.contact.by_id
