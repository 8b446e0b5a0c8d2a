from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from restrictions.rules import may_restrict

from .models import Block


def may_block(user: StaffMember, block: Block) -> Refusal | None:
    """Refuse to block anything without a restriction in force. Policy §31, 32.1."""
    if not block.is_wanted:
        return Refusal(
            "The restriction is not in force: nothing is blocked for it.",
            block.restriction.kind_rules.paragraph,
        )
    return may_restrict(user, block.restriction.kind)


def may_unblock(user: StaffMember, block: Block) -> Refusal | None:
    """Refuse to unblock what a restriction in force blocks. Policy §31, 32.1."""
    if block.is_wanted:
        return Refusal("The restriction is in force: lift it first.", block.restriction.kind_rules.paragraph)
    return may_restrict(user, block.restriction.kind)
