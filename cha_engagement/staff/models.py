from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cha_engagement.records import SHORT


class StaffMember(AbstractUser):
    """A member of staff who signs in. Never deleted, only deactivated: what they did stays theirs.

    `away_until` is the last day of an absence; `deputy` stands in until then.
    """

    job_title = models.CharField(max_length=SHORT, blank=True)
    team = models.CharField(max_length=SHORT, blank=True)
    phone = models.CharField("direct line", max_length=40, blank=True)
    line_manager = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reports")
    deputy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputises_for")
    away_until = models.DateField("away until and including", null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        ordering = ["first_name", "last_name", "username"]
        permissions = [("view_history", "Can read what records said before, and who changed them")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_away(self) -> bool:
        return bool(self.away_until and self.away_until >= timezone.localdate())

    @property
    def acting_line_manager(self) -> "StaffMember | None":
        """The line manager, or their deputy while they are away (policy §57)."""
        manager = self.line_manager
        return (manager.deputy or manager) if manager and manager.is_away else manager


class Notice(models.Model):
    """Something a member of staff is told: shown on their work list until read, and sent by email after commit.

    Holds no name of a customer, no category and no case detail: `reference` leads to the record for whoever may see it.
    """

    recipient = models.ForeignKey(StaffMember, models.PROTECT, related_name="notices")
    text = models.CharField(max_length=SHORT)
    reference = models.CharField(max_length=20, blank=True)
    path = models.CharField("where it leads", max_length=SHORT)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "created_at"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="notice_unsent"),
        ]

    def __str__(self) -> str:
        return self.text
