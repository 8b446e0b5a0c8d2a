from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, CaseRecord
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember


class CaseForFewQuerySet(CaseQuerySet, models.QuerySet["CaseForFew"]):
    def visible_by_role(self, user: StaffMember) -> "CaseForFewQuerySet":
        """Leave those that still stand and are the reader's own, or that were opened to all again and whose customer they see."""
        return (
            self.filter(customer__merged_into=None)
            if user.has_perm(Permission.READ_CUSTOMERS)
            else self.none()
        )

    def standing(self) -> "CaseForFewQuerySet":
        return self.filter(ended_at=None)


class CaseForFew(CaseRecord):
    """A customer's whole case is closed to all but named readers: others see the card's instructions alone. Beyond the policy: B33.

    It takes reading away and gives none: its `readers` read what their role lets them. It stands until somebody opens it to all again,
    at `ended_at`.
    """

    PREFIX = "FEW"
    _history_m2m_fields = ("readers",)

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="cases_for_few")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    why = ReasonField(
        "why only named colleagues read it",
        max_length=LONG,
        missing="Say why only named colleagues should read this case.",
        paragraph="B33",
    )
    readers = models.ManyToManyField(StaffMember, related_name="+", verbose_name="who can read it")
    ended_at = models.DateTimeField("when it was opened to all again", null=True)
    ended_why = ReasonField(
        "why everybody can read it again",
        max_length=LONG,
        blank=True,
        missing="Say why this case can be read by everybody again.",
        paragraph="B33",
    )

    objects = CaseForFewQuerySet.as_manager()

    class Meta:
        verbose_name = "limit on who reads a case"
        verbose_name_plural = "limits on who reads a case"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at=None), name="one_case_for_few_of_a_customer"
            ),
            models.CheckConstraint(name="case_for_few_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="case_for_few_end_is_whole",
                condition=Q(ended_at=None, ended_why="") | Q(ended_at__isnull=False) & ~Q(ended_why=""),
            ),
        ]

    @property
    def title(self) -> str:
        return "Who can read this case"

    def get_absolute_url(self) -> str:
        return reverse("few", args=[self.reference])


class CaseOpeningQuerySet(CaseQuerySet, models.QuerySet["CaseOpening"]):
    customer_paths = ("case__customer",)

    def visible_by_role(self, user: StaffMember) -> "CaseOpeningQuerySet":
        return self.filter(case__in=CaseForFew.objects.visible_to(user).order_by().values("pk"))


class CaseOpening(CaseRecord):
    """A manager who is not among its readers opened a case because somebody was in danger, until a moment. Beyond the policy: B33."""

    PREFIX = "OPN"

    case = models.ForeignKey(CaseForFew, models.PROTECT, related_name="openings")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    why = ReasonField(
        "who is in danger, and why you need to read it",
        max_length=LONG,
        missing="Say who is in danger, and why you need to read this case now.",
        paragraph="B33",
    )
    until = models.DateTimeField("can be read until")

    objects = CaseOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = "opening in danger"
        verbose_name_plural = "openings in danger"
        indexes = [models.Index(fields=["case", "by", "until"], name="case_opening_standing")]
        constraints = [models.CheckConstraint(name="case_opening_says_why", condition=~Q(why=""))]

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def last_day(self) -> date:
        """Return the day at whose end it is over."""
        return localdate(self.until - timedelta(seconds=1))
