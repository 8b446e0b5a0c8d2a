from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

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
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents import enums

from .involvement import InvolvementReasonField


class Category(models.Model):
    """A row for each code of `enums.Category`, so that incidents are found by index. Made after every migration."""

    code = models.CharField(max_length=30, primary_key=True, choices=enums.Category)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.get_code_display()


class IncidentQuerySet(CaseQuerySet, models.QuerySet["Incident"]):
    written_by = ("reported_by", "entered_by")

    def visible_by_role(self, user: StaffMember) -> "IncidentQuerySet":
        """Return all to roles that read all; else those that a user reported, suffered, witnessed or is assigned. Policy §65."""
        if user.has_perm(Permission.READ_INCIDENTS):
            return self
        reasons = self.reading_reasons(user)
        return self.filter(reduce(or_, reasons)) if reasons else self.none()

    def split_by_reason(self, user: StaffMember) -> "list[IncidentQuerySet]":
        """Return those of `visible_to` for each reason why a user reads one, together all of them.

        A page takes the first of each, so that it is quick however long the list is.
        """
        if user.has_perm(Permission.READ_INCIDENTS):
            return [self]
        return [self.filter(reason) for reason in self.reading_reasons(user)]

    @staticmethod
    def reading_reasons(user: StaffMember) -> list[Q]:
        through_others = readable_through_others(Incident, user)
        if not user.has_perm(Permission.LOG_INCIDENTS):
            return [through_others] if user.has_perm(Permission.HEAR_NAMED_APPEALS) else []
        affected = Incident.affected_staff.through.objects.filter(staffmember=user)
        witnessed = Incident.witnesses.through.objects.filter(staffmember=user)
        return [
            Q(reported_by=user),
            Q(entered_by=user),
            Q(assigned_to=user),
            Q(customer__in=Customer.objects.filter(assigned_to=user).values("pk")),
            Q(pk__in=affected.values("incident")),
            Q(pk__in=witnessed.values("incident")),
            through_others,
        ]


class KindsInWords(NamedTuple):
    """What is said of the kinds of an incident: the worst danger, empty where there is none, and the others."""

    danger: str
    note: str

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


class Incident(RecordWithStatus):
    """A report of what happened, in facts, and of what was done at once. Policy §24 to 28, 35 to 57, 62 to 65.

    It is about a `customer`, or an unidentified person. `reported_by` is the one it happened to or who saw it, `entered_by` the one
    who typed it in. Its categories are provisional until a manager has assessed it.
    `complaints_alone` is as `rules.is_still_about_complaints_alone` found it each time that somebody chose categories (policy §54).
    Whoever was named in error says so (`contested_by`); once another manager has confirmed it (`cleared_staff`) their part counts no more.
    `corrections` says of each answer that was changed, by somebody else than who reported it or once it was read, what was first reported, who
    changed it and why, wherever the incident is shown (policy §62).
    `counts_from` is when it happened as every rule takes it: the earliest that was ever said, until somebody else has confirmed a later day; what
    its reporter puts right before anybody reads it counts (policy §22).
    `revised_at` is when it last became another than it was decided on: what rests on it shows that (policy §22).
    `danger_said_by` is the manager who found a danger in it that nobody else called so, or a worse one, until a second one has confirmed it: no
    restriction begins at once for it, or goes without review, and nothing is closed meanwhile, while another is there (policy §23, 24).
    `may_be_zero_tolerance` is set where its reporter says that somebody was threatened, hurt or abused, or is not sure, and where it is left
    without a category and nobody said that none was: it may be the worst. A manager's assessment alone takes it away (policy §24).
    """

    PREFIX = "INC"
    TRANSITIONS = enums.TRANSITIONS
    _history_m2m_fields = (
        "categories",
        "affected_staff",
        "witnesses",
        "contested_by",
        "cleared_staff",
        "evidence",
        "letters",
    )

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="incidents")
    unidentified_person = models.CharField("who it was, as far as you know", max_length=SHORT, blank=True)
    reported_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="reported_incidents"
    )
    entered_by = models.ForeignKey(StaffMember, models.PROTECT, db_index=False, related_name="+")
    assigned_to = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="assigned_incidents",
    )
    occurred_at = models.DateTimeField("when it happened")
    counts_from = models.DateTimeField("from when it counts", editable=False)
    channel = models.CharField("how they were in contact", max_length=20, choices=Channel)
    location = models.CharField("where", max_length=SHORT, blank=True)
    categories = models.ManyToManyField(Category, blank=True, related_name="incidents")
    other_category = ReasonLine(
        "what kind of thing",
        max_length=SHORT,
        blank=True,
        missing="Say what kind of thing it was.",
        paragraph="35",
    )
    harm = models.CharField(
        "was anybody threatened, hurt or abused?", max_length=10, choices=enums.Harm, blank=True
    )
    expected_contact = models.CharField("who is due to see them next, and when", max_length=SHORT, blank=True)
    facts = ReasonField("what happened", max_length=LONG, missing="Say what happened.", paragraph="62")
    aimed_at = models.CharField("who it was aimed at", max_length=20, choices=enums.AimedAt, blank=True)
    affected_staff = models.ManyToManyField(
        StaffMember, blank=True, related_name="suffered_incidents", verbose_name="colleagues it affected"
    )
    affected_how = ReasonField(
        "what happened to each of them",
        max_length=LONG,
        blank=True,
        missing="Say what happened to each colleague whom you name.",
        paragraph="13",
    )
    affected_others = models.CharField(
        "others it affected, such as contractors’ people", max_length=SHORT, blank=True
    )
    witnesses = models.ManyToManyField(
        StaffMember,
        blank=True,
        related_name="witnessed_incidents",
        verbose_name="colleagues who saw or heard it",
    )
    contested_by = models.ManyToManyField(
        StaffMember,
        blank=True,
        related_name="contested_incidents",
        verbose_name="colleagues who say that they had no part in it",
    )
    cleared_staff = models.ManyToManyField(
        StaffMember,
        blank=True,
        related_name="+",
        verbose_name="colleagues named in error, as another manager confirmed",
    )
    contact_ended = models.CharField(
        "did you end the contact?", max_length=3, choices=enums.YesNo, blank=True
    )
    how_ended = models.CharField("how you ended it", max_length=20, choices=enums.HowEnded, blank=True)
    warning = models.CharField("did you warn them?", max_length=10, choices=enums.Warning, blank=True)
    no_warning_reason = models.CharField("why not", max_length=20, choices=enums.NoWarningReason, blank=True)
    recording_warning = models.CharField(
        "call recording", max_length=12, choices=enums.RecordingWarning, blank=True
    )
    told_of_public_recording = models.BooleanField(
        "they said they were recording for public use or streaming live", default=False
    )
    action_taken = ReasonField(
        "what was done",
        max_length=LONG,
        blank=True,
        missing="Say what was done. Where that was nothing, say why, such as: they had left by then.",
        paragraph="25",
    )
    action_not_taken = ReasonField(
        "what could not be done, or was left",
        max_length=LONG,
        blank=True,
        missing="Say what could not be done, or was left; or tick that nothing was.",
        paragraph="25",
    )
    nothing_left = models.BooleanField("nothing was left", default=False)
    demand = ReasonField(
        "what they asked for",
        max_length=LONG,
        blank=True,
        missing="Say what they asked for.",
        paragraph="47",
    )
    request_made = ReasonField(
        "what we asked them for",
        max_length=LONG,
        blank=True,
        missing="Say what we asked them for, and when.",
        paragraph="51",
    )
    request_made_on = models.DateField("when we asked", null=True, blank=True)
    request_difficulty = ReasonField(
        "any difficulty they had with it",
        max_length=LONG,
        blank=True,
        missing="Say what difficulty they had with it, or tick that we know of none.",
        paragraph="52",
    )
    no_difficulty = models.BooleanField("we know of no difficulty", default=False)
    needs_known = ReasonField(
        "needs or a disability that may have played a part",
        max_length=LONG,
        blank=True,
        missing="Say which needs or disability may have played a part, or leave this empty.",
        paragraph="9",
    )
    effect_on_staff = ReasonField(
        "effect on you or colleagues",
        max_length=LONG,
        blank=True,
        missing="Say what effect it had on you or colleagues, or leave this empty.",
        paragraph="10",
    )
    effect_on_service = ReasonField(
        "effect on the service or on others",
        max_length=LONG,
        blank=True,
        missing="Say what it meant for others, or would have.",
        paragraph="47",
    )
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="incidents")
    letters = models.ManyToManyField(Letter, blank=True, related_name="incidents")
    status = models.CharField(
        max_length=20, choices=enums.IncidentStatus, default=enums.IncidentStatus.WITH_MANAGER
    )
    waiting_since = models.DateTimeField(
        "since when it waits for a manager", default=timezone.now, editable=False
    )
    is_complete = models.BooleanField("nothing is still needed", default=False, editable=False)
    complaints_alone = models.BooleanField(
        "about the use of the complaints process alone", default=False, editable=False
    )
    may_be_zero_tolerance = models.BooleanField(
        "it may be violence, a threat or abuse, and no manager has said since what it was",
        default=False,
        editable=False,
    )
    danger_said_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name="who alone says that it was violence, a threat or harassment",
    )
    raised_reason = ReasonField(
        "why it is called worse than it was reported",
        max_length=SHORT,
        blank=True,
        missing="Say what makes it worse than it was reported: what was said or done.",
        paragraph="24",
    )
    raised_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name="who called it worse than it was reported",
    )
    corrections = models.TextField("changed since it was first reported", blank=True, editable=False)
    revised_at = models.DateTimeField(
        "when it was last changed or reopened after a manager had decided on it", null=True, editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        permissions = [
            ("assess_incident", "Can decide what follows from an incident"),
            ("close_incident", "Can close an incident"),
            ("assign_incident", "Can say who deals with an incident, and so reads it"),
        ]
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="incident_newest"),
            # For the filters of the list, newest first.
            models.Index(fields=["status", "-occurred_at", "-id"], name="incident_status"),
            models.Index(fields=["channel", "-occurred_at", "-id"], name="incident_channel"),
            models.Index(fields=["reported_by", "-occurred_at", "-id"], name="incident_reporter"),
            models.Index(fields=["entered_by", "-occurred_at", "-id"], name="incident_enterer"),
            models.Index(fields=["assigned_to", "-occurred_at", "-id"], name="incident_assignee"),
            models.Index(fields=["customer", "-occurred_at", "-id"], name="incident_customer"),
            models.Index(fields=["waiting_since"], name="incident_waiting"),
            models.Index(
                fields=["reported_by", "created_at"],
                condition=Q(is_complete=False) & ~Q(status=enums.IncidentStatus.CLOSED),
                name="incident_unfinished",
            ),
            models.Index(
                fields=["customer", "reported_by"],
                condition=Q(customer=None) & ~Q(status=enums.IncidentStatus.CLOSED),
                name="incident_unidentified",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_raised_by_somebody",
                condition=Q(raised_reason="", raised_by=None)
                | ~Q(raised_reason="") & Q(raised_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_is_about_somebody",
                condition=Q(customer__isnull=False) | ~Q(unidentified_person=""),
            ),
            models.CheckConstraint(name="incident_has_facts", condition=~Q(facts="")),
            models.CheckConstraint(
                name="incident_nothing_or_what_was_left",
                condition=Q(nothing_left=False) | Q(action_not_taken=""),
            ),
            models.CheckConstraint(
                name="incident_no_difficulty_or_which",
                condition=Q(no_difficulty=False) | Q(request_difficulty=""),
            ),
            models.CheckConstraint(
                name="incident_warned_without_excuse",
                condition=~Q(warning=enums.Warning.GIVEN) | Q(no_warning_reason=""),
            ),
            models.CheckConstraint(
                name="incident_closed_at_is_paired",
                condition=Q(status=enums.IncidentStatus.CLOSED, closed_at__isnull=False)
                | ~Q(status=enums.IncidentStatus.CLOSED) & Q(closed_at=None),
            ),
        ]

    @property
    def title(self) -> str:
        return f"Incident of {uk_date(self.occurred_at)}"

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.reference])

    @property
    def person_name(self) -> str:
        return self.customer.name if self.customer else self.unidentified_person

    @property
    def category_codes(self) -> set[str]:
        return {category.pk for category in self.categories.all()}

    @property
    def kinds_in_words(self) -> KindsInWords:
        """Return its worst danger, or that there may be one as far as nobody has said what it was, and its other kinds. Policy §24."""
        codes = self.category_codes
        worst = next((category for category in enums.DANGERS if category in codes), None)
        others = [category.label for category in enums.Category if category in codes and category != worst]
        is_unknown = self.may_be_zero_tolerance and not self.is_zero_tolerance
        possible = enums.HARM_IN_WORDS[self.harm] if is_unknown else ""
        danger = str(worst.label) if worst else possible
        return KindsInWords(danger, ", ".join(others) if codes or danger else "No kind given yet")

    @property
    def report_in_words(self) -> str:
        """Return what was reported, when and how, for colleagues who do not read the incident: neither who said so nor the story. Policy §24, 65."""
        codes = self.category_codes
        reported = next((words for code, words in enums.REPORTED_DANGERS.items() if code in codes), "")
        reported = reported or enums.REPORTED_HARM.get(
            self.harm, "Something was reported, and a manager has not said yet what it was"
        )
        return (
            f"{reported}: {uk_datetime(self.counts_from)}, {enums.CONTACT_IN_WORDS[Channel(self.channel)]}."
        )

    @property
    def outcome_in_words(self) -> str:
        """Return what a manager decided last, of one that was read with its `outcome_now`."""
        outcome = getattr(self, "outcome_now", None)
        return (
            enums.Outcome(outcome).label if outcome and self.is_assessed else "A manager has not decided yet"
        )

    @property
    def named_readers(self) -> set[StaffMember]:
        """Return who reads it by their part in it or by being assigned it, as in `visible_to`, whatever their role."""
        named = {self.reported_by, self.entered_by, *self.affected_staff.all(), *self.witnesses.all()}
        return named | ({self.assigned_to} if self.assigned_to else set())

    def was_ended_by(self, person: StaffMember) -> bool:
        """Return whether somebody ended the contact, as far as it says now."""
        return self.contact_ended == enums.YesNo.YES and self.reported_by_id == person.pk

    @property
    def is_assessed(self) -> bool:
        """Return whether a manager has decided what follows, and nothing has brought it back to one since."""
        return self.status in (enums.IncidentStatus.ASSESSED, enums.IncidentStatus.CLOSED)

    @property
    def action_not_taken_answer(self) -> str:
        """Return what could not be done, or was left, with the tick that nothing was."""
        return "Nothing" if self.nothing_left else self.action_not_taken

    @property
    def request_difficulty_answer(self) -> str:
        """Return the difficulty that they had with what we asked for, with the tick that we know of none."""
        return "We know of none" if self.no_difficulty else self.request_difficulty

    @property
    def is_possible_threat(self) -> bool:
        """Return whether it is violence or a threat, or may be, as far as no manager has said what it was."""
        return self.may_be_zero_tolerance or not self.category_codes.isdisjoint(enums.THREATS)

    @property
    def is_zero_tolerance(self) -> bool:
        return not self.category_codes.isdisjoint(enums.ZERO_TOLERANCE)


class Assessment(ChainedRecord):
    """A manager's decision on an incident, one for each time that it came to them.

    `involvement_reason` says why they decided though they were affected themselves, where no other manager was there.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assessments")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=enums.Outcome)
    reasons = ReasonField(max_length=LONG, missing="Say why this follows.", paragraph="25")
    involvement_reason = InvolvementReasonField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="assessment_has_reasons", condition=~Q(reasons=""))]

    def __str__(self) -> str:
        return self.get_outcome_display()
