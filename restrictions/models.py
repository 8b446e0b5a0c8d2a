from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement import hub
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.moves import MovingRecord
from cha_engagement.organisation import calendar
from cha_engagement.policy import Refusal
from cha_engagement.records import LONG, SHORT, CaseRecord, Chained
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date
from incidents.models import Contact, Incident, RestorativeAction

from . import enums
from .kinds import KINDS
from .kinds.kind import Kind

STAFF = settings.AUTH_USER_MODEL


class ManagementDecisionQuerySet(models.QuerySet["ManagementDecision"]):
    def visible_to(self, user: StaffMember) -> "ManagementDecisionQuerySet":
        if user.has_perm("restrictions.view_managementdecision"):
            return self
        return self.filter(hub.readable_through_holders("restrictions.ManagementDecision", user))


class ManagementDecision(CaseRecord):
    """A manager's decision to manage engagement actively. Final: it cannot be appealed. Policy §9 to 14, 18, 20, 22.

    `explained_on` is the day its letter was sent.
    """

    PREFIX = "DEC"
    _history_m2m_fields = ("incidents", "restorative_actions", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField(default=timezone.now)
    incidents = models.ManyToManyField(
        Incident, related_name="decisions", verbose_name="incidents it rests on"
    )
    basis = models.CharField("why restorative work is not enough", max_length=20, choices=enums.Basis)
    basis_reason = models.TextField("why", max_length=LONG, blank=True)
    restorative_actions = models.ManyToManyField(
        RestorativeAction,
        blank=True,
        related_name="decisions",
        verbose_name="restorative work that was tried",
    )
    needs_considered = models.TextField(
        "needs and adjustments: what you considered and found", max_length=LONG
    )
    disability = models.CharField(
        "may a disability explain the behaviour?", max_length=10, choices=enums.Known
    )
    disability_considered = models.TextField("how you took it into account", max_length=LONG, blank=True)
    vulnerability = models.CharField(
        "is the customer thought vulnerable?", max_length=10, choices=enums.Known
    )
    vulnerability_considered = models.TextField(
        "how a disproportionate effect on them is avoided", max_length=LONG, blank=True
    )
    safeguarding_considered = models.TextField(
        "safeguarding: what you considered", max_length=LONG, blank=True
    )
    normal_operation = models.TextField(
        "could we deal with this if we were working normally?", max_length=LONG
    )
    training_need = models.TextField("is a training need of ours part of it?", max_length=LONG)
    effect = models.TextField("effect on staff and on the service", max_length=LONG)
    proportionality = models.TextField("why this is necessary and in proportion", max_length=LONG)
    alternatives_considered = models.TextField(
        "less restrictive measures, and why they would not do", max_length=LONG
    )
    explained = models.CharField(
        "will it be explained to the customer?", max_length=20, choices=enums.Explained
    )
    not_explained_reason = models.TextField("why not", max_length=LONG, blank=True)
    explained_on = models.DateField(null=True, editable=False)
    involvement_reason = models.TextField(
        "why you decide though it affected you", max_length=LONG, blank=True
    )
    letters = models.ManyToManyField(Letter, blank=True, related_name="decisions")

    objects = ManagementDecisionQuerySet.as_manager()

    class Meta:
        permissions = [("decide_management", "Can decide to manage engagement actively")]
        indexes = [
            models.Index(fields=["customer", "-decided_at"], name="decision_customer"),
            models.Index(
                fields=["decided_at"],
                condition=Q(explained="by_letter", explained_on=None),
                name="decision_unexplained",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_explained_or_reason",
                condition=Q(explained="by_letter", not_explained_reason="")
                | Q(explained="not_explained") & ~Q(not_explained_reason=""),
            ),
            models.CheckConstraint(
                name="decision_basis_has_reason", condition=Q(basis="tried_and_failed") | ~Q(basis_reason="")
            ),
            models.CheckConstraint(
                name="decision_disability_considered",
                condition=~Q(disability="yes") | ~Q(disability_considered=""),
            ),
            models.CheckConstraint(
                name="decision_vulnerability_considered",
                condition=~Q(vulnerability="yes") | ~Q(vulnerability_considered=""),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.reference])


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def visible_to(self, user: StaffMember) -> "RestrictionQuerySet":
        """Those they read in whole, and what became of those they proposed.

        What is in force reaches everybody else through the card, in plain words (policy §65).
        """
        if user.has_perm("restrictions.view_restriction"):
            return self
        mine = Q(proposed_by=user) if user.has_perm("restrictions.propose_restriction") else Q(pk__in=[])
        return self.filter(mine | hub.readable_through_holders("restrictions.Restriction", user))

    def whole_to(self, user: StaffMember) -> "RestrictionQuerySet":
        """Of those visible to them, those whose reasons they read too: not what a manager made of their proposal. Policy §65."""
        seen = self.visible_to(user)
        if user.has_perm("restrictions.view_restriction"):
            return seen
        unsettled = Q(status__in=[enums.RestrictionStatus.PROPOSED, enums.RestrictionStatus.WITHDRAWN])
        return seen.filter(unsettled | hub.readable_through_holders("restrictions.Restriction", user))

    def ever_imposed(self, kind: str) -> "RestrictionQuerySet":
        """Those of a kind that were imposed, whatever became of them."""
        return self.filter(kind=kind).exclude(status__in=enums.NEVER_IMPOSED)

    def in_force(self) -> "RestrictionQuerySet":
        """Imposed, and today lies between its first day and its last."""
        today = calendar.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), status="imposed", starts_on__lte=today)

    def unread_by(self, user: StaffMember) -> "RestrictionQuerySet":
        """Those in force of which this user is asked to confirm that they have read them, and has not."""
        return self.in_force().filter(reading_asked=True).exclude(readings__by=user)


class Restriction(MovingRecord):
    """One measure that limits how a customer engages with us, with its evidence, its reviews and its way out. Policy §21 to 23.

    `terms` is what its `kind` asks for, checked by that kind's form. `ends_on` is its last day. `review_months` are calendar
    months. `look_again_on` is when one without reviews is looked at again by the Management Team. `staff_instruction` is the
    minimum that staff need. `reading_asked` is whether staff are asked to confirm that they have read it on the card. `supersedes`
    is the version that this one replaces.
    """

    PREFIX = "RES"
    TRANSITIONS = enums.TRANSITIONS["Restriction"]
    _history_m2m_fields = ("incidents", "evidence", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="restrictions")
    decision = models.ForeignKey(ManagementDecision, models.PROTECT, null=True, related_name="restrictions")
    kind = models.CharField(max_length=30)
    terms = models.JSONField(default=dict)
    named_contact = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="named_contact_in")
    deputy = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="deputy_contact_in")
    reason = models.TextField("why", max_length=LONG)
    incidents = models.ManyToManyField(
        Incident, blank=True, related_name="restrictions", verbose_name="incidents it rests on"
    )
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="restrictions", verbose_name="evidence it rests on"
    )
    starts_on = models.DateField("first day", default=timezone.localdate)
    ends_on = models.DateField("last day", null=True, blank=True)
    first_review_on = models.DateField("first review", null=True, blank=True)
    review_months = models.PositiveSmallIntegerField("months between reviews", null=True, blank=True)
    no_review_reason = models.TextField("why there is no review", max_length=LONG, blank=True)
    look_again_on = models.DateField(null=True, editable=False)
    stays_reason = models.TextField("why it stays", max_length=LONG, blank=True)
    review_circumstances = models.TextField("when it would be looked at sooner", max_length=LONG, blank=True)
    easing_conditions = models.TextField(
        "what would lead to its being eased, and whom to ask", max_length=LONG
    )
    other_route = models.TextField(
        "the other route offered to those they speak for", max_length=LONG, blank=True
    )
    staff_instruction = models.CharField("what staff should do", max_length=SHORT)
    reading_asked = models.BooleanField("staff confirm that they have read it", default=False, editable=False)
    told_on = models.DateField(null=True, editable=False)
    not_told_reason = models.TextField("why the customer is not told", max_length=LONG, blank=True)
    involvement_reason = models.TextField(
        "why you decide though it affected you", max_length=LONG, blank=True
    )
    proposed_by = models.ForeignKey(STAFF, models.PROTECT, related_name="proposed_restrictions")
    imposed_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="imposed_restrictions")
    imposed_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    status = models.CharField(
        max_length=20, choices=enums.RestrictionStatus, default=enums.RestrictionStatus.PROPOSED
    )
    status_reason = models.TextField("reasons", max_length=LONG, blank=True)
    letters = models.ManyToManyField(Letter, blank=True, related_name="restrictions")

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        permissions = [
            ("propose_restriction", "Can propose a restriction"),
            ("impose_restriction", "Can impose, vary and lift restrictions"),
            ("restrict_complaints_process", "Can restrict use of the complaints process"),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="restriction_customer"),
            models.Index(fields=["-created_at", "-id"], name="restriction_newest"),
            models.Index(
                fields=["ends_on"],
                condition=Q(status__in=["imposed", "suspended"]),
                name="restriction_ending",
            ),
            models.Index(fields=["created_at"], condition=Q(status="proposed"), name="restriction_proposed"),
            models.Index(
                fields=["imposed_at"],
                condition=Q(status__in=["imposed", "suspended"], told_on=None, not_told_reason=""),
                name="restriction_untold",
            ),
            models.Index(
                fields=["look_again_on"],
                condition=Q(status__in=["imposed", "suspended"], look_again_on__isnull=False),
                name="restriction_look_again",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="restriction_imposed_is_whole",
                condition=Q(
                    status__in=["proposed", "declined", "withdrawn"], imposed_by=None, imposed_at=None
                )
                | ~Q(status__in=["proposed", "declined", "withdrawn"])
                & Q(imposed_by__isnull=False, imposed_at__isnull=False, decision__isnull=False),
            ),
            models.CheckConstraint(
                name="restriction_review_or_reason",
                condition=Q(first_review_on__isnull=False, review_months__gte=1, no_review_reason="")
                | Q(first_review_on=None, review_months=None) & ~Q(no_review_reason=""),
            ),
            models.CheckConstraint(
                name="restriction_without_review_looked_at",
                condition=Q(
                    status__in=["proposed", "declined", "withdrawn"], look_again_on=None, stays_reason=""
                )
                | ~Q(status__in=["proposed", "declined", "withdrawn"])
                & (
                    Q(first_review_on__isnull=False, look_again_on=None, stays_reason="")
                    | Q(first_review_on=None, look_again_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="restriction_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="restriction_told_or_reason", condition=Q(told_on=None) | Q(not_told_reason="")
            ),
            models.CheckConstraint(
                name="restriction_named_contact_has_deputy",
                condition=Q(kind="named_contact", named_contact__isnull=False, deputy__isnull=False)
                & ~Q(named_contact=F("deputy"))
                | ~Q(kind="named_contact") & Q(named_contact=None, deputy=None),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("restriction", args=[self.reference])

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """Its status in words; where its first day is ahead, from when."""
        if self.status == "imposed" and self.starts_on > calendar.today():
            return f"From {uk_date(self.starts_on)}"
        return str(enums.RestrictionStatus(self.status).label)

    @property
    def measure(self) -> Kind:
        """What its kind knows of it."""
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        return self.measure.title

    @property
    def summary(self) -> str:
        return self.measure.summary(self)

    @property
    def terms_in_words(self) -> list[tuple[str, str]]:
        return self.measure.rows(self)

    @property
    def closed_ways(self) -> set[Channel]:
        """The ways to us that it closes."""
        return self.measure.closes(self)

    @property
    def last_day(self) -> date | None:
        """The day on which it ends: the one that was set, or that on which its terms end, whichever comes first."""
        return min(filter(None, (self.ends_on, self.measure.until(self))), default=None)

    def clash(self, others: Iterable["Restriction | InterimMeasure"]) -> Refusal | None:
        """Why it cannot stand beside these, the ways that all of them close apart. Beyond the policy: B2."""
        return self.measure.clash(self, [one for one in others if isinstance(one, Restriction)])

    @property
    def is_told(self) -> bool:
        """Whether the customer knows, or is not to be told for a recorded reason. Policy §12, 23."""
        return bool(self.told_on or self.not_told_reason)

    @property
    def is_in_force(self) -> bool:
        today = calendar.today()
        return (
            self.status == "imposed"
            and self.starts_on <= today
            and (self.ends_on is None or today <= self.ends_on)
        )


class Reading(Chained):
    """Somebody confirmed that they have read a restriction on the card. Its next version is read anew. Beyond the policy: B1."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="readings")
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["restriction", "by"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.restriction} read by {self.by}"


class BlockQuerySet(models.QuerySet["Block"]):
    def visible_to(self, user: StaffMember) -> "BlockQuerySet":
        return self.filter(restriction__in=Restriction.objects.visible_to(user))

    def wanted(self) -> "BlockQuerySet":
        """Those that a restriction in force of the same customer blocks, be it another than their own."""
        blocking = Restriction.objects.in_force().filter(
            customer=OuterRef("restriction__customer"), blocks__what=OuterRef("what")
        )
        return self.filter(Exists(blocking))

    def undone(self) -> "BlockQuerySet":
        """Those that are not as they should be: what is in force is blocked, and what is not in force is not."""
        wanted = Q(pk__in=self.model._default_manager.all().wanted().values("pk"))
        theirs = Q(restriction__in=Restriction.objects.in_force())
        return self.filter(theirs & ~Q(status="blocked") | ~wanted & Q(status="blocked"))


class Block(MovingRecord):
    """One address or account that is blocked for a restriction, and unblocked at its end, each by somebody. Policy §31, 32.1.

    `what` is as in the terms of the restriction. A new version of the restriction takes over what it goes on blocking.
    """

    PREFIX = "BLK"
    TRANSITIONS = enums.TRANSITIONS["Block"]

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="blocks")
    what = models.CharField(max_length=SHORT)
    status = models.CharField(max_length=20, choices=enums.BlockStatus, default=enums.BlockStatus.TO_BLOCK)
    blocked_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+")
    blocked_at = models.DateTimeField(null=True)
    unblocked_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+")
    unblocked_at = models.DateTimeField(null=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["restriction", "what"], name="block_once_for_a_restriction"),
            models.CheckConstraint(
                name="block_says_who_did_it",
                condition=Q(status="to_block", blocked_by=None, unblocked_by=None)
                | Q(status="blocked", blocked_by__isnull=False, unblocked_by=None)
                | Q(status="unblocked", blocked_by__isnull=False, unblocked_by__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("block", args=[self.reference])

    @property
    def is_wanted(self) -> bool:
        """Whether something in force blocks it: another restriction may, where this one has ended."""
        return Block.objects.wanted().filter(pk=self.pk).exists()


class InterimMeasureQuerySet(models.QuerySet["InterimMeasure"]):
    def visible_to(self, user: StaffMember) -> "InterimMeasureQuerySet":
        """Those who read restrictions. What is in force reaches everybody else through the card. Policy §65."""
        return self if user.has_perm("restrictions.view_restriction") else self.none()

    def in_force(self) -> "InterimMeasureQuerySet":
        return self.filter(status="in_force", ends_on__gte=calendar.today())


class InterimMeasure(MovingRecord):
    """What a manager sets at once and for a few days, until it is decided whether anything is restricted. Beyond the policy: B21.

    `closed` are codes of `Channel`. `ends_on` is its last day: it lapses by itself, and cannot be made longer.
    `what` is the minimum that staff need; it stands on the card. `letter_follows` keeps its letter on the work list until it is written.
    """

    PREFIX = "INT"
    TRANSITIONS = enums.TRANSITIONS["InterimMeasure"]
    _history_m2m_fields = ("incidents", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="interim_measures")
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="interim_measures")
    what = models.CharField("what staff do until it is decided", max_length=SHORT)
    closed = models.JSONField("ways of contact that are closed", default=list, blank=True)
    reason = models.TextField("why it cannot wait", max_length=LONG)
    incidents = models.ManyToManyField(
        Incident, related_name="interim_measures", verbose_name="incidents it rests on"
    )
    told = models.TextField("how the customer is told, or why not yet", max_length=LONG)
    letter_follows = models.BooleanField("a letter follows", default=False)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField("last day")
    status = models.CharField(
        max_length=20, choices=enums.InterimStatus, default=enums.InterimStatus.IN_FORCE
    )
    status_reason = models.TextField("why it ended", max_length=LONG, blank=True)
    letters = models.ManyToManyField(Letter, blank=True, related_name="interim_measures")

    objects = InterimMeasureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "status"], name="interim_customer"),
            models.Index(fields=["ends_on"], condition=Q(status="in_force"), name="interim_ending"),
        ]
        constraints = [
            models.CheckConstraint(name="interim_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="interim_ended_has_reason", condition=~Q(status="ended") | ~Q(status_reason="")
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("interim", args=[self.reference])

    @property
    def closed_ways(self) -> set[Channel]:
        """The ways to us that it closes."""
        return {Channel(code) for code in self.closed}

    def clash(self, others: Iterable["Restriction | InterimMeasure"]) -> Refusal | None:
        """It closes ways, and limits nothing else that others could make worse."""
        return None


class BreachQuerySet(models.QuerySet["Breach"]):
    def visible_to(self, user: StaffMember) -> "BreachQuerySet":
        """Whoever sees the contact: that there is a restriction, and what it asks, stands on the card."""
        return self.filter(contact__in=Contact.objects.visible_to(user))

    def confirmed(self) -> "BreachQuerySet":
        return (
            self.filter(status="confirmed")
            .select_related("contact", "restriction")
            .order_by("-contact__occurred_at", "-pk")
        )


class Breach(MovingRecord):
    """A contact that seems to go against a restriction in force, until whoever logged it says whether it did. Beyond the policy: B8.

    `why` is what seems to be against it, empty where a correction of the contact took that away.
    """

    PREFIX = "BRE"
    TRANSITIONS = enums.TRANSITIONS["Breach"]

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="breaches")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="breaches")
    why = models.CharField(max_length=SHORT, blank=True)
    status = models.CharField(max_length=10, choices=enums.BreachStatus, default=enums.BreachStatus.SUGGESTED)
    settled_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "breaches"
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="suggested"), name="breach_suggested"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["restriction", "contact"], name="breach_once"),
            models.CheckConstraint(
                name="breach_settled_is_whole",
                condition=Q(status="suggested", settled_by=None, settled_at=None)
                | ~Q(status="suggested") & Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.contact.get_absolute_url()
