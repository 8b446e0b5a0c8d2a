from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cha_engagement.core import hub
from cha_engagement.core.reasons import ReasonField, ReasonLine
from cha_engagement.core.records import LONG, SHORT, ChainedRecord, RecordWithStatus
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.models import Restriction

from . import enums


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: StaffMember) -> "ReviewQuerySet":
        if user.has_perm("reviews.view_review"):
            return self
        return self.filter(hub.readable_through_holders("reviews.Review", user))


class Review(RecordWithStatus):
    """Looking again at a restriction. Policy §23. One is scheduled at most for each restriction.

    `held_at` is the moment and not the day alone: a review on the day of a panel's decision may come before it or after.
    `next_review_on` is when it, or the version that replaces it, is looked at again: empty once it is lifted, or where it
    ends before.
    """

    PREFIX = "REV"
    TRANSITIONS = enums.TRANSITIONS["Review"]
    _history_m2m_fields = ("letters",)

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="reviews")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reviews")
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=enums.ReviewStatus, default=enums.ReviewStatus.SCHEDULED)
    held_at = models.DateTimeField("when it was held", null=True)
    held_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    findings = ReasonField(
        "what you found", max_length=LONG, blank=True, missing="Say what you found.", paragraph="23"
    )
    outcome = models.CharField(max_length=10, choices=enums.ReviewOutcome, blank=True)
    reasons = ReasonField(max_length=LONG, blank=True, missing="Give your reasons.", paragraph="23")
    next_review_on = models.DateField("next review", null=True, blank=True)
    letters = models.ManyToManyField(Letter, blank=True, related_name="reviews")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        permissions = [
            ("hold_review", "Can hold reviews of restrictions"),
            ("receive_escalations", "Receives what is overdue for long"),
        ]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(status="scheduled"), name="review_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["restriction"], condition=Q(status="scheduled"), name="one_review_scheduled"
            ),
            models.CheckConstraint(
                name="review_held_is_whole",
                condition=Q(status="held", held_at__isnull=False, held_by__isnull=False)
                & ~Q(findings="")
                & ~Q(outcome="")
                & ~Q(reasons="")
                | ~Q(status="held") & Q(held_at=None, held_by=None, outcome=""),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.reference])

    @property
    def held_on(self) -> date | None:
        return self.held_at and timezone.localdate(self.held_at)

    @property
    def is_overdue(self) -> bool:
        return self.status == enums.ReviewStatus.SCHEDULED and self.due_on < calendar.today()


class Reminder(models.Model):
    """A notice that a review is coming, due, overdue or passed up: each is sent once. Policy §23."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="reminders")
    stage = models.CharField(max_length=10, choices=enums.ReminderStage)
    sent_on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "stage"], name="reminded_once_at_a_stage")]

    def __str__(self) -> str:
        return f"{self.review}: {self.get_stage_display()}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: StaffMember) -> "AppealQuerySet":
        """Managers, the Executive Team and Data Protection read all; others those they logged."""
        return self if user.has_perm("reviews.view_appeal") else self.filter(received_by=user)


class Appeal(RecordWithStatus):
    """A customer's appeal against restrictions, heard by the Executive Team. Policy §22.

    `lodged_by` is the customer or whom they asked, and so is `withdrawn_by`. `acknowledge_by` and `decide_by` are the days that
    we work to, as they were when it came. `panel` are those who hear it; `substitute` is who was named to where nobody on
    the Executive Team could. `passed_to` is where one belongs that cannot be heard by itself: it is against no restriction. What adds
    to an appeal under way is heard with that, `added_to`.
    """

    PREFIX = "APP"
    TRANSITIONS = enums.TRANSITIONS["Appeal"]
    _history_m2m_fields = ("documents", "panel", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appeals")
    received_on = models.DateField("when it came", default=timezone.localdate)
    received_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="received_appeals"
    )
    channel = models.CharField("how it came", max_length=20, choices=Channel)
    lodged_by = ReasonLine("who made it", max_length=SHORT, missing="Say who made it.", paragraph="22")
    grounds = ReasonField(
        "what they say, in their words",
        max_length=LONG,
        missing="Write down what they say. Where they gave no grounds, write what they did say.",
        paragraph="22",
    )
    documents = models.ManyToManyField(Evidence, blank=True, related_name="appeals")
    status = models.CharField(max_length=15, choices=enums.AppealStatus, default=enums.AppealStatus.RECEIVED)
    acknowledge_by = models.DateField()
    acknowledged_on = models.DateField("when it was acknowledged", null=True)
    decide_by = models.DateField()
    panel = models.ManyToManyField(
        StaffMember, blank=True, related_name="appeals_heard", verbose_name="who hears it"
    )
    substitute = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="who was named to hear it"
    )
    substitute_reason = ReasonField(
        "why a substitute hears it",
        max_length=LONG,
        blank=True,
        missing="Say why nobody on the Executive Team hears it, and why you chose them.",
        paragraph="22",
    )
    heard_on = models.DateField("when it was heard", null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField("when they took it back", null=True)
    withdrawn_by = ReasonLine(
        "who took it back", max_length=SHORT, blank=True, missing="Say who took it back.", paragraph="22"
    )
    passed_to = models.CharField("where it belongs", max_length=15, choices=enums.PassedTo, blank=True)
    added_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="additions", verbose_name="the appeal it adds to"
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="appeals")

    objects = AppealQuerySet.as_manager()

    class Meta:
        permissions = [
            ("log_appeal", "Can log an appeal for a customer"),
            ("hear_appeal", "Can hear and decide appeals"),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="appeal_newest"),
            models.Index(fields=["status", "-received_on", "-id"], name="appeal_status"),
            models.Index(fields=["received_by", "-received_on", "-id"], name="appeal_receiver"),
            models.Index(
                fields=["decide_by"], condition=Q(status__in=["received", "acknowledged"]), name="appeal_open"
            ),
            models.Index(fields=["customer", "status"], name="appeal_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                name="appeal_decided_is_whole",
                condition=Q(
                    status="decided",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    heard_on__isnull=False,
                )
                | ~Q(status="decided") & Q(decided_by=None, decided_at=None, heard_on=None),
            ),
            models.CheckConstraint(
                name="appeal_acknowledged_is_dated",
                condition=Q(status__in=["received", "passed_on"], acknowledged_on=None)
                | Q(status__in=["acknowledged", "decided"], acknowledged_on__isnull=False)
                | Q(status="withdrawn"),
            ),
            models.CheckConstraint(
                name="appeal_withdrawn_is_whole",
                condition=Q(status="withdrawn", withdrawn_on__isnull=False) & ~Q(withdrawn_by="")
                | ~Q(status="withdrawn") & Q(withdrawn_on=None, withdrawn_by=""),
            ),
            models.CheckConstraint(
                name="appeal_substitute_has_a_reason",
                condition=Q(substitute=None) | ~Q(substitute_reason=""),
            ),
            models.CheckConstraint(
                name="appeal_passed_on_says_where",
                condition=Q(status="passed_on") & ~Q(passed_to="") | ~Q(status="passed_on") & Q(passed_to=""),
            ),
            models.CheckConstraint(
                name="appeal_added_says_to_which",
                condition=Q(passed_to="appeal", added_to__isnull=False)
                | ~Q(passed_to="appeal") & Q(added_to=None),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("appeal", args=[self.reference])

    @property
    def next_day(self) -> date | None:
        """The day by which the next step is to be taken; none once it has come to its end."""
        return {"received": self.acknowledge_by, "acknowledged": self.decide_by}.get(self.status)

    @property
    def is_overdue(self) -> bool:
        return self.next_day is not None and self.next_day < calendar.today()


class AppealedRestriction(ChainedRecord):
    """One restriction of an appeal, and what was decided on it. `varied_to` is the eased version, when partly upheld.

    `last_day` was the last day of the time to appeal; empty where the customer had not been told. Late is heard all the same.
    `versions` are the restriction and all that it came from: who had a part in one of them does not hear the appeal.
    `suspended` is whether it does not apply, or did not, while the appeal is heard.
    """

    _history_m2m_fields = ("versions",)

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="appealed")
    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="appealed")
    versions = models.ManyToManyField(Restriction, related_name="+")
    last_day = models.DateField(null=True)
    outcome = models.CharField(max_length=15, choices=enums.AppealOutcome, blank=True)
    reasons = ReasonField(max_length=LONG, blank=True, missing="Give your reasons.", paragraph="22")
    suspended = models.BooleanField(default=False)
    varied_to = models.OneToOneField(Restriction, models.PROTECT, null=True, related_name="eased_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "restriction"], name="appealed_once_in_an_appeal"),
            models.CheckConstraint(
                name="appealed_outcome_has_reasons",
                condition=Q(outcome="", reasons="") | ~Q(outcome="") & ~Q(reasons=""),
            ),
            models.CheckConstraint(
                name="appealed_varied_is_partly_upheld",
                condition=Q(varied_to=None) | Q(outcome="partly_upheld"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.restriction} in {self.appeal}"

    @cached_property
    def basis(self) -> set[int]:
        """The keys of the incidents that the restriction rests on: by itself, by a file, or through its decision."""
        versions = list(self.versions.values_list("pk", flat=True))
        through = (
            {"restrictions__in": versions},
            {"evidence__restrictions__in": versions},
            {"decisions": self.restriction.decision_id},
        )
        # Each along its own index: asked for together they would be looked for among all incidents.
        first, *others = (
            Incident.objects.filter(**way).order_by().values_list("pk", flat=True) for way in through
        )
        return set(first.union(*others))

    @property
    def is_late(self) -> bool:
        return self.last_day is not None and self.appeal.received_on > self.last_day
