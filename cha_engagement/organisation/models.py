from contextvars import ContextVar
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from simple_history.models import HistoricalRecords

from cha_engagement.core.records import SHORT
from cha_engagement.core.statements import kept_records

from . import calendar
from .logo import logo_path

organisation_of_request: ContextVar[list["Organisation"] | None] = ContextVar(
    "organisation_of_request", default=None
)
"""The row that this request has read, if it has; None outside of a request, where every reading is a new one."""


def forget_organisation() -> None:
    """Read the association's details again when they are asked for next: somebody may have saved others meanwhile."""
    if read := organisation_of_request.get():
        read.clear()


INTERVAL_LIMITS = {
    "review_months": (1, 12),
    "longest_review_months": (1, 12),
    "review_reminder_days": (1, 60),
    "review_escalation_days": (1, 60),
    "reminder_working_days": (1, 10),
    "escalation_working_days": (2, 20),
    "urgent_working_days": (1, 5),
    "tidying_working_days": (5, 60),
    "notification_working_days": (1, 10),
    "notice_working_days": (1, 20),
    "appeal_working_days": (10, 60),
    "acknowledge_working_days": (1, 20),
    "appeal_decision_working_days": (5, 60),
    "late_promise_working_days": (5, 60),
    "least_weekly_contacts": (1, 10),
    "least_contact_minutes": (15, 60),
    "staffed_from_hour": (7, 10),
    "staffed_until_hour": (15, 20),
}
"""The least and the most of each interval: outside of these no letter would make sense, and no customer get a fair chance."""

EMERGENCY_ROUTES = (
    "emergency_phone",
    "emergency_relay",
    "emergency_text",
    "emergency_email",
    "emergency_interpreter",
)
"""Fields that say how the association is reached in an emergency, one for each need. Beyond the policy: B2."""


def interval_field(name: str, label: str, **kwargs: Any) -> models.PositiveSmallIntegerField:
    """Return a field for an interval within its limits, with `label` in the administration."""
    least, most = INTERVAL_LIMITS[name]
    validators = [
        MinValueValidator(least, f"“{capfirst(label)}” must be {least} or more."),
        MaxValueValidator(most, f"“{capfirst(label)}” must be {most} or less."),
    ]
    return models.PositiveSmallIntegerField(label, validators=validators, **kwargs)


class Organisation(models.Model):
    """The association: its details in letters, and the intervals it works by. One row, changed by an Administrator.

    Intervals in months are calendar months; those in working days leave out weekends and Scotland’s bank holidays.
    """

    name = models.CharField(max_length=SHORT, default="The Association")
    team_name = models.CharField(
        "name of the team that signs letters", max_length=SHORT, default="Customer Services"
    )
    logo = models.FileField(upload_to=logo_path, blank=True)
    logo_words = models.CharField("what the logo shows, in words", max_length=SHORT, blank=True)
    address = models.TextField(max_length=500, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    emergency_phone = models.CharField("emergency repairs line", max_length=40, blank=True)
    emergency_relay = models.CharField(
        "emergency repairs line through Relay UK",
        max_length=40,
        blank=True,
        help_text="For customers who cannot hear or speak on the phone, such as 18001 0800 496 0001.",
    )
    emergency_text = models.CharField(
        "number for text messages in an emergency",
        max_length=40,
        blank=True,
        help_text="Only if somebody reads it day and night.",
    )
    emergency_email = models.EmailField(
        "email address for emergencies", blank=True, help_text="Only if somebody reads it day and night."
    )
    text_number = models.CharField("number for text messages", max_length=40, blank=True)
    emergency_interpreter = models.CharField(
        "emergency line with an interpreter",
        max_length=40,
        blank=True,
        help_text="For customers who speak no English, where the line finds an interpreter for whoever says their language.",
    )
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    office_hours = models.CharField(max_length=SHORT, blank=True)
    complaints_contact = models.CharField("how to reach the complaints process", max_length=SHORT, blank=True)
    ombudsman_name = models.CharField(max_length=SHORT, blank=True)
    ombudsman_contact = models.TextField("how to reach the ombudsman", max_length=500, blank=True)
    ombudsman_time_limit = models.CharField(
        "by when customers can go to the ombudsman",
        max_length=SHORT,
        blank=True,
        default="Please go to them within twelve months of the day on which you came to know of the problem.",
        help_text="A sentence, as letters say it.",
    )

    review_months = interval_field("review_months", "months between reviews", default=3)
    longest_review_months = interval_field(
        "longest_review_months",
        "longest time to the first review, and between reviews, in months",
        default=12,
        help_text="Nobody sets a later one.",
    )
    review_reminder_days = interval_field(
        "review_reminder_days", "days before a review is due when its reviewer is reminded", default=14
    )
    review_escalation_days = interval_field(
        "review_escalation_days",
        "days after which an overdue review is passed to the Management Team",
        default=14,
    )
    reminder_working_days = interval_field(
        "reminder_working_days",
        "working days before a task is due when whoever has it is reminded",
        default=2,
    )
    escalation_working_days = interval_field(
        "escalation_working_days",
        "working days after which a task that is late goes to somebody else, and then to the Management Team",
        default=5,
    )
    urgent_working_days = interval_field(
        "urgent_working_days",
        "working days after which a task that cannot wait goes to somebody else, and then to the Management Team",
        default=1,
    )
    tidying_working_days = interval_field(
        "tidying_working_days",
        "working days after which the Management Team is told of what is late and waits to be tidied up",
        default=20,
        help_text="Such as incidents that can be closed, and reports that are not complete.",
    )
    notification_working_days = interval_field(
        "notification_working_days", "working days to tell a customer of a restriction", default=2
    )
    notice_working_days = interval_field(
        "notice_working_days", "working days that a zero-tolerance notice stays on the card", default=5
    )
    appeal_working_days = interval_field(
        "appeal_working_days", "working days a customer has to appeal", default=20
    )
    acknowledge_working_days = interval_field(
        "acknowledge_working_days", "working days to acknowledge an appeal", default=3
    )
    appeal_decision_working_days = interval_field(
        "appeal_decision_working_days", "working days to decide an appeal", default=20
    )
    promises_adopted_on = models.DateField(
        "day on which the committee adopted it",
        null=True,
        blank=True,
        help_text="Leave both empty until it has. Then what is late goes to the Management Team from that day on.",
    )
    promises_adopted_by = models.CharField(
        "which meeting of which committee adopted it",
        max_length=SHORT,
        blank=True,
        help_text="Such as: Housing committee, 3 March 2026, item 7.",
    )
    late_promise_working_days = interval_field(
        "late_promise_working_days",
        "working days after which a review or a hearing that is late goes to the Management Team",
        default=20,
    )
    least_weekly_contacts = interval_field(
        "least_weekly_contacts", "fewest contacts a week that a limit leaves", default=1
    )
    least_contact_minutes = interval_field(
        "least_contact_minutes", "fewest minutes that it leaves for each contact", default=15
    )
    staffed_from_hour = interval_field(
        "staffed_from_hour",
        "hour from which somebody answers on working days",
        default=9,
        help_text="Such as 9.",
    )
    staffed_until_hour = interval_field(
        "staffed_until_hour",
        "hour until which somebody answers on working days",
        default=17,
        help_text="By the 24-hour clock, such as 17 for 5pm.",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "the association’s details"
        permissions = [("administer", "Can keep lists, accounts and the association's details")]
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_organisation"),
            models.CheckConstraint(
                condition=Q(
                    *((f"{name}__range", limits) for name, limits in sorted(INTERVAL_LIMITS.items()))
                ),
                name="intervals_within_limits",
            ),
            models.CheckConstraint(
                condition=Q(promises_adopted_on=None, promises_adopted_by="")
                | Q(promises_adopted_on__isnull=False) & ~Q(promises_adopted_by=""),
                name="promises_adopted_is_whole",
            ),
            models.CheckConstraint(condition=Q(logo="") | ~Q(logo_words=""), name="logo_has_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def suspends_late_promises(self) -> bool:
        """Return whether what is late for long is suspended, as the committee has adopted. Beyond the policy: B25."""
        return self.promises_adopted_on is not None and self.promises_adopted_on <= calendar.today()

    @property
    def ombudsman(self) -> str:
        """Return the ombudsman's name as it stands after "the"."""
        return self.ombudsman_name.removeprefix("The ").removeprefix("the ") or "ombudsman"

    @classmethod
    def current(cls) -> "Organisation":
        """Return the association's row, with defaults where an Administrator has not filled it in yet. Read once a request."""
        cache = organisation_of_request.get()
        if cache:
            return cache[0]
        rows = kept_records(cls, association, 1)
        organisation = rows[0] if rows else cls(pk=1)
        if cache is not None:
            cache.append(organisation)
        return organisation


def association(key: int) -> models.QuerySet[Organisation]:
    return Organisation.objects.filter(pk=key)


class Policy(models.Model):
    """The association's own policy on managing engagement, for its staff to read here. One row, put in by an Administrator."""

    title = models.CharField(max_length=SHORT, default="Managing engagement")
    text = models.TextField(
        max_length=200_000,
        help_text=(
            "Paste the whole policy. Begin each paragraph on a new line, with its number, such as 21.1: pages here "
            "link to it by that number. A line without a number, between empty lines, is a heading."
        ),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "the association’s policy"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_policy")]

    def __str__(self) -> str:
        return self.title


class AdviceOrganisation(models.Model):
    """Somebody independent whom a customer can turn to. Policy §8."""

    name = models.CharField(max_length=SHORT, unique=True)
    helps_with = models.CharField(max_length=SHORT)
    contact = models.TextField(max_length=500)
    is_active = models.BooleanField("offered in letters", default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """Words that blame or label, with a neutral suggestion: pointed out while a letter is written. Policy §61.1."""

    words = models.CharField("word or words, found in all their forms", max_length=SHORT, unique=True)
    suggestion = models.CharField("what to write or do instead", max_length=SHORT)
    is_active = models.BooleanField("pointed out in letters", default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["words"]
        verbose_name = "wording to point out in letters"
        verbose_name_plural = "wording to point out in letters"

    def __str__(self) -> str:
        return self.words


class StandardText(models.Model):
    """A paragraph of letters in the association's words: it fills the placeholder `[name]` of their texts.

    `text` is Markdown with places of its own, which the association's details fill in; what they can be is known to `letters.rendering.standard_paragraphs`.
    """

    name = models.CharField(
        max_length=60,
        unique=True,
        error_messages={"unique": "There is a paragraph of this name already. Change that one."},
    )
    text = models.TextField(max_length=2000)
    is_active = models.BooleanField("offered in letters", default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = "standard paragraph of letters"
        verbose_name_plural = "standard paragraphs of letters"

    def __str__(self) -> str:
        return f"[{self.name}]"
