from enum import StrEnum

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cha_engagement.core.records import (
    SHORT,
    CaseQuerySet,
    RecordWithStatus,
    Transition,
    leaves_nothing_out,
)
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction


class BlockStatus(models.TextChoices):
    TO_BLOCK = "to_block", "To be blocked"
    BLOCKED = "blocked", "Blocked"
    UNBLOCKED = "unblocked", "Unblocked"


class BlockEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to a block."""

    BLOCK = "block"
    UNBLOCK = "unblock"


class BlockQuerySet(CaseQuerySet, models.QuerySet["Block"]):
    customer_paths = ("restriction__customer",)

    def visible_by_role(self, user: StaffMember) -> "BlockQuerySet":
        """Show it to those who see the restriction. Who sees every one sees every block, without a question to the database."""
        restrictions = Restriction.objects.visible_to(user)
        if leaves_nothing_out(restrictions):
            return self
        return self.filter(Exists(restrictions.filter(pk=OuterRef("restriction"))))

    def wanted(self) -> "BlockQuerySet":
        """Leave those that a restriction in force of the same customer blocks, be it another than their own."""
        blocking = Restriction.objects.in_force().filter(
            customer=OuterRef("restriction__customer"), blocks__target=OuterRef("target")
        )
        return self.filter(Exists(blocking))


class Block(RecordWithStatus):
    """One address or account that is blocked for a restriction, and unblocked at its end, each by somebody. Policy §31, 32.1.

    `target` is as in the terms of the restriction. A new version of the restriction takes over what it goes on blocking.
    """

    PREFIX = "BLK"
    TRANSITIONS = {
        BlockEvent.BLOCK: Transition((BlockStatus.TO_BLOCK, BlockStatus.UNBLOCKED), BlockStatus.BLOCKED),
        BlockEvent.UNBLOCK: Transition((BlockStatus.BLOCKED,), BlockStatus.UNBLOCKED),
    }

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="blocks")
    target = models.CharField("what", max_length=SHORT)
    status = models.CharField(max_length=20, choices=BlockStatus, default=BlockStatus.TO_BLOCK)
    blocked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    blocked_at = models.DateTimeField(null=True)
    unblocked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    unblocked_at = models.DateTimeField(null=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["restriction"], condition=Q(status=BlockStatus.BLOCKED), name="block_blocked"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["restriction", "target"], name="block_once_for_a_restriction"),
            models.CheckConstraint(
                name="block_says_who_did_it",
                condition=Q(status=BlockStatus.TO_BLOCK, blocked_by=None, unblocked_by=None)
                | Q(status=BlockStatus.BLOCKED, blocked_by__isnull=False, unblocked_by=None)
                | Q(status=BlockStatus.UNBLOCKED, blocked_by__isnull=False, unblocked_by__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("block", args=[self.reference])

    @property
    def is_wanted(self) -> bool:
        """Return whether something in force blocks it: another restriction may, where this one has ended."""
        return Block.objects.wanted().filter(pk=self.pk).exists()
