from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, ReasonLine
from cha_engagement.core.records import LONG, SHORT, CaseQuerySet, RecordWithStatus
from cha_engagement.core.templatetags.ui import lower_first
from cha_engagement.customers.enums import Channel, ConfirmedWith
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident, InvolvementReasonField
from restrictions import enums
from restrictions.kinds.channels import closed_in_words

from .decision import ManagementDecision
from .new_since import NewSince


class InterimMeasureQuerySet(CaseQuerySet, models.QuerySet["InterimMeasure"]):
    def visible_by_role(self, user: StaffMember) -> "InterimMeasureQuerySet":
        """Show them to those who read restrictions. What is in force reaches everybody else through the card. Policy §65."""
        return self if user.has_perm(Permission.READ_RESTRICTIONS) else self.none()

    def in_force(self, day: date | None = None) -> "InterimMeasureQuerySet":
        """Leave those that nobody ended, where a day, today if none is given, lies between the first day and the last."""
        day = day or calendar.today()
        return self.filter(status=enums.InterimStatus.IN_FORCE, starts_on__lte=day, ends_on__gte=day)

    def undecided(self) -> "InterimMeasureQuerySet":
        """Leave those on whose incidents nobody has decided since. Beyond the policy: B21."""
        since = ManagementDecision.objects.filter(
            incidents__interim_measures=OuterRef("pk"), decided_at__gte=OuterRef("created_at")
        )
        return self.exclude(Exists(since))


class InterimMeasure(NewSince, RecordWithStatus):
    """A limit that a manager sets at once and for a few days, until it is decided whether anything is restricted. Beyond the policy: B21.

    `closed` are codes of `Channel`, `affected_matters` of `AffectedMatter`: none where it was not asked. `ends_on` is its last day: it lapses by
    itself, and after violence or a threat it is made longer once, at the moment `extended_at`.
    `staff_instruction` is the minimum that staff need; it stands on the card. `letter_follows` keeps its letter on the work list until it is written.
    """

    PREFIX = "INT"
    TRANSITIONS = enums.TRANSITIONS["InterimMeasure"]
    _history_m2m_fields = ("incidents", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="interim_measures")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="interim_measures")
    staff_instruction = ReasonLine(
        "what staff do until it is decided",
        max_length=SHORT,
        missing="Say what staff do until it is decided.",
        paragraph="B21",
    )
    closed = models.JSONField("ways of contact that are closed", default=list, blank=True)
    needs_confirmed_with = models.CharField(
        "did you check with them how they can reach us?",
        max_length=20,
        choices=ConfirmedWith,
        blank=True,
    )
    affected_matters = models.JSONField("what it takes away or limits", default=list, blank=True)
    reason = ReasonField(
        "why it cannot wait",
        max_length=LONG,
        missing="Say why it cannot wait for a decision.",
        paragraph="B21",
    )
    incidents = models.ManyToManyField(
        Incident, related_name="interim_measures", verbose_name="incidents it rests on"
    )
    how_notified = ReasonField(
        "how the customer is told, or why not yet",
        max_length=LONG,
        missing="Say how the customer is told, or why they are not told yet.",
        paragraph="B21",
    )
    letter_follows = models.BooleanField("a letter follows", default=False)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField("last day")
    open_channels_reason = ReasonField(
        "how they will use what stays open",
        max_length=LONG,
        blank=True,
        missing="Say how they will use what stays open.",
        paragraph="9",
    )
    involvement_reason = InvolvementReasonField("why you decide though you had a part in it")
    status = models.CharField(
        max_length=20, choices=enums.InterimStatus, default=enums.InterimStatus.IN_FORCE
    )
    extension_reason = ReasonField(
        "why it goes on",
        max_length=LONG,
        blank=True,
        missing="Say why it has to go on, and what keeps the decision.",
        paragraph="B21",
    )
    extended_at = models.DateTimeField(null=True, editable=False)
    status_reason = ReasonField(
        "why it ended", max_length=LONG, blank=True, missing="Say why it ends.", paragraph="B21"
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="interim_measures")

    objects = InterimMeasureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "status"], name="interim_customer"),
            models.Index(
                fields=["ends_on"], condition=Q(status=enums.InterimStatus.IN_FORCE), name="interim_ending"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="interim_extended_has_reason",
                condition=Q(extended_at=None, extension_reason="")
                | Q(extended_at__isnull=False) & ~Q(extension_reason=""),
            ),
            models.CheckConstraint(name="interim_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="interim_ended_has_reason",
                condition=~Q(status=enums.InterimStatus.ENDED) | ~Q(status_reason=""),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("interim", args=[self.reference])

    def get_closed_display(self) -> str:
        return ", ".join(str(Channel(code).label) for code in self.closed)

    def get_affected_matters_display(self) -> str:
        return ", ".join(str(enums.AffectedMatter(code).label) for code in self.affected_matters)

    @property
    def earliest_first_day(self) -> date:
        """Return its first day: an interim measure applies at once."""
        return self.starts_on

    @property
    def is_in_force(self) -> bool:
        return (
            self.status == enums.InterimStatus.IN_FORCE and self.starts_on <= calendar.today() <= self.ends_on
        )

    @property
    def is_decided(self) -> bool:
        return not InterimMeasure.objects.undecided().filter(pk=self.pk).exists()

    @property
    def closed_channels(self) -> set[Channel]:
        return {Channel(code) for code in self.closed}

    @property
    def channel_limits(self) -> dict[Channel, Markdown]:
        return {}

    @property
    def title(self) -> str:
        """Return what it closes, or that it is one: what else staff do stands in their instruction."""
        closed = closed_in_words(self.closed)
        return f"{closed} for now" if closed else "Interim measure"

    @property
    def title_in_sentence(self) -> str:
        """Return its title as it stands within a sentence; where it closes nothing what staff do, in quotation marks."""
        return lower_first(self.title) if self.closed else f"“{self.staff_instruction.removesuffix('.')}”"

    @property
    def changes_contact(self) -> bool:
        return bool(self.closed)

    @property
    def summary(self) -> str:
        return self.staff_instruction

    person_to_ask_for = additional_route = Markdown()
    unnotified_words = ""  # in words, on its page, it says how they are told or why not yet
    is_only_route = counts_contact = False
    """It closes channels or leaves them as they are."""
