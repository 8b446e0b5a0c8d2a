from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.models import StaffMember

from . import rules
from .models import Block, BlockEvent


def select_page(blocks: QuerySet[Block]) -> QuerySet[Block]:
    return blocks.select_related("restriction__customer", "blocked_by", "unblocked_by")


def block_context(block: Block, user: StaffMember) -> dict[str, Any]:
    """Return what is blocked or not, and the step that this reader can take now, or why they cannot where one is wanted."""
    is_wanted = block.is_wanted
    step: BlockEvent | None = None
    if is_wanted and block.can(BlockEvent.BLOCK):
        step = BlockEvent.BLOCK
    elif not is_wanted and block.can(BlockEvent.UNBLOCK):
        step = BlockEvent.UNBLOCK
    refusal = rules.may_block(user, block) if is_wanted else rules.may_unblock(user, block)
    return {
        "blocked": block,  # in a template, `block` is the block that stands around it
        "step": "" if refusal else step,
        "refusal": refusal if step else None,
        "history": user.has_perm(Permission.READ_HISTORY),
    }
