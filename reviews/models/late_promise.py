from django.db import models
from django.db.models import Q
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, RecordWithStatus
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction

from ..enums import OPEN_LATE, TRANSITIONS, LatePromiseStatus
from .appeal import Appeal
from .review import Review


class LatePromiseQuerySet(CaseQuerySet, models.QuerySet["LatePromise"]):
    def visible_by_role(self, user: StaffMember) -> "LatePromiseQuerySet":
        """Whoever reads reviews reads all, and whoever reads appeals those about hearings."""
        if user.has_perm(Permission.READ_REVIEWS):
            return self
        return self.filter(appeal__isnull=False) if user.has_perm(Permission.READ_APPEALS) else self.none()


class LatePromise(RecordWithStatus):
    """A review or a hearing that is late by the set time, for which the Management Team answers. Beyond the policy: B25.

    `promised_on` is the day on which it was due, and `answer_by` the last on which the team can answer or, once it is `put_off_to` a day, that
    day. What it is about is suspended from `suspends_on`, a day that is set as staff are told of it: after `answer_by`, or as the team
    decided. `suspended` are the restrictions that do not apply until it is held.
    """

    PREFIX = "LAT"
    TRANSITIONS = TRANSITIONS["LatePromise"]
    _history_m2m_fields = ("suspended", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="late_promises")
    review = models.OneToOneField(Review, models.PROTECT, null=True, related_name="late_promise")
    appeal = models.OneToOneField(Appeal, models.PROTECT, null=True, related_name="late_promise")
    status = models.CharField(max_length=10, choices=LatePromiseStatus, default=LatePromiseStatus.WITH_TEAM)
    promised_on = models.DateField("promised by")
    passed_up_on = models.DateField("passed up to the Management Team on")
    answer_by = models.DateField("to be answered by")
    answered_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="who answered"
    )
    answer_reason = ReasonField("why", max_length=LONG, blank=True, missing="Say why.", paragraph="B25")
    put_off_to = models.DateField("put off to", null=True, blank=True)
    suspends_on = models.DateField("suspended from", null=True)
    suspended = models.ManyToManyField(
        Restriction, related_name="late_promises", verbose_name="restrictions that it suspends"
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="late_promises")

    objects = LatePromiseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by", "id"], condition=Q(status__in=OPEN_LATE), name="late_promise_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="late_promise_is_about_one",
                condition=Q(review=None, appeal__isnull=False) | Q(review__isnull=False, appeal=None),
            ),
            models.CheckConstraint(
                name="late_promise_put_off_is_whole",
                condition=Q(put_off_to=None) & ~Q(status=LatePromiseStatus.PUT_OFF)
                | Q(put_off_to__isnull=False, answered_by__isnull=False) & ~Q(answer_reason=""),
            ),
            models.CheckConstraint(
                name="late_promise_suspended_is_dated",
                condition=~Q(status=LatePromiseStatus.SUSPENDED) | Q(suspends_on__isnull=False),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{'Hearing' if self.appeal_id else 'Review'} late since {uk_date(self.promised_on)}"

    def get_absolute_url(self) -> str:
        return reverse("late_promise", args=[self.reference])

    @property
    def about(self) -> Review | Appeal:
        # One of the two, as a constraint says.
        return self.appeal or self.review  # type: ignore[return-value]
