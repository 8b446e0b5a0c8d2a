"""Addresses and accounts are blocked and unblocked."""

from django.db import transaction
from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.staff.models import StaffMember
from restrictions.models import Block, Restriction
from restrictions.rules import permissions


def to_block(restriction: Restriction, what: str, *, by: StaffMember) -> Block:
    """Somebody's step to block it, or that of the version before, which may be done already."""
    before = Block.objects.filter(restriction=restriction.supersedes_id, what=what).first()
    if before:
        return writing.save_record(
            before, by=by, reason="Taken over by a new version", restriction=restriction
        )
    return writing.create_record(Block, by=by, reason="To be blocked", restriction=restriction, what=what)


@transaction.atomic
def block(*, block: Block, by: StaffMember, version: int) -> Block:
    """It has been blocked where it reached us. Policy §31, 32.1."""
    return writing.change_status(
        block,
        "block",
        by=by,
        may=permissions.may_block,
        version=version,
        reason=f"Blocked: {block.what}",
        blocked_by=by,
        blocked_at=timezone.now(),
        unblocked_by=None,
        unblocked_at=None,
    )


@transaction.atomic
def unblock(*, block: Block, by: StaffMember, version: int) -> Block:
    """It reaches us again. Policy §31, 32.1."""
    return writing.change_status(
        block,
        "unblock",
        by=by,
        may=permissions.may_unblock,
        version=version,
        reason=f"Unblocked: {block.what}",
        unblocked_by=by,
        unblocked_at=timezone.now(),
    )
