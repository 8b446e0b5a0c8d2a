from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG, CaseQuerySet, CaseRecord
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident


class NoteQuerySet(CaseQuerySet, models.QuerySet["Note"]):
    customer_paths = ("customer", "incident__customer")
    written_by = ("by",)

    def visible_by_role(self, user: StaffMember) -> "NoteQuerySet":
        """Return all to roles that read all incidents; else those on incidents that a user reads, on customers assigned to them, their own, and what a manager opened up to them. Policy §65."""
        if user.has_perm(Permission.READ_INCIDENTS):
            return self
        if not user.has_perm(Permission.LOG_INCIDENTS):
            return self.none()
        opened = Note.opened_to.through.objects.filter(staffmember=user)
        # Each reason why an incident is read apart: a database that is asked for all at once looks through every incident.
        incidents = Incident.objects.visible_by_reason(user)
        return self.filter(
            Q(by=user)
            | reduce(or_, (Q(incident__in=some.order_by().values("pk")) for some in incidents))
            | Q(customer__in=Customer.objects.filter(assigned_to=user).order_by().values("pk"))
            | Q(pk__in=opened.values("note"))
        )


class Note(CaseRecord):
    """A fact about a customer or an incident that is no letter and no decision, for colleagues. Policy §62, 65; beyond the policy: B32.

    `notified` are colleagues whom it names, who were told of it. `opened_to` are those of them who did not read it, and to whom a manager
    opened it up.
    """

    PREFIX = "NTE"
    _history_m2m_fields = ("notified", "opened_to")

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="notes")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="notes")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    text = ReasonField("note", max_length=LONG, missing="Write the note.", paragraph="65")
    notified = models.ManyToManyField(
        StaffMember, blank=True, related_name="+", verbose_name="colleagues who were told"
    )
    opened_to = models.ManyToManyField(
        StaffMember, blank=True, related_name="+", verbose_name="colleagues to whom it was opened up"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="note_customer")]
        constraints = [
            models.CheckConstraint(name="note_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="note_is_about_one",
                condition=Q(customer=None, incident__isnull=False) | Q(customer__isnull=False, incident=None),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.reference])

    @property
    def record(self) -> Customer | Incident:
        return self.incident or self.customer  # type: ignore[return-value]  # a constraint says so

    @property
    def person_name(self) -> str:
        return self.incident.person_name if self.incident else self.customer.name  # type: ignore[union-attr]
