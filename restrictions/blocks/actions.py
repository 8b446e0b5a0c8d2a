"""Addresses and accounts are blocked and unblocked."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.records import atomic_action, status_changed, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.models import StaffMember
from restrictions.enums import RestrictionEvent
from restrictions.models import Restriction

from . import rules
from .models import Block, BlockEvent


@receiver(status_changed, sender=Restriction)
def open_blocks(record: Restriction, transition: str, by: StaffMember | None, **kwargs: Any) -> None:
    """Have somebody block what a restriction names, once it is imposed. Policy §31, 32.1."""
    if transition == RestrictionEvent.IMPOSE:
        for address in record.kind_rules.targets_to_block(record):
            open_block(record, address, by=by)


def open_block(restriction: Restriction, address: str, *, by: StaffMember | None) -> Block:
    """Return the step to block an address or account, or that of the version before, which may be done already."""
    before = Block.objects.filter(restriction=restriction.supersedes_id, target=address).first()
    if before:
        return writing.save_record(
            before, by=by, reason="Taken over by a new version", restriction=restriction
        )
    return writing.create_record(
        Block, by=by, reason="To be blocked", restriction=restriction, target=address
    )


@atomic_action()
def mark_blocked(*, block: Block, by: StaffMember, version: int) -> Block:
    """Record that it has been blocked where it reached us. Policy §31, 32.1."""
    raise_if_refused(rules.may_block(by, block.reload_locked()))
    return writing.change_status(
        block,
        BlockEvent.BLOCK,
        by=by,
        version=version,
        reason=f"Blocked: {block.target}",
        blocked_by=by,
        blocked_at=timezone.now(),
        unblocked_by=None,
        unblocked_at=None,
    )


@atomic_action()
def mark_unblocked(*, block: Block, by: StaffMember, version: int) -> Block:
    """Record that it reaches us again. Policy §31, 32.1."""
    raise_if_refused(rules.may_unblock(by, block.reload_locked()))
    return writing.change_status(
        block,
        BlockEvent.UNBLOCK,
        by=by,
        version=version,
        reason=f"Unblocked: {block.target}",
        unblocked_by=by,
        unblocked_at=timezone.now(),
    )
