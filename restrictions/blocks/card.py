from cha_engagement.customers.interfaces import SideBox, SideBoxRow
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction


def blocks_of_restriction(restriction: Restriction, user: StaffMember) -> SideBox:
    """List what is blocked for it; one of a kind that blocks nothing is not asked for any."""
    blocks = restriction.blocks.all() if restriction.kind_rules.targets_to_block(restriction) else []
    return SideBox(
        "Blocking it",
        [
            SideBoxRow(block.target, block.get_absolute_url(), status=block.get_status_display())
            for block in blocks
        ],
    )
