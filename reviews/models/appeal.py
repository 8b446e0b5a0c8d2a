from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, ReasonLine
from cha_engagement.core.records import (
    LONG,
    SHORT,
    CaseQuerySet,
    ChainedRecord,
    RecordQuerySet,
    RecordWithStatus,
)
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.models import Restriction

from ..enums import (
    OPEN_STATUSES,
    TRANSITIONS,
    AppealOutcome,
    AppealStatus,
    PassedTo,
)


class AppealQuerySet(CaseQuerySet, models.QuerySet["Appeal"]):
    written_by = ("received_by",)

    def visible_by_role(self, user: StaffMember) -> "AppealQuerySet":
        """Managers, the Executive Team and Data Protection read all; others those they logged, and from outside those they are named for."""
        if user.has_perm(Permission.READ_APPEALS):
            return self
        return self.filter(
            **{"substitute" if user.has_perm(Permission.HEAR_NAMED_APPEALS) else "received_by": user}
        )


class Appeal(RecordWithStatus):
    """A customer's appeal against restrictions, heard by the Executive Team. Policy §22.

    `lodged_by` is the customer or whom they asked, and so is `withdrawn_by`. `acknowledge_by` and `decide_by` are the days that
    we work to, as they were when it came. `panel` are those who hear it; `substitute` is who was named to where nobody on
    the Executive Team could. `attended_by` is who was at the hearing besides them, in a line: the customer, who came with them, who interpreted.
    `passed_to` is where one belongs that cannot be heard by itself: it is against no restriction. What adds
    to an appeal under way is heard with that, `added_to`.
    """

    PREFIX = "APP"
    TRANSITIONS = TRANSITIONS["Appeal"]
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
    status = models.CharField(max_length=15, choices=AppealStatus, default=AppealStatus.RECEIVED)
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
    attended_by = models.CharField("who else was at the hearing", max_length=SHORT, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField("when they took it back", null=True)
    withdrawn_by = ReasonLine(
        "who took it back", max_length=SHORT, blank=True, missing="Say who took it back.", paragraph="22"
    )
    passed_to = models.CharField("where it belongs", max_length=15, choices=PassedTo, blank=True)
    added_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="additions", verbose_name="the appeal it adds to"
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="appeals")

    objects = AppealQuerySet.as_manager()

    class Meta:
        permissions = [
            ("log_appeal", "Can log an appeal for a customer"),
            ("hear_appeal", "Can hear and decide appeals"),
            ("hear_named_appeal", "Can hear and decide the appeals that they are named for"),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="appeal_newest"),
            models.Index(fields=["status", "-received_on", "-id"], name="appeal_status"),
            models.Index(fields=["received_by", "-received_on", "-id"], name="appeal_receiver"),
            models.Index(fields=["decide_by"], condition=Q(status__in=OPEN_STATUSES), name="appeal_open"),
            models.Index(fields=["customer", "status"], name="appeal_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                name="appeal_decided_is_whole",
                condition=Q(
                    status=AppealStatus.DECIDED,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    heard_on__isnull=False,
                )
                | ~Q(status=AppealStatus.DECIDED) & Q(decided_by=None, decided_at=None, heard_on=None),
            ),
            models.CheckConstraint(
                name="appeal_acknowledged_is_dated",
                condition=Q(
                    status__in=[AppealStatus.RECEIVED, AppealStatus.PASSED_ON],
                    acknowledged_on=None,
                )
                | Q(
                    status__in=[AppealStatus.ACKNOWLEDGED, AppealStatus.DECIDED],
                    acknowledged_on__isnull=False,
                )
                | Q(status=AppealStatus.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="appeal_withdrawn_is_whole",
                condition=Q(status=AppealStatus.WITHDRAWN, withdrawn_on__isnull=False) & ~Q(withdrawn_by="")
                | ~Q(status=AppealStatus.WITHDRAWN) & Q(withdrawn_on=None, withdrawn_by=""),
            ),
            models.CheckConstraint(
                name="appeal_substitute_has_a_reason",
                condition=Q(substitute=None) | ~Q(substitute_reason=""),
            ),
            models.CheckConstraint(
                name="appeal_passed_on_says_where",
                condition=Q(status=AppealStatus.PASSED_ON) & ~Q(passed_to="")
                | ~Q(status=AppealStatus.PASSED_ON) & Q(passed_to=""),
            ),
            models.CheckConstraint(
                name="appeal_added_says_to_which",
                condition=Q(passed_to=PassedTo.APPEAL, added_to__isnull=False)
                | ~Q(passed_to=PassedTo.APPEAL) & Q(added_to=None),
            ),
        ]

    @property
    def title(self) -> str:
        return f"Appeal of {uk_date(self.received_on)}"

    def get_absolute_url(self) -> str:
        return reverse("appeal", args=[self.reference])

    @property
    def next_day(self) -> date | None:
        """Return the day by which the next step is to be taken; None once it has come to its end."""
        days = {
            AppealStatus.RECEIVED: self.acknowledge_by,
            AppealStatus.ACKNOWLEDGED: self.decide_by,
        }
        return days.get(AppealStatus(self.status))

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
    outcome = models.CharField(max_length=15, choices=AppealOutcome, blank=True)
    reasons = ReasonField(max_length=LONG, blank=True, missing="Give your reasons.", paragraph="22")
    suspended = models.BooleanField(default=False)
    varied_to = models.OneToOneField(Restriction, models.PROTECT, null=True, related_name="eased_by")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "restriction"], name="appealed_once_in_an_appeal"),
            models.CheckConstraint(
                name="appealed_outcome_has_reasons",
                condition=Q(outcome="", reasons="") | ~Q(outcome="") & ~Q(reasons=""),
            ),
            models.CheckConstraint(
                name="appealed_varied_is_partly_upheld",
                condition=Q(varied_to=None) | Q(outcome=AppealOutcome.PARTLY_UPHELD),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.restriction} in {self.appeal}"

    @cached_property
    def incident_keys(self) -> set[int]:
        """Return the keys of the incidents that the restriction rests on: by itself, by a file, or through its decision."""
        versions = list(self.versions.values_list("pk", flat=True))
        through = (
            {"restrictions__in": versions},
            {"evidence__restrictions__in": versions},
            {"decisions": self.restriction.decision_id},
        )
        # Each along its own index: asked for together they would be looked for among all incidents.
        first, *others = (
            Incident.objects.filter(**path).order_by().values_list("pk", flat=True) for path in through
        )
        return set(first.union(*others))

    @property
    def decided_at(self) -> datetime | None:
        return self.appeal.decided_at

    @property
    def has_ended_restriction(self) -> bool:
        return self.outcome == AppealOutcome.UPHELD

    @property
    def new_version(self) -> Restriction | None:
        return self.varied_to

    @property
    def is_late(self) -> bool:
        return self.last_day is not None and self.appeal.received_on > self.last_day
