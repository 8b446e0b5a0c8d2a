from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cha_engagement.core.interfaces import readable_through_others
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
from cha_engagement.core.templatetags.ui import lower_first, uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident, InvolvementReasonField
from restrictions import enums
from restrictions.kinds import KINDS
from restrictions.kinds.kind import RestrictionKind

from .decision import ManagementDecision
from .unnotified import ASKED_OF_ANOTHER, CONFIRMED_BY_ANOTHER, UnnotifiedRequest


class RestrictionQuerySet(CaseQuerySet, models.QuerySet["Restriction"]):
    def visible_by_role(self, user: StaffMember) -> "RestrictionQuerySet":
        """Show those that they read in full, and what became of those they proposed.

        What is in force reaches everybody else through the card, in plain words (policy §65).
        """
        if user.has_perm(Permission.READ_RESTRICTIONS):
            return self
        return self.filter(reduce(or_, self.visibility_conditions(user)))

    def split_by_reason(self, user: StaffMember) -> "list[RestrictionQuerySet]":
        """Return the rows visible to a user, split by the reason for which they see them."""
        if user.has_perm(Permission.READ_RESTRICTIONS):
            return [self]
        return [self.filter(condition) for condition in self.visibility_conditions(user)]

    @staticmethod
    def visibility_conditions(user: StaffMember) -> list[Q]:
        proposes = user.has_perm(Permission.PROPOSE_RESTRICTIONS)
        proposed_by_them = Q(proposed_by=user) if proposes else Q(pk__in=[])
        return [proposed_by_them, readable_through_others(Restriction, user)]

    def readable_in_full_by(self, user: StaffMember) -> "RestrictionQuerySet":
        """Leave those whose reasons they read too: not what a manager made of their proposal. Policy §65."""
        visible = self.visible_to(user)
        if user.has_perm(Permission.READ_RESTRICTIONS):
            return visible
        unsettled = Q(status__in=[enums.RestrictionStatus.PROPOSED, enums.RestrictionStatus.WITHDRAWN])
        return visible.filter(unsettled | readable_through_others(Restriction, user))

    def ever_imposed(self) -> "RestrictionQuerySet":
        """Leave those that were imposed, whatever became of them."""
        return self.exclude(status__in=enums.NEVER_IMPOSED)

    def in_force(self, day: date | None = None) -> "RestrictionQuerySet":
        """Leave those that are imposed, where a day, today if none is given, lies between the first day and the last."""
        day = day or calendar.today()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day),
            status=enums.RestrictionStatus.IMPOSED,
            starts_on__lte=day,
        )

    def unnotified(self) -> "RestrictionQuerySet":
        """Leave those that stand and of which their customer was not told, without a recorded reason. Policy §12, 23."""
        return self.filter(status__in=enums.STANDING, customer_notified_on=None, not_notified_reason="")

    def unread_by(self, user: StaffMember) -> "RestrictionQuerySet":
        """Leave those in force that this user is asked to confirm that they have read, and has not."""
        return self.in_force().filter(read_receipts_requested=True).exclude(read_receipts__by=user)


class LastDay(models.Func):
    """The last day of a restriction; one that has none comes after all others. It holds no values, so that SQLite finds an index on it."""

    template = "COALESCE(%(expressions)s, '9999-12-31')"
    output_field = models.DateField()


class Restriction(UnnotifiedRequest, RecordWithStatus):
    """A limit on how a customer engages with us, with its evidence, its reviews and its way out. Policy §21 to 23.

    `terms` is what its `kind` asks for, checked by that kind's form. `starts_on` is its first day: None until it `begins`, for most when
    their customer has been told, and never `not_before` a day that was chosen. `ends_on` is its last day; where it lasts so many calendar
    months, or the first review is not given as a day, both are counted from the first day and empty until then. `review_months` are calendar
    months too. `look_again_on` is when one without reviews is looked at again by the Management Team. `staff_instruction` is the
    minimum that staff need. `talked_on` is the day of the last talk in which it was explained, and `explained_to` to whom: its customer, or by name somebody who
    speaks for them. `read_receipts_requested` is
    whether staff are asked to confirm that they have read it on the card. `not_notified_reason` is why its customer is not told, once a second
    person has confirmed it; until then it is the `unnotified_request`. `supersedes` is the version that this one replaces;
    `customer_request` is how, and for what, its customer asked for it.
    """

    PREFIX = "RES"
    TRANSITIONS = enums.TRANSITIONS["Restriction"]
    _history_m2m_fields = ("incidents", "evidence", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="restrictions")
    decision = models.ForeignKey(ManagementDecision, models.PROTECT, null=True, related_name="restrictions")
    kind = models.CharField(max_length=30)
    terms = models.JSONField(default=dict)
    named_contact = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="named_contact_in")
    deputy = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="deputy_contact_in")
    reason = ReasonField("why", max_length=LONG, missing="Say why. It goes into the letter.", paragraph="12")
    incidents = models.ManyToManyField(
        Incident, blank=True, related_name="restrictions", verbose_name="incidents it rests on"
    )
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="restrictions", verbose_name="evidence it rests on"
    )
    begins = models.CharField(
        "when it begins", max_length=20, choices=enums.Begins, default=enums.Begins.WHEN_TOLD
    )
    at_once_reason = ReasonField(
        "why it cannot wait until they are told",
        max_length=LONG,
        blank=True,
        missing="Say what cannot wait until they have been told.",
        paragraph="B23",
    )
    not_before = models.DateField("not before", null=True, blank=True)
    starts_on = models.DateField("first day", null=True, editable=False)
    ends_on = models.DateField("last day", null=True, blank=True)
    lasts_months = models.PositiveSmallIntegerField("months it lasts", null=True, blank=True)
    first_review_on = models.DateField("first review", null=True, blank=True)
    review_months = models.PositiveSmallIntegerField("months between reviews", null=True, blank=True)
    no_review_reason = ReasonField(
        "why there is no review",
        max_length=LONG,
        blank=True,
        missing="Say from what staff must be protected.",
        paragraph="23",
    )
    look_again_on = models.DateField(null=True, editable=False)
    stays_reason = ReasonField(
        "why it stays",
        max_length=LONG,
        blank=True,
        missing="Say why it stays, and why it still has no review.",
        paragraph="23",
    )
    review_circumstances = ReasonField(
        "when it would be looked at sooner",
        max_length=LONG,
        blank=True,
        missing="Say when it would be looked at sooner, or leave this empty.",
        paragraph="23",
    )
    easing_conditions = ReasonField(
        "what would lead us to ease it, and whom to ask",
        max_length=LONG,
        missing="Say what would lead us to ease it, and whom to ask.",
        paragraph="61.2",
    )
    other_route = ReasonField(
        "the other route offered to those they speak for",
        max_length=LONG,
        blank=True,
        missing="They speak for others: say which other route those people are offered.",
        paragraph="3",
    )
    staff_instruction = ReasonLine(
        "what staff should do",
        max_length=SHORT,
        missing="Say what staff should do, or leave this empty for the usual words.",
        paragraph="65",
    )
    read_receipts_requested = models.BooleanField(
        "staff confirm that they have read it", default=False, editable=False
    )
    customer_notified_on = models.DateField("told on", null=True, editable=False)
    not_notified_reason = ReasonField(
        "why the customer is not told",
        max_length=LONG,
        blank=True,
        missing="Say why the customer is not told.",
        paragraph="12",
    )
    talked_on = models.DateField("explained in a talk on", null=True, blank=True)
    explained_to = models.CharField("explained to", max_length=2 * SHORT + 2, blank=True)
    how_explained = ReasonField(
        "how it was explained, and what they made of it",
        max_length=LONG,
        blank=True,
        missing="Say how you explained it, and what they made of it.",
        paragraph="12",
    )
    involvement_reason = InvolvementReasonField("why you decide though you had a part in it")
    customer_requested_on = models.DateField("when they asked for this", null=True, blank=True)
    customer_request = ReasonField(
        "how they asked for this, and for what",
        max_length=LONG,
        blank=True,
        missing="Say how they asked for this, and for what.",
        paragraph="B28",
    )
    proposed_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="proposed_restrictions"
    )
    imposed_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="imposed_restrictions"
    )
    imposed_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    open_channels_reason = ReasonField(
        "how they will use what stays open",
        max_length=LONG,
        blank=True,
        missing="Say how they will use what stays open.",
        paragraph="9",
    )
    status = models.CharField(
        max_length=20, choices=enums.RestrictionStatus, default=enums.RestrictionStatus.PROPOSED
    )
    status_reason = ReasonField("reasons", max_length=LONG, blank=True, missing="Say why.", paragraph="12")
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
            # The list is filtered by these, newest first.
            models.Index(fields=["status", "-created_at", "-id"], name="restriction_status"),
            models.Index(fields=["kind", "-created_at", "-id"], name="restriction_kind"),
            models.Index(LastDay("ends_on"), "id", name="restriction_last_day"),
            models.Index("status", LastDay("ends_on"), "id", name="restriction_status_last_day"),
            models.Index(fields=["proposed_by", "-created_at", "-id"], name="restriction_proposer"),
            models.Index(
                fields=["ends_on"],
                condition=Q(status__in=enums.STANDING),
                name="restriction_ending",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(status=enums.RestrictionStatus.PROPOSED),
                name="restriction_proposed",
            ),
            models.Index(
                fields=["imposed_at"],
                condition=Q(status__in=enums.STANDING, customer_notified_on=None, not_notified_reason=""),
                name="restriction_not_notified",
            ),
            models.Index(
                fields=["look_again_on"],
                condition=Q(status__in=enums.STANDING, look_again_on__isnull=False),
                name="restriction_look_again",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="restriction_imposed_is_whole",
                condition=Q(status__in=enums.NEVER_IMPOSED, imposed_by=None, imposed_at=None)
                | ~Q(status__in=enums.NEVER_IMPOSED)
                & Q(imposed_by__isnull=False, imposed_at__isnull=False, decision__isnull=False),
            ),
            models.CheckConstraint(
                name="restriction_review_or_reason",
                condition=(Q(first_review_on__isnull=False) | Q(starts_on=None))
                & Q(review_months__gte=1, no_review_reason="")
                | Q(first_review_on=None, review_months=None) & ~Q(no_review_reason=""),
            ),
            models.CheckConstraint(
                name="restriction_without_review_looked_at",
                condition=Q(status__in=enums.NEVER_IMPOSED, look_again_on=None, stays_reason="")
                | ~Q(status__in=enums.NEVER_IMPOSED)
                & (
                    Q(review_months__isnull=False, look_again_on=None, stays_reason="")
                    | Q(review_months=None, look_again_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="restriction_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="restriction_begins_when_told",
                condition=~Q(begins=enums.Begins.WHEN_TOLD)
                | Q(starts_on=None)
                | Q(customer_notified_on__isnull=False, starts_on__gte=F("customer_notified_on"))
                | ~Q(not_notified_reason=""),
            ),
            models.CheckConstraint(
                name="restriction_at_once_has_first_day",
                condition=Q(begins=enums.Begins.WHEN_TOLD)
                | Q(status__in=enums.NEVER_IMPOSED)
                | Q(starts_on__isnull=False),
            ),
            models.CheckConstraint(
                name="restriction_for_safety_has_reason",
                condition=Q(begins=enums.Begins.FOR_SAFETY) & ~Q(at_once_reason="")
                | ~Q(begins=enums.Begins.FOR_SAFETY) & Q(at_once_reason=""),
            ),
            models.CheckConstraint(
                name="restriction_talk_is_whole",
                condition=Q(talked_on=None, explained_to="", how_explained="")
                | Q(talked_on__isnull=False) & ~Q(explained_to="") & ~Q(how_explained=""),
            ),
            models.CheckConstraint(
                name="restriction_told_or_reason",
                condition=Q(customer_notified_on=None) | Q(not_notified_reason=""),
            ),
            models.CheckConstraint(
                name="restriction_unnotified_is_confirmed",
                condition=Q(not_notified_reason="") | CONFIRMED_BY_ANOTHER,
            ),
            models.CheckConstraint(
                name="restriction_unnotified_request_is_whole",
                condition=Q(unnotified_request="")
                | Q(not_notified_reason="", customer_notified_on=None) & ASKED_OF_ANOTHER,
            ),
            models.CheckConstraint(
                name="restriction_request_is_whole",
                condition=Q(customer_requested_on=None, customer_request="")
                | Q(customer_requested_on__isnull=False, supersedes__isnull=False) & ~Q(customer_request=""),
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
        """Return its status in words; where it has not begun, from when."""
        if self.status == enums.RestrictionStatus.IMPOSED and not self.has_begun:
            return f"From {uk_date(self.starts_on)}" if self.starts_on else "Once they are told"
        return str(enums.RestrictionStatus(self.status).label)

    def get_kind_display(self) -> str:
        return self.title

    def get_terms_display(self) -> str:
        return (
            "\n".join(f"{label}: {words}" for label, words in self.kind_rules.term_rows(self))
            if self.terms
            else ""
        )

    @property
    def kind_rules(self) -> RestrictionKind:
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        return self.kind_rules.restriction_title(self)

    @property
    def title_in_sentence(self) -> str:
        """Return its title as it stands within a sentence, in quotation marks where it is in words of somebody."""
        return f"“{self.title}”" if self.kind_rules.is_in_own_words else lower_first(self.title)

    @property
    def page_title(self) -> str:
        title = self.kind_rules.title if self.kind_rules.is_in_own_words else self.title
        return f"{title} ({self.reference})"

    @property
    def short_summary(self) -> str:
        return self.kind_rules.short_summary(self)

    @property
    def summary(self) -> str:
        return self.kind_rules.summary(self)

    @property
    def people(self) -> dict[StaffMember, str]:
        """Return the colleagues whom its terms name, each with what they are to its customer, in words."""
        named = ((getattr(self, name), PEOPLE_IN_WORDS[name]) for name in self.kind_rules.people)
        return {person: words for person, words in named if person}

    @property
    def closed_channels(self) -> set[Channel]:
        return self.kind_rules.closed_channels(self)

    @property
    def is_only_route(self) -> bool:
        """Return whether its customer agreed that its route is the only one."""
        return self.kind_rules.is_only_route(self)

    @property
    def channel_limits(self) -> dict[Channel, Markdown]:
        """Return how far it limits channels that it leaves open, in words to the customer."""
        return self.kind_rules.channel_limits(self)

    @property
    def counts_contact(self) -> bool:
        """Return whether it limits how much contact there is, by all the channels that it limits together. Policy §21.5."""
        return self.kind_rules.allowance(self) is not None

    @property
    def changes_contact(self) -> bool:
        """Return whether it closes, limits or leads how its customer reaches us."""
        return bool(
            self.closed_channels or self.channel_limits or self.person_to_ask_for or self.additional_route
        )

    @property
    def person_to_ask_for(self) -> Markdown:
        """Return whom all contact leads to, in words to the customer."""
        return self.kind_rules.person_to_ask_for(self)

    @property
    def additional_route(self) -> Markdown:
        """Return another way to us that it opens, in words to the customer."""
        return self.kind_rules.additional_route(self)

    @property
    def has_begun(self) -> bool:
        return self.starts_on is not None and self.starts_on <= calendar.today()

    @property
    def is_waiting_to_begin(self) -> bool:
        """Return whether it is imposed and begins once its customer has been told, which they are not by now. Beyond the policy: B23."""
        is_imposed = self.status == enums.RestrictionStatus.IMPOSED
        return is_imposed and self.begins == enums.Begins.WHEN_TOLD and not self.has_begun

    @property
    def earliest_first_day(self) -> date:
        """Return its first day; where that is not known yet, the first on which it can begin."""
        return self.starts_on or self.first_day_after(calendar.today())

    def first_day_after(self, day: date) -> date:
        """Return its first day, where nothing but the day that was chosen keeps it from beginning on this one."""
        return max(day, self.not_before or day)

    @property
    def first_day_in_words(self) -> str:
        if self.starts_on:
            return uk_date(self.starts_on)
        later = f", not before {uk_date(self.not_before)}" if self.not_before else ""
        return f"{self.get_begins_display()}{later}"

    @property
    def last_day_in_words(self) -> str:
        if self.ends_on:
            return uk_date(self.ends_on)
        return f"{in_months(self.lasts_months)} after it begins" if self.lasts_months else "None is set"

    @property
    def first_review_in_words(self) -> str:
        """Return when its first review is; empty where it has none."""
        if self.first_review_on:
            return uk_date(self.first_review_on)
        return f"{in_months(self.review_months)} after it begins" if self.review_months else ""

    @property
    def last_day(self) -> date | None:
        """Return the day on which it ends: the one that was set, or that on which its terms end, whichever comes first."""
        return min(filter(None, (self.ends_on, self.kind_rules.terms_end_on(self))), default=None)

    def last_day_from(self, first_day: date) -> date | None:
        """Return the day on which it ends where it begins on a day."""
        counted = (
            calendar.add_months(first_day, self.lasts_months) - timedelta(days=1)
            if self.lasts_months
            else None
        )
        days = (counted or self.ends_on, self.kind_rules.terms_end_on(self))
        return min(filter(None, days), default=None)

    def length_of_version(self, ends_on: date | None) -> int | None:
        """Return the months that its next version lasts, where neither says a last day: those of what has begun are counted."""
        return None if ends_on or self.starts_on else self.lasts_months

    def first_review_from(self, first_day: date, chosen: date | None) -> date | None:
        """Return the day of its first review where it begins on a day: one that was chosen, unless it came before there is anything to look at."""
        if chosen and chosen > first_day:
            return chosen
        return calendar.add_months(first_day, self.review_months) if self.review_months else None

    @property
    def earliest_last_day(self) -> date | None:
        """Return its last day; where that is not known yet, as it would be if it began as early as it can."""
        return self.last_day_from(self.earliest_first_day)

    @property
    def earliest_first_review(self) -> date | None:
        """Return the day of its first review; where that is not known yet, as it would be if it began as early as it can."""
        return self.first_review_on or self.first_review_from(self.earliest_first_day, None)

    def is_told_on(self, day: date) -> bool:
        """Return whether the customer knows of it on a day: a letter in the post has not reached them yet. Beyond the policy: B23."""
        return bool(self.customer_notified_on and self.customer_notified_on <= day)

    @property
    def is_customer_told(self) -> bool:
        return self.is_told_on(calendar.today())

    @property
    def unnotified_words(self) -> str:
        """Return that the customer was not told of it; an empty text where they were, or nothing is imposed yet. Beyond the policy: B23.

        Where it was explained to them in a talk they know of it, though the day of the letter is the one that counts.
        """
        if self.pk is None or self.is_customer_told:
            return ""
        if self.not_notified_reason:
            return "not told"
        return "" if self.talked_on else "not told yet"

    @cached_property
    def told_at(self) -> datetime:
        """Return when it was recorded that its customer was told of it; what they knew on that day begins then."""
        return self.history.filter(event=enums.RestrictionEvent.TELL).latest("sequence").history_date

    @property
    def is_answer_awaited(self) -> bool:
        return super().is_answer_awaited and self.can(enums.RestrictionEvent.LIFT)

    @property
    def is_notification_settled(self) -> bool:
        """Return whether the customer knows, or is not to be told for a recorded reason. Policy §12, 23."""
        return bool(self.customer_notified_on or self.not_notified_reason)

    @property
    def must_be_explained(self) -> bool:
        """Return whether somebody has yet to explain it in a talk, since its customer can read no letter. Policy §12, 23; beyond the policy: B23."""
        is_waiting = self.status in enums.STANDING and not self.talked_on and not self.not_notified_reason
        return is_waiting and Channel.LETTER in self.customer.cannot_use

    @property
    def is_in_force(self) -> bool:
        today = calendar.today()
        return (
            self.status == enums.RestrictionStatus.IMPOSED
            and self.has_begun
            and (self.ends_on is None or today <= self.ends_on)
        )


PEOPLE_IN_WORDS = {"named_contact": "named contact", "deputy": "deputy of the named contact"}


def in_months(count: int) -> str:
    return "A month" if count == 1 else f"{count} months"


class ReadReceipt(ChainedRecord):
    """A staff member has confirmed that they read a restriction on the card. Its next version is read anew. Beyond the policy: B1."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="read_receipts")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["restriction", "by"], name="read_receipt_once")]

    def __str__(self) -> str:
        return f"{self.restriction} read by {self.by}"
