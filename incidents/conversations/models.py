from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import CaseQuerySet, RecordWithStatus
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_managed_by
from incidents.models import Incident

from . import enums


class ConversationQuerySet(CaseQuerySet, models.QuerySet["Conversation"]):
    customer_paths = ()

    def leave_out_closed(self, user: StaffMember) -> Self:
        """Leave all in: it is about a colleague, who is not left alone, and its page says nothing of the case. Policy §57."""
        return self

    def visible_by_role(self, user: StaffMember) -> "ConversationQuerySet":
        """Return all to readers of incidents; to a line manager, or their deputy, those with their own team, whatever their role.

        Policy §57.
        """
        if user.has_perm(Permission.READ_INCIDENTS):
            return self
        return self.filter(staff_member__in=StaffMember.objects.filter(is_managed_by(user)))


class Conversation(RecordWithStatus):
    """A conversation of a line manager with a colleague who ended a contact or may have been threatened, as soon as possible. Policy §57, 58.

    Its page names the colleague and the day, and nothing of the incident: a line manager need not be able to open that.
    """

    PREFIX = "TLK"
    TRANSITIONS = enums.TRANSITIONS

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="conversations")
    staff_member = models.ForeignKey(StaffMember, models.PROTECT, related_name="conversations")
    status = models.CharField(
        max_length=10, choices=enums.ConversationStatus, default=enums.ConversationStatus.OPEN
    )
    taken_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    held_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=~Q(status=enums.ConversationStatus.HELD),
                name="conversation_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "staff_member"], name="conversation_once_with_each_colleague"
            ),
            models.CheckConstraint(
                name="conversation_held_is_whole",
                condition=Q(
                    status=enums.ConversationStatus.HELD, held_by__isnull=False, held_at__isnull=False
                )
                | ~Q(status=enums.ConversationStatus.HELD) & Q(held_by=None, held_at=None),
            ),
        ]

    @property
    def title(self) -> str:
        return f"Talk with {self.staff_member}"

    @property
    def page_title(self) -> str:
        return f"Talk with a colleague ({self.reference})"

    @property
    def occasion(self) -> str:
        """Return after what, as far as the incident says now: "Ended a contact on 30 November 2026". Whoever is asked to talk may read this."""
        day = uk_date(self.incident.occurred_at)
        return f"Ended a contact on {day}" if self.is_about_ending else f"After an incident on {day}"

    @property
    def is_about_ending(self) -> bool:
        """Return whether its colleague ended the contact, as far as the incident says now."""
        return self.incident.was_ended_by(self.staff_member)

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.reference])
