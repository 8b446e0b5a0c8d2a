from contextvars import ContextVar

from django.db import models
from simple_history.models import HistoricalRecords

from cha_engagement.records import SHORT

kept_for_request: ContextVar[list["Organisation"] | None] = ContextVar("kept_for_request", default=None)
"""What this request has read; None outside of one, where every reading is a new one."""


class Organisation(models.Model):
    """The association: what letters say of it, and the intervals it works by. One row, changed by an Administrator.

    Intervals in months are calendar months; those in working days leave out weekends and Scotland's bank holidays.
    """

    name = models.CharField(max_length=SHORT, default="The Association")
    team_name = models.CharField(
        "name of the team that letters may come from", max_length=SHORT, default="Customer Services"
    )
    address = models.TextField(max_length=500, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    emergency_phone = models.CharField("emergency repairs line", max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    office_hours = models.CharField(max_length=SHORT, blank=True)
    complaints_contact = models.CharField("how to reach the complaints process", max_length=SHORT, blank=True)
    ombudsman_name = models.CharField(max_length=SHORT, blank=True)
    ombudsman_contact = models.TextField("how to reach the ombudsman", max_length=500, blank=True)

    review_months = models.PositiveSmallIntegerField("months between reviews", default=3)
    review_reminder_days = models.PositiveSmallIntegerField(
        "days before a review is due that its reviewer is reminded", default=14
    )
    review_escalation_days = models.PositiveSmallIntegerField(
        "days after which an overdue review is passed to the Management Team", default=14
    )
    telling_working_days = models.PositiveSmallIntegerField(
        "working days to tell a customer of a restriction", default=2
    )
    notice_working_days = models.PositiveSmallIntegerField(
        "working days that a zero-tolerance notice stays on the card", default=5
    )
    appeal_working_days = models.PositiveSmallIntegerField(
        "working days a customer has to appeal", default=20
    )
    acknowledge_working_days = models.PositiveSmallIntegerField(
        "working days to acknowledge an appeal", default=3
    )
    appeal_decision_working_days = models.PositiveSmallIntegerField(
        "working days to decide an appeal", default=20
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "the association's details"
        permissions = [("administer", "Can keep lists, accounts and the association's details")]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def ombudsman(self) -> str:
        """The ombudsman's name as it stands after "the"."""
        return self.ombudsman_name.removeprefix("The ").removeprefix("the ") or "ombudsman"

    @classmethod
    def current(cls) -> "Organisation":
        """The association's row, with defaults where an Administrator has not filled it in yet. Read once a request."""
        kept = kept_for_request.get()
        if kept:
            return kept[0]
        found = cls.objects.filter(pk=1).first() or cls(pk=1)
        if kept is not None:
            kept.append(found)
        return found


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
