from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from restrictions.models import THEIR_SIDE_HEARD, Restriction, TheirSide

from ..enums import (
    TRANSITIONS,
    ReviewOutcome,
    ReviewStatus,
)


class ReviewQuerySet(CaseQuerySet, models.QuerySet["Review"]):
    def visible_by_role(self, user: StaffMember) -> "ReviewQuerySet":
        if user.has_perm(Permission.READ_REVIEWS):
            return self
        return self.filter(readable_through_others(Review, user))


class Review(TheirSide, RecordWithStatus):
    """Looking again at a restriction. Policy §23. One is scheduled at most for each restriction.

    `held_at` is the moment and not the day alone: a review on the day of a panel's decision may come before it or after.
    `next_review_on` is when it, or the version that replaces it, is looked at again: empty once it is lifted, or where it
    ends before.
    """

    PREFIX = "REV"
    TRANSITIONS = TRANSITIONS["Review"]
    _history_m2m_fields = ("letters",)

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="reviews")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reviews")
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=ReviewStatus, default=ReviewStatus.SCHEDULED)
    held_at = models.DateTimeField("when it was held", null=True)
    held_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    findings = ReasonField(
        "what you found", max_length=LONG, blank=True, missing="Say what you found.", paragraph="23"
    )
    outcome = models.CharField(max_length=10, choices=ReviewOutcome, blank=True)
    reasons = ReasonField(max_length=LONG, blank=True, missing="Give your reasons.", paragraph="23")
    next_review_on = models.DateField("next review", null=True, blank=True)
    letters = models.ManyToManyField(Letter, blank=True, related_name="reviews")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        permissions = [
            ("hold_review", "Can hold reviews of restrictions"),
            ("receive_escalations", "Receives what is overdue for long"),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(status=ReviewStatus.SCHEDULED), name="review_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["restriction"],
                condition=Q(status=ReviewStatus.SCHEDULED),
                name="one_review_scheduled",
            ),
            models.CheckConstraint(
                name="review_their_side_or_reason",
                condition=~Q(status=ReviewStatus.HELD) | Q(outcome=ReviewOutcome.LIFT) | THEIR_SIDE_HEARD,
            ),
            models.CheckConstraint(
                name="review_held_is_whole",
                condition=Q(status=ReviewStatus.HELD, held_at__isnull=False, held_by__isnull=False)
                & ~Q(findings="")
                & ~Q(outcome="")
                & ~Q(reasons="")
                | ~Q(status=ReviewStatus.HELD) & Q(held_at=None, held_by=None, outcome=""),
            ),
        ]

    @property
    def title(self) -> str:
        return (
            f"Review due on {uk_date(self.due_on)}"
            if self.held_on is None
            else f"Review of {uk_date(self.held_on)}"
        )

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.reference])

    @property
    def held_on(self) -> date | None:
        return self.held_at and timezone.localdate(self.held_at)

    @property
    def decided_at(self) -> datetime | None:
        return self.held_at

    @property
    def has_ended_restriction(self) -> bool:
        return self.outcome == ReviewOutcome.LIFT

    @property
    def new_version(self) -> Restriction | None:
        """Return the version by which it replaced its restriction, where it varied it."""
        return self.restriction.superseded_by if self.outcome == ReviewOutcome.VARY else None

    @property
    def is_overdue(self) -> bool:
        return self.status == ReviewStatus.SCHEDULED and self.due_on < calendar.today()
