from cha_engagement.core import hub
from cha_engagement.core.hub import Panel, PanelRow
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction


@hub.restriction_panels.add
def blocks_of_restriction(restriction: Restriction, user: StaffMember) -> Panel:
    return Panel(
        "Blocking it",
        [
            PanelRow(block.target, block.get_absolute_url(), status=block.get_status_display())
            for block in restriction.blocks.all()
        ],
    )
