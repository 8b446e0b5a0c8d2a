from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, CaseRecord
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import ConfirmedWith
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident, InvolvementReasonField
from incidents.restorative.models import RestorativeAction
from restrictions import enums

from .new_since import NewSince
from .their_side import THEIR_SIDE_HEARD, TheirSide
from .unnotified import ASKED_OF_ANOTHER, CONFIRMED_BY_ANOTHER, UnnotifiedRequest


class ManagementDecisionQuerySet(CaseQuerySet, models.QuerySet["ManagementDecision"]):
    def visible_by_role(self, user: StaffMember) -> "ManagementDecisionQuerySet":
        if user.has_perm(Permission.READ_MANAGEMENT_DECISIONS):
            return self
        return self.filter(readable_through_others(ManagementDecision, user))


class ManagementDecision(TheirSide, NewSince, UnnotifiedRequest, CaseRecord):
    """A manager's decision to manage engagement actively. Final: it cannot be appealed. Policy §9 to 14, 18, 20, 22.

    `explained_on` is the day its letter was sent. That it is not explained counts at once, so that nobody is held up, and a second person
    confirms or reverses it: until then it is the `unnotified_request` as well.
    """

    PREFIX = "DEC"
    _history_m2m_fields = ("incidents", "restorative_actions", "letters")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(StaffMember, models.PROTECT, db_index=False, related_name="decisions")
    decided_at = models.DateTimeField(default=timezone.now)
    incidents = models.ManyToManyField(
        Incident, related_name="decisions", verbose_name="incidents it rests on"
    )
    basis = models.CharField("why restorative work is not enough", max_length=20, choices=enums.Basis)
    basis_reason = ReasonField(
        "why",
        max_length=LONG,
        blank=True,
        missing="Say why restorative work is not possible or not appropriate.",
        paragraph="20",
    )
    restorative_actions = models.ManyToManyField(
        RestorativeAction,
        blank=True,
        related_name="decisions",
        verbose_name="restorative work that was tried",
    )
    needs_confirmed_with = models.CharField(
        "did you check with them what they need, and how they can reach us?",
        max_length=20,
        choices=ConfirmedWith,
    )
    needs_considered = ReasonField(
        "needs and adjustments: what you considered and found",
        max_length=LONG,
        blank=True,
        missing="Say what needs and adjustments you considered, and what you found; or tick that none is needed.",
        paragraph="9",
    )
    no_adjustment_needed = models.BooleanField("no adjustment is needed: confirmed with them", default=False)
    disability = models.CharField(
        "may a disability explain the behaviour?", max_length=10, choices=enums.YesNoUnknown
    )
    disability_considered = ReasonField(
        "how you took it into account",
        max_length=LONG,
        blank=True,
        missing="Say how you took the disability into account.",
        paragraph="9",
    )
    vulnerability = models.CharField(
        "is the customer thought vulnerable?", max_length=10, choices=enums.YesNoUnknown
    )
    vulnerability_considered = ReasonField(
        "how a disproportionate effect on them is avoided",
        max_length=LONG,
        blank=True,
        missing="Say how a disproportionate effect on them is avoided.",
        paragraph="18",
    )
    safeguarding_considered = ReasonField(
        "safeguarding: what you considered",
        max_length=LONG,
        blank=True,
        missing="They are under 18: say what you considered about safeguarding.",
        paragraph="3",
    )
    normal_operation = models.CharField(
        "could we deal with this if we were working normally?", max_length=20, choices=enums.NormalOperation
    )
    normal_operation_reason = ReasonField(
        "why it is decided all the same",
        max_length=LONG,
        blank=True,
        missing="Say why it is decided though we could deal with it if we were working normally.",
        paragraph="13",
    )
    training_need = ReasonField(
        "is a training need of ours part of it?",
        max_length=LONG,
        blank=True,
        missing="Say which training need of ours is part of it, or tick that none is.",
        paragraph="13",
    )
    no_training_need = models.BooleanField("no training need of ours is part of it", default=False)
    effect = ReasonField(
        "effect on staff and on the service",
        max_length=LONG,
        missing="Say what effect it has on staff and on the service.",
        paragraph="10",
    )
    proportionality = ReasonField(
        "why this is in proportion, and nothing less would do",
        max_length=LONG,
        missing="Say why this is in proportion, and which less restrictive measures would not do.",
        paragraph="14",
    )
    explained = models.CharField(
        "will it be explained to the customer?", max_length=20, choices=enums.Explained
    )
    not_explained_reason = ReasonField(
        "why not",
        max_length=LONG,
        blank=True,
        missing="Say why it is not explained to the customer.",
        paragraph="12",
    )
    explained_on = models.DateField(null=True, editable=False)
    involvement_reason = InvolvementReasonField("why you decide though you had a part in it")
    letters = models.ManyToManyField(Letter, blank=True, related_name="decisions")

    objects = ManagementDecisionQuerySet.as_manager()

    class Meta:
        permissions = [("decide_management", "Can decide to manage engagement actively")]
        indexes = [
            models.Index(fields=["customer", "-decided_at"], name="decision_customer"),
            models.Index(fields=["-decided_at", "-id"], name="decision_newest"),
            models.Index(fields=["by", "-decided_at", "-id"], name="decision_by"),
            models.Index(
                fields=["decided_at"],
                condition=Q(explained=enums.Explained.BY_LETTER, explained_on=None),
                name="decision_unexplained",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_explained_or_reason",
                condition=Q(explained=enums.Explained.BY_LETTER, not_explained_reason="")
                | Q(explained=enums.Explained.NOT_EXPLAINED) & ~Q(not_explained_reason=""),
            ),
            models.CheckConstraint(
                name="decision_unexplained_is_confirmed",
                condition=Q(
                    explained=enums.Explained.BY_LETTER, unnotified_request="", unnotified_confirmed_by=None
                )
                | Q(explained=enums.Explained.NOT_EXPLAINED) & (ASKED_OF_ANOTHER | CONFIRMED_BY_ANOTHER),
            ),
            models.CheckConstraint(
                name="decision_basis_has_reason",
                condition=Q(basis=enums.Basis.TRIED_AND_FAILED) | ~Q(basis_reason=""),
            ),
            models.CheckConstraint(name="decision_their_side_or_reason", condition=THEIR_SIDE_HEARD),
            models.CheckConstraint(
                name="decision_manageable_has_reason",
                condition=~Q(normal_operation=enums.NormalOperation.MANAGEABLE)
                | ~Q(normal_operation_reason=""),
            ),
            models.CheckConstraint(
                name="decision_training_need_or_none",
                condition=Q(no_training_need=False) | Q(training_need=""),
            ),
            models.CheckConstraint(
                name="decision_disability_considered",
                condition=~Q(disability=enums.YesNoUnknown.YES) | ~Q(disability_considered=""),
            ),
            models.CheckConstraint(
                name="decision_vulnerability_considered",
                condition=~Q(vulnerability=enums.YesNoUnknown.YES) | ~Q(vulnerability_considered=""),
            ),
        ]

    @property
    def title(self) -> str:
        return f"Decision of {uk_date(self.decided_at)}"

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.reference])
